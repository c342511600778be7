import type { Delivery } from '../../core/delivery/delivery.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Granted } from '../../core/delivery/reply.ts';
import { type Account, HEARTBEAT_MS, LEASE_MS, type Session } from '../../core/delivery/session.ts';
import { formatInstant } from '../instant.ts';
import type { Json } from '../json-text.ts';
import { deliveryJson, STEPS_TOLD } from './delivery-json.ts';
import { signalJson } from './signal-json.ts';

/** What an executor is answered. */

export function sessionOpenedJson(
  { sessionId, epoch }: Session,
  facts: { readonly cursor: string; readonly inDoubt: readonly Json[]; readonly halted: boolean },
): Json {
  const { cursor, inDoubt, halted } = facts;
  return {
    ...{ session: sessionId, epoch, lease_ms: LEASE_MS, heartbeat_ms: HEARTBEAT_MS },
    ...{ cursor, in_doubt: inDoubt, halted },
  };
}

export const heartbeatJson = ({ sessionId, epoch }: Session, halted: boolean): Json => ({
  session: sessionId,
  epoch,
  lease_ms: LEASE_MS,
  halted,
});

export const sessionReleasedJson = ({ sessionId, account }: Session): Json => ({
  session: sessionId,
  account,
  released: true,
});

export function grantJson({ instruction, delivery, grant, executeWithinMs }: Granted): Json {
  const left = executeWithinMs === undefined ? null : Math.max(0, Math.floor(executeWithinMs));
  return {
    delivery: deliveryJson(delivery, instruction.signal, STEPS_TOLD),
    fence: grant.fence,
    client_order_id: grant.clientOrderId,
    execute_within_ms: left,
    signal: signalJson(instruction, left),
  };
}

export const sessionJson = (session: Session, remainingMs: number): Json => ({
  session: session.sessionId,
  account: session.account,
  consumer: session.consumer,
  epoch: session.epoch,
  since: formatInstant(session.sinceMs),
  remaining_ms: Math.max(0, Math.floor(remainingMs)),
  symbols: session.symbols,
  capabilities: session.capabilities,
});

/** @param remainingMs Of the holder's lease, house milliseconds. */
export function accountJson(
  { account, halt, session }: Account,
  remainingMs: (session: Session) => number,
  inDoubtCount: number,
): Json {
  return {
    account,
    halted: halt !== undefined,
    halted_reason: halt?.reason,
    halted_by: halt?.by,
    halted_at: halt && formatInstant(halt.sinceMs),
    holder: session && {
      session: session.sessionId,
      consumer: session.consumer,
      epoch: session.epoch,
      since: formatInstant(session.sinceMs),
      remaining_ms: Math.max(0, Math.floor(remainingMs(session))),
      silent_ms: Math.max(0, LEASE_MS - Math.floor(remainingMs(session))),
    },
    in_doubt: inDoubtCount,
  };
}

/** A delivery by itself, with what it needs to know of its signal. */
export function knownDeliveryJson(delivery: Delivery, book: Pick<DeliveryBook, 'instruction'>): Json {
  const instruction = book.instruction(delivery.signalId);
  // A delivery lives in its instruction, so one that is known has it.
  return instruction === undefined ? null : deliveryJson(delivery, instruction.signal, STEPS_TOLD);
}
