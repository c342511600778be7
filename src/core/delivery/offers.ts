import type { Effect } from '../engine/effect.ts';
import type { SignalDraft } from '../engine/event.ts';
import type { Signal } from '../signals/signal.ts';
import { expiryOf } from '../signals/signal-book.ts';
import { signalIdOf } from '../signals/signal-id.ts';
import type { Show } from './command.ts';
import { currentGrant, type Delivery, deliveryIdOf, isOver } from './delivery.ts';
import type { Instruction } from './instruction.ts';
import { accountOf, done, type Means, timesOf } from './means.ts';
import type { Moment } from './moment.ts';
import type { DeliveryRefusalCode } from './refusal.ts';
import type { Replies } from './reply.ts';
import { DEFAULT_ACCOUNT } from './session.ts';

/**
 * One live signal per symbol: the newer supersedes.
 * @param ttlMs market milliseconds
 * @param identity what else makes this signal this one
 */
export function issueOwn(means: Means, draft: SignalDraft, atMs: number, ttlMs: number, identity: string): void {
  const parts = [means.runAnchor, draft.symbol, draft.timeframe, draft.side, identity];
  let signalId = signalIdOf(atMs, parts.join('|'));
  // Another signal must never inherit what became of this one.
  while (means.books.deliveries.instruction(signalId) !== undefined) {
    parts.push('again');
    signalId = signalIdOf(atMs, parts.join('|'));
  }
  issueSignal(means, { signalId, draft, atMs, ttlMs });
}

export function issueSignal(
  means: Means,
  signal: {
    readonly signalId: string;
    readonly draft: SignalDraft;
    readonly atMs: number;
    readonly ttlMs: number;
    readonly published?: Extract<Effect, { kind: 'signal_issued' }>['published'];
  },
): void {
  const { signalId, draft, atMs, ttlMs, published } = signal;
  expire(means, atMs);
  for (const older of means.books.signals.open.filter(({ symbol }) => symbol === draft.symbol)) {
    const reason = `a newer signal of ${draft.symbol} took its place`;
    means.emit({ kind: 'signal_ended', signalId: older.signalId, state: 'SUPERSEDED', reason, atMs });
  }
  const stampUs = Math.max(atMs * 1000, means.books.signals.lastStampUs + 1);
  const issued: Signal = { signalId, stampUs, ...draft, expiresAtMs: atMs + ttlMs };
  means.emit({ kind: 'signal_issued', signal: issued, ...(published !== undefined && { published }) });
}

/** A client of the guide says that it has processed the signal with this stamp. Nothing happens to one it cannot have seen. */
export function acknowledge(means: Means, stampUs: number, atMs: number): void {
  expire(means, atMs);
  const signal = means.books.signals.open.find((open) => open.stampUs === stampUs);
  if (signal === undefined) return;
  const state = means.books.deliveries.delivery(deliveryIdOf(signal.signalId, DEFAULT_ACCOUNT))?.state;
  if (state !== 'OFFERED' && state !== 'SHOWN') return;
  const reason = 'a client of the guide acknowledged it';
  means.emit({ kind: 'signal_ended', signalId: signal.signalId, state: 'ACKED_LEGACY', reason, atMs });
}

/** Ends what is over by this market time. */
export function expire(means: Means, atMs: number): void {
  const { open } = means.books.signals;
  if (open.length === 0) return;
  for (const signal of open.filter(({ expiresAtMs }) => expiresAtMs <= atMs)) {
    means.emit({
      kind: 'signal_ended',
      signalId: signal.signalId,
      ...expiryOf(signal),
      ...inExecution(means, signal),
    });
  }
}

export function show(means: Means, { signalIds }: Show, moment: Moment): Replies['show'] {
  const { session: holder, halt } = accountOf(means, DEFAULT_ACCOUNT);
  if (holder !== undefined || halt !== undefined) return done({ signalIds: [], holder });
  const shown = signalIds.filter((signalId) => {
    const instruction = means.books.deliveries.instruction(signalId);
    const delivery = instruction?.deliveries.get(DEFAULT_ACCOUNT);
    if (instruction?.end !== undefined || delivery === undefined) return false;
    if (delivery.state === 'SHOWN') return true;
    // Once granted, never shown: not even when it was given back and is offered again.
    if (delivery.state !== 'OFFERED' || delivery.facts.grants.length > 0) return false;
    means.emit({ kind: 'delivery_shown', deliveryId: delivery.deliveryId, ...timesOf(moment) });
    return true;
  });
  return done({ signalIds: shown, holder });
}

/** A signal whose routed delivery is over can be claimed by nobody any more. */
export function exhaust(means: Means, signalId: string, { atMs }: Moment): void {
  const instruction = means.books.deliveries.instruction(signalId);
  const routed = instruction?.deliveries.get(DEFAULT_ACCOUNT);
  if (instruction === undefined || instruction.intent === 'CLOSE' || instruction.end !== undefined) return;
  if (routed === undefined || !isOver(routed)) return;
  means.emit({ kind: 'signal_ended', signalId, state: 'EXHAUSTED', reason: outcomeOf(routed), atMs });
}

const outcomeOf = ({ state, reason }: Delivery): string => `${state.toLowerCase()} on ${DEFAULT_ACCOUNT}: ${reason}`;

/** As of now: what was heard since may have changed what came of it. */
export function reasonOfEnd({ end, deliveries }: Instruction): string | undefined {
  const routed = deliveries.get(DEFAULT_ACCOUNT);
  return end?.state === 'EXHAUSTED' && routed !== undefined ? outcomeOf(routed) : end?.reason;
}

function inExecution(means: Means, { signalId }: Signal): { readonly reason?: string } {
  const delivery = means.books.deliveries.delivery(deliveryIdOf(signalId, DEFAULT_ACCOUNT));
  const grant = delivery && currentGrant(delivery.facts);
  return grant === undefined ? {} : { reason: `its time was over; ${grant.consumer} had claimed it` };
}

/** Why a signal that is over cannot be claimed, cancelled or changed any more. */
export function codeOfEnd({ end, deliveries }: Instruction): DeliveryRefusalCode {
  switch (end?.state) {
    case 'CANCELLED':
      return 'cancelled';
    case 'SUPERSEDED':
      return 'superseded';
    case 'ACKED_LEGACY':
      return 'shown';
    case 'EXHAUSTED':
      return deliveries.get(DEFAULT_ACCOUNT)?.state === 'HALTED' ? 'halted' : 'claimed';
    default:
      return 'expired';
  }
}
