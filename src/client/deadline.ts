import type { Clock } from './ports.ts';

/** A moment by both clocks of this machine. Means nothing to any other machine. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function momentOf(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() };
}

/**
 * Milliseconds since that moment: the larger of what the two clocks say. The wall clock counts through a suspend, in
 * which the monotonic one may stand; the monotonic one goes on when the wall clock is set back. Too much is the safe
 * side: an order that is not sent can be regretted, one that is sent too late cannot be taken back.
 */
export function elapsedMs(clock: Clock, since: Moment): number {
  return Math.max(clock.monotonicMs() - since.monotonicMs, clock.wallMs() - since.wallMs, 0);
}

/** So many milliseconds from a moment on this machine's clocks. No clock is compared with another machine's. */
export class Deadline {
  readonly #clock: Clock;
  readonly #from: Moment;
  readonly #withinMs: number;

  /** @param withinMs from `from` on; infinite for what has no end. */
  constructor(clock: Clock, from: Moment, withinMs: number) {
    this.#clock = clock;
    this.#from = from;
    this.#withinMs = withinMs;
  }

  get leftMs(): number {
    return Math.max(this.#withinMs - elapsedMs(this.#clock, this.#from), 0);
  }

  get isOver(): boolean {
    return this.leftMs === 0;
  }
}
