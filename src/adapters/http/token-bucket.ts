/** How many requests per wall second, and how many at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket that fills with `perSecond` tokens and holds at most `burst`. Every request takes one. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAtMs: number;

  /** @param nowMs Any clock that does not go back; the same one that `take` is given. */
  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAtMs = nowMs;
  }

  /** 0 when a token was taken, else the milliseconds until there is one. */
  take(nowMs: number): number {
    const waitMs = this.waitMs(nowMs);
    if (waitMs === 0) this.#tokens -= 1;
    return waitMs;
  }

  /** The milliseconds until there is a token, 0 when there is one now. Takes none. */
  waitMs(nowMs: number): number {
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledAtMs) / 1_000) * perSecond);
    this.#filledAtMs = nowMs;
    return this.#tokens < 1 ? ((1 - this.#tokens) / perSecond) * 1_000 : 0;
  }
}
