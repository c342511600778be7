import { isEntryDone } from '../positions/position.ts';
import { signalIdOf } from '../signals/signal-id.ts';
import type { CloseOut } from './command.ts';
import { type Delivery, isInFlight, isOver } from './delivery.ts';
import type { Instruction } from './instruction.ts';
import { done, instructionOf, type Means, refuse, timesOf, unknownSignal } from './means.ts';
import type { Moment } from './moment.ts';
import { withdraw } from './producers.ts';
import type { Replies } from './reply.ts';
import { PAPER_ACCOUNT } from './session.ts';

export function close(
  means: Means,
  { signalId, account: only, reason, by }: CloseOut,
  moment: Moment,
): Replies['close'] {
  const instruction = means.books.deliveries.instruction(signalId);
  if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
  const standing = means.books.deliveries.unsettled.filter(
    ({ closes, deliveries }) => closes === signalId && ![...deliveries.values()].every(isOver),
  );
  // One that came to nothing here must not be held up by one that nobody has executed elsewhere.
  const isBeingClosed = (account: string): boolean =>
    standing.some(({ deliveries }) => {
      const delivery = deliveries.get(account);
      return delivery !== undefined && !isOver(delivery);
    });
  const accounts = [...instruction.deliveries.values()]
    .filter((delivery) => mayHold(means, delivery))
    .map(({ account }) => account)
    .filter((account) => only === undefined || account === only)
    .filter((account) => !isBeingClosed(account));
  const newest = standing.filter(({ deliveries }) => only === undefined || deliveries.has(only)).at(-1);
  if (accounts.length === 0 && newest !== undefined) return done({ instruction: newest, duplicate: true });
  if (accounts.length === 0) {
    return refuse(
      'nothing_to_close',
      `Nothing of the signal ${signalId} is open, and nothing of it is being executed.`,
    );
  }
  // An entry of which nothing was sent yet, or not all of it, must not be filled behind the close.
  // What waits on the paper account alone, its venue takes back itself.
  if (only !== PAPER_ACCOUNT) withdraw(means, instruction, `to be closed: ${reason}`, by, moment);
  const closing = issueClose(means, instruction, accounts, { reason, by }, moment);
  return done({ instruction: closing, duplicate: false });
}

/**
 * What was heard of an entry decides about the orders to close it. When nothing of it is open, one that nobody has claimed
 * is withdrawn: otherwise it would stand on offer for ever. When it is open after all, a fill that came late, and the
 * last order to close came to nothing, there is another one: somebody wanted to be out.
 *
 * @param before How the entry stood before.
 */
export function followEntry(means: Means, before: Standing, moment: Moment): void {
  const { deliveryId, held } = before;
  const after = means.books.deliveries.delivery(deliveryId)!;
  if (after.intent === 'CLOSE') return;
  const { signalId, account } = after;
  const holds = mayHold(means, after);
  if (isOver(after) && !holds) {
    const what =
      after.state === 'FILLED' ? 'filled, and its position closed' : `${after.state.toLowerCase()}, ${after.reason}`;
    const reason = `nothing to close: the entry is ${what}`;
    for (const { closes, deliveries } of means.books.deliveries.unsettled) {
      const closing = closes === signalId ? deliveries.get(account) : undefined;
      if (closing?.state !== 'OFFERED') continue;
      means.emit({ kind: 'delivery_withdrawn', deliveryId: closing.deliveryId, reason, ...timesOf(moment) });
    }
  } else if (!held && holds) {
    const closings = [...means.books.deliveries.instructions].filter(
      ({ closes, deliveries }) => closes === signalId && deliveries.has(account),
    );
    const last = closings.at(-1);
    const state = last?.deliveries.get(account)?.state;
    if (last === undefined || state === 'FILLED' || !isOver({ state: state! })) return;
    const why = { reason: last.reason ?? 'asked for before', by: last.producer };
    issueClose(means, instructionOf(means, signalId), [account], why, moment);
  }
}

/** What was known of a delivery before something was heard of it. */
export interface Standing {
  readonly deliveryId: string;
  /** Whether there may have been something to close. */
  readonly held: boolean;
}

export const standingBefore = (means: Means, delivery: Delivery): Standing => ({
  deliveryId: delivery.deliveryId,
  held: mayHold(means, delivery),
});

/** It has opened something, or may have or yet may, and by all that was reported it is not closed. */
function mayHold(means: Means, delivery: Delivery): boolean {
  if (delivery.state !== 'FILLED') return isInFlight(delivery);
  // With the exits of its part filled it counts as filled, while the rest of the entry may still rest.
  return !isEntryDone(delivery) || means.books.deliveries.positions.position(delivery.deliveryId)?.isOpen !== false;
}

function issueClose(
  means: Means,
  { id: signalId }: Instruction,
  accounts: readonly string[],
  why: { readonly reason: string; readonly by: string },
  moment: Moment,
): Instruction {
  const closeId = signalIdOf(moment.atMs, `close|${signalId}|${means.books.signals.lastSeq}`);
  means.emit({ kind: 'close_issued', closeId, signalId, accounts, ...why, ...timesOf(moment) });
  return instructionOf(means, closeId);
}
