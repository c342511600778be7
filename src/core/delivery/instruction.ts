import type { Signal, SignalEnd, SignalEndState } from '../signals/signal.ts';
import { type Delivery, type Intent, isOver } from './delivery.ts';

/** A signal, or the order to close what it opened, with everything that came of it. Immutable: an effect makes a new one. */
export interface Instruction {
  /** The signal's id; a CLOSE has one of its own. */
  readonly id: string;
  /** Number of the effect that made it. */
  readonly seq: number;
  readonly intent: Intent;
  /** Stop and targets as they are now. For a CLOSE: of the signal whose position it closes. */
  readonly signal: Signal;
  /** For a CLOSE, the id of that signal. */
  readonly closes: string | undefined;
  /** `bot`, or the name of the key that published it. */
  readonly producer: string;
  /** How far the market may be from the entry price when it is executed; `undefined` leaves it to the executor. */
  readonly maxSlippageBps: number | undefined;
  /** From 1; grows with every change of stop or target. */
  readonly version: number;
  /** How the offer ended, `undefined` while it stands. A CLOSE has none: it stands until it is done. */
  readonly end: SignalEnd | undefined;
  /** Of what was published, so that the same id with another body is noticed. `undefined` for the bot's own. */
  readonly bodyHash: string | undefined;
  /** Market time of its beginning. */
  readonly atMs: number;
  /** The order to close: why. */
  readonly reason: string | undefined;
  /** By account. */
  readonly deliveries: ReadonlyMap<string, Delivery>;
}

export type InstructionState = 'ACTIVE' | 'EXPIRED' | 'CANCELLED' | 'SUPERSEDED' | 'EXHAUSTED';

export function instructionState({ end, intent, deliveries }: Instruction): InstructionState {
  if (end !== undefined) return STATES[end.state];
  return intent === 'CLOSE' && [...deliveries.values()].every(isOver) ? 'EXHAUSTED' : 'ACTIVE';
}

const STATES: Readonly<Record<SignalEndState, InstructionState>> = {
  EXPIRED: 'EXPIRED',
  CANCELLED: 'CANCELLED',
  SUPERSEDED: 'SUPERSEDED',
  EXHAUSTED: 'EXHAUSTED',
  // What is left of an acknowledged signal is nothing that anybody could claim.
  ACKED_LEGACY: 'EXHAUSTED',
};
