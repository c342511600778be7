import type { Heartbeat, OpenSession, Release } from './command.ts';
import { currentGrant } from './delivery.ts';
import { isHalted } from './halts.ts';
import { done, holding, type Means, staleEpoch, timesOf, unknownAccount } from './means.ts';
import type { Moment } from './moment.ts';
import type { Replies } from './reply.ts';
import { LEASE_MS, PAPER_INSTANCE, type Session } from './session.ts';

export function openSession(means: Means, command: OpenSession, moment: Moment): Replies['open_session'] {
  const { account: name, consumer, instance, symbols, capabilities, takeover } = command;
  const account = means.books.deliveries.account(name);
  if (account === undefined) return unknownAccount(name);
  const holder = account.session;
  if (means.leases.isHeld(name) && instance !== PAPER_INSTANCE) {
    const message = `The account ${name} is the paper venue's own for as long as this server trades on paper (paper.enabled).`;
    const sinceMs = holder?.sinceMs ?? moment.wallMs;
    return {
      ok: false,
      refusal: { code: 'account_held', message, holder: { consumer: 'paper venue', sinceMs, remainingMs: LEASE_MS } },
    };
  }
  if (holder?.instance === instance && holder.consumer === consumer && sameSet(holder.symbols, symbols)) {
    // Asked again because the first answer was lost: it is the holder itself.
    means.leases.renew(holder, moment.wallMs);
    return done(opened(means, holder));
  }
  if (holder !== undefined && holder.instance !== instance && !takeover) {
    const remainingMs = means.leases.remainingMs(holder, moment.wallMs);
    const message =
      `The account ${name} is held by ${holder.consumer} for another ${(remainingMs / 1000).toFixed(1)} s unless it gives ` +
      'a sign of life. Wait, stop that executor, or ask with "takeover": true.';
    const { sinceMs } = holder;
    return {
      ok: false,
      refusal: { code: 'account_held', message, holder: { consumer: holder.consumer, sinceMs, remainingMs } },
    };
  }
  if (holder !== undefined) means.leases.forget(holder);
  const { sessionId } = command;
  const epoch = account.epoch + 1;
  means.emit({
    ...{ kind: 'session_opened', sessionId, account: name, consumer, instance, epoch, symbols, capabilities },
    ...timesOf(moment),
  });
  const session = means.books.deliveries.account(name)!.session!;
  means.leases.renew(session, moment.wallMs);
  return done(opened(means, session));
}

function opened(means: Means, session: Session) {
  const inDoubt = means.books.deliveries
    .inFlight(session.account)
    .filter(
      (delivery) => delivery.state !== 'CLAIMED' || currentGrant(delivery.facts)?.sessionId !== session.sessionId,
    );
  return { session, inDoubt, halted: isHalted(means, session.account) };
}

export function heartbeat(means: Means, { sessionId, epoch }: Heartbeat, { wallMs }: Moment): Replies['heartbeat'] {
  const session = holding(means, sessionId, epoch);
  if (session === undefined) return staleEpoch(means, sessionId, epoch);
  means.leases.renew(session, wallMs);
  return done({ session, halted: isHalted(means, session.account) });
}

/** What it claimed stays its own, and becomes a doubt in its time if nothing is reported of it. */
export function release(means: Means, { sessionId }: Release, moment: Moment): Replies['release'] {
  const session = holding(means, sessionId, undefined);
  if (session === undefined) return staleEpoch(means, sessionId);
  means.leases.forget(session);
  const { account, consumer } = session;
  const reason = `released by ${consumer}`;
  means.emit({ kind: 'session_ended', sessionId, account, reason, released: true, ...timesOf(moment) });
  return done(session);
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

/** Ends the hold of every executor that gave no sign of life for a lease. */
export function endLapsedLeases(means: Means, moment: Moment): void {
  for (const { session } of [...means.books.deliveries.accounts]) {
    if (session === undefined || means.leases.remainingMs(session, moment.wallMs) > 0) continue;
    means.leases.forget(session);
    const { sessionId, account, consumer } = session;
    const reason = `no sign of life from ${consumer}`;
    means.emit({ kind: 'session_ended', sessionId, account, reason, ...timesOf(moment) });
  }
}
