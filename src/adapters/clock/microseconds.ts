import type { MarketClock } from '../../ports/clock.ts';

/** Further apart than this, the clock was moved and the fraction has to be found anew. */
const APART_MS = 2;

/**
 * A clock of whole milliseconds, read in microseconds: the fraction comes from a monotonic clock, so that short
 * durations can be told from each other. Within a millisecond of `clock`, and at once with it after a jump.
 *
 * @param monotonicMs Milliseconds with a fraction, that never go back.
 */
export function microsecondsOf(clock: Pick<MarketClock, 'nowMs'>, monotonicMs: () => number): () => number {
  let offsetMs = clock.nowMs() - monotonicMs();
  return () => {
    const wholeMs = clock.nowMs();
    let exactMs = monotonicMs() + offsetMs;
    if (Math.abs(exactMs - wholeMs) > APART_MS) {
      exactMs = wholeMs;
      offsetMs = wholeMs - monotonicMs();
    }
    return Math.round(exactMs * 1_000);
  };
}
