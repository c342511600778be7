/** What is longer than this many times the usual pause is unusual. Arrivals come in bursts: the factor is generous. */
const FACTOR = 40;
/** What is longer than this many is looked at twice where that is cheap. */
const SUSPICIOUS_FACTOR = 8;
/** Trades come in bursts: after one the mean is a few milliseconds, and a pause of a quarter of a second is none at all. */
const SUSPICIOUS_MIN_MS = 500;
const MIN_MS = 5_000;
const MAX_MS = 120_000;
/** Weight of the newest pause in the mean. */
const WEIGHT = 0.05;
/** Before this many nothing is usual. */
const USUAL_AFTER = 20;

/** Notices when something that comes all the time stays away: a stream that is dead alone looks like a quiet market. */
export class UsualPause {
  #lastMs: number | undefined;
  #meanMs = 0;
  #count = 0;

  /** It came. Times are of one clock, whichever. */
  note(timeMs: number): void {
    if (this.#lastMs !== undefined) {
      // One long silence says nothing of what is usual; many long pauses still do, one after the other.
      const mostMs = this.#count < USUAL_AFTER ? MAX_MS : this.#meanMs * SUSPICIOUS_FACTOR + 1;
      const pauseMs = Math.min(Math.max(0, timeMs - this.#lastMs), mostMs);
      this.#count += 1;
      this.#meanMs += (pauseMs - this.#meanMs) * Math.max(WEIGHT, 1 / this.#count);
    }
    this.#lastMs = timeMs;
  }

  /** How long it may stay away; `undefined` while nobody knows. */
  get limitMs(): number | undefined {
    if (this.#count < USUAL_AFTER) return undefined;
    return Math.min(MAX_MS, Math.max(MIN_MS, this.#meanMs * FACTOR));
  }

  /** It should have come by now, and may yet: one in three thousand pauses of a steady stream is as long. */
  isSuspicious(nowMs: number): boolean {
    if (this.#count < USUAL_AFTER || this.#lastMs === undefined) return false;
    return nowMs - this.#lastMs > Math.max(SUSPICIOUS_MIN_MS, this.#meanMs * SUSPICIOUS_FACTOR);
  }

  isTooLong(nowMs: number): boolean {
    const { limitMs } = this;
    return limitMs !== undefined && this.#lastMs !== undefined && nowMs - this.#lastMs > limitMs;
  }

  /** What lies between is no pause of it. */
  skip(): void {
    this.#lastMs = undefined;
  }
}
