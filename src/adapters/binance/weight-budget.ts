import { MINUTE_MS } from '../../core/market/timeframe.ts';
import { WEIGHT_PER_MINUTE, WEIGHT_SHARE } from './limits.ts';

/** What must not wait may go this far; the rest is for what we do not know of. */
const URGENT_SHARE = 0.95;

/**
 * The weight of requests in the venue's minute. The venue's own count counts when it is higher: others may share our
 * address. Nothing is asked during a pause that the venue has ordered.
 */
export class WeightBudget {
  /** Per minute. */
  limit = WEIGHT_PER_MINUTE;
  #minute = -1;
  #used = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  /** Weight used in this minute. */
  used(nowMs: number): number {
    this.#turn(nowMs);
    return this.#used;
  }

  /** When the venue may be asked again; `undefined` while it may. */
  pausedUntilMs(nowMs: number): number | undefined {
    return nowMs < this.#pausedUntilMs ? this.#pausedUntilMs : undefined;
  }

  /** Takes the weight when there is room for it. */
  take(weight: number, urgent: boolean, nowMs: number): boolean {
    this.#turn(nowMs);
    if (nowMs < this.#pausedUntilMs) return false;
    if (this.#used + weight > this.limit * (urgent ? URGENT_SHARE : WEIGHT_SHARE)) return false;
    this.#used += weight;
    return true;
  }

  /** What the venue says has been used in this minute. */
  told(used: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#used = Math.max(this.#used, used);
  }

  /** 429 or 418: the venue says how long; without a word it is the rest of its minute. */
  pause(retryAfterMs: number | undefined, nowMs: number): void {
    const untilMs = retryAfterMs === undefined ? (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS : nowMs + retryAfterMs;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  #turn(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#used = 0;
  }
}
