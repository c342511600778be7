import type { VenueClock } from './clock.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Fault, FaultLog } from './faults.ts';
import { makeCrossed, makeOld, makeWrongSequence, makeWrongType } from './frame-damage.ts';
import type { BestPrices } from './market.ts';
import { channelOf } from './stream-name.ts';

export interface Frame {
  readonly symbol: string;
  readonly stream: string;
  readonly payload: string;
  /** Sent as it is instead of the payload, combined or not. */
  readonly raw?: string | Buffer;
}

const FRAME_KINDS: readonly FaultKind[] = [
  ...(['gap', 'duplicate', 'reorder', 'late', 'wrong-sequence', 'crossed', 'old', 'wrong-type', 'truncated'] as const),
  'silence',
];

/** Stands between the market and the sockets and does to frames what was ordered. */
export class FrameFaults {
  readonly #log: FaultLog;
  readonly #clock: VenueClock;
  readonly #best: (symbol: string) => BestPrices | undefined;
  #rules: Fault[] = [];
  /** Held back by a reordering, until the next frame of their stream has gone by. */
  #held: Frame[] = [];

  constructor(log: FaultLog, clock: VenueClock, best: (symbol: string) => BestPrices | undefined) {
    this.#log = log;
    this.#clock = clock;
    this.#best = best;
  }

  /** To be called after an order. */
  renew(): void {
    this.#rules = this.#log.active(...FRAME_KINDS);
  }

  pass(frame: Frame, deliver: (frame: Frame) => void): void {
    if (this.#rules.length === 0 && this.#held.length === 0) {
      deliver(frame);
      return;
    }
    const fault = this.#rules.find((rule) => rule.active && matches(rule, frame));
    if (this.#rules.length > 0 && !this.#rules.some(({ active }) => active)) this.#rules = [];
    if (fault === undefined) deliver(frame);
    else {
      fault.strike(frame.stream, frame.symbol, frame.payload);
      this.#damage(fault, frame, deliver);
      if (fault.order.kind === 'reorder') return;
    }
    this.#release(frame.stream, deliver);
  }

  #damage(fault: Fault, frame: Frame, deliver: (frame: Frame) => void): void {
    const { kind, byMs, field, value } = fault.order;
    switch (kind) {
      case 'gap':
      case 'silence':
        return;
      case 'duplicate':
        deliver(frame);
        deliver(frame);
        return;
      case 'reorder':
        this.#held.push(frame);
        return;
      case 'late':
        this.#clock.after(byMs ?? 1_000, () => deliver(frame));
        return;
      case 'wrong-sequence':
        deliver({ ...frame, payload: makeWrongSequence(frame.payload) });
        return;
      case 'crossed':
        deliver({ ...frame, payload: makeCrossed(frame.payload, this.#best(frame.symbol)) });
        return;
      case 'old':
        deliver({ ...frame, payload: makeOld(frame.payload, byMs ?? 60_000) });
        return;
      case 'wrong-type':
        deliver({ ...frame, payload: makeWrongType(frame.payload, field, value) });
        return;
      case 'truncated':
        deliver({ ...frame, raw: frame.payload.slice(0, Math.ceil(frame.payload.length / 2)) });
        return;
      default:
        deliver(frame);
        return;
    }
  }

  #release(stream: string, deliver: (frame: Frame) => void): void {
    if (this.#held.length === 0) return;
    const released = this.#held.filter((frame) => frame.stream === stream);
    this.#held = this.#held.filter((frame) => frame.stream !== stream);
    for (const frame of released) deliver(frame);
  }
}

function matches({ order }: Fault, frame: Frame): boolean {
  if (order.symbol !== undefined && order.symbol !== frame.symbol) return false;
  const channel = channelOf(frame.stream);
  if (order.stream !== undefined) return order.stream === frame.stream || order.stream === channel;
  // Not every stream has something that can be crossed, or out of sequence.
  return channel === 'depth' || (order.kind !== 'crossed' && order.kind !== 'wrong-sequence');
}
