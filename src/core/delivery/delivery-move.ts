import { type Delivery, type DeliveryFacts, deliveryIdOf, type Intent, NO_FACTS } from './delivery.ts';
import { standingOf } from './delivery-state.ts';

/** Why a delivery moved, for its history. */
export interface Move {
  readonly seq: number;
  readonly atMs: number;
  readonly by: string;
  readonly reportId?: string;
}

export const moveOf = ({ seq, wallMs }: { readonly seq: number; readonly wallMs: number }, by: string): Move => ({
  seq,
  atMs: wallMs,
  by,
});

/** The delivery of an instruction that nobody has claimed yet. */
export function offered(
  signalId: string,
  account: string,
  intent: Intent,
  symbol: string,
  { seq, atMs, by }: Move,
): Delivery {
  const standing = standingOf(NO_FACTS, intent);
  const history = [{ seq, atMs, by, ...standing }];
  return {
    deliveryId: deliveryIdOf(signalId, account),
    signalId,
    account,
    intent,
    symbol,
    ...standing,
    facts: NO_FACTS,
    history,
  };
}

/** The delivery as it is with these facts. A report is a line of the history even where it changes nothing. */
export function known(before: Delivery, facts: DeliveryFacts, { seq, atMs, by, reportId }: Move): Delivery {
  const standing = standingOf(facts, before.intent);
  if (standing.state === before.state && standing.reason === before.reason && reportId === undefined) {
    return { ...before, facts };
  }
  const step = { seq, atMs, by, ...standing, ...(reportId !== undefined && { reportId }) };
  return { ...before, ...standing, facts, history: [...before.history, step] };
}
