import type { ApiClient, Refusal } from './api-client.ts';
import { backoffMs } from './backoff.ts';
import { Deadline, momentOf } from './deadline.ts';
import type { Intent } from './ledger.ts';
import type { Notify } from './notice.ts';
import type { Clock } from './ports.ts';
import type { Grant } from './wire.ts';

export type ClaimResult =
  | {
      readonly kind: 'granted';
      readonly grant: Grant;
      readonly deadline: Deadline;
      /** How long the answered attempt took. */
      readonly claimMs: number;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Nobody here knows whether it was granted, and asking again cannot tell any more. */
  | { readonly kind: 'unresolved' };

/**
 * Asks for a signal until the server has said yes or no. A lost answer may have been a yes, so every attempt has the same
 * key, and the server gives the same grant again with the time that is left then.
 *
 * The deadline runs from the moment the answered attempt was SENT: the server counted from a later one, when it got the
 * claim, so this side is over first, however long the way there or back took, and no clocks are compared.
 *
 * @param mayAsk false once the session is over: its claims can get no grant any more.
 */
export async function claim(
  intent: Intent,
  tools: { readonly api: ApiClient; readonly clock: Clock; readonly notify: Notify; readonly stop: AbortSignal },
  mayAsk: () => boolean,
): Promise<ClaimResult> {
  const { api, clock, notify, stop } = tools;
  const { signalId, key, session, epoch, account } = intent;
  for (let attempts = 1; ; attempts += 1) {
    const sentAt = momentOf(clock);
    const answer = await api.claim({ signalId, key, session, epoch, account });
    if (answer.kind === 'ok') {
      const grant = answer.value;
      const deadline = new Deadline(clock, sentAt, grant.executeWithinMs ?? Number.POSITIVE_INFINITY);
      return { kind: 'granted', grant, deadline, claimMs: clock.monotonicMs() - sentAt.monotonicMs };
    }
    if (answer.kind === 'refused') {
      // An earlier attempt may have been granted before the session went stale.
      const saysNothing = attempts > 1 && answer.refusal.code === 'STALE_EPOCH';
      return saysNothing ? { kind: 'unresolved' } : { kind: 'refused', refusal: answer.refusal };
    }
    notify('claim_unanswered', answer.problem, signalId);
    await clock.sleep(backoffMs(attempts), stop);
    if (stop.aborted || !mayAsk()) return { kind: 'unresolved' };
  }
}
