import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

const DAY_MS = 86_400_000;

export interface PricedVolume {
  readonly price: number;
  /** In base units, >= 0. A bar without volume changes nothing. */
  readonly size: number;
  readonly timeMs: number;
}

/**
 * Volume-weighted average price since 00:00 UTC, in price units; `undefined` while the session has no volume.
 *
 *   vwap = sum(price * size) / sum(size), kept as a running mean so that a constant price stays exactly itself
 *
 * A late input of a finished session counts in the running one: a session never comes back.
 */
export class SessionVwap implements Indicator<PricedVolume, number> {
  readonly warmup = 1;
  #day = Number.NEGATIVE_INFINITY;
  #volume = 0;
  #mean = 0;

  get value(): number | undefined {
    return this.#volume > 0 ? this.#mean : undefined;
  }

  peek({ price, size, timeMs }: PricedVolume): number | undefined {
    const isNewSession = Math.floor(timeMs / DAY_MS) > this.#day;
    const volume = (isNewSession ? 0 : this.#volume) + size;
    if (volume === 0) return undefined;
    const mean = isNewSession ? price : this.#mean;
    return mean + (price - mean) * (size / volume);
  }

  add(input: PricedVolume): number | undefined {
    assert(Number.isFinite(input.price) && Number.isFinite(input.timeMs), 'session-vwap: input must be finite');
    assert(Number.isFinite(input.size) && input.size >= 0, 'session-vwap: size must be >= 0');
    const next = this.peek(input);
    const day = Math.floor(input.timeMs / DAY_MS);
    if (day > this.#day) {
      this.#day = day;
      this.#volume = 0;
    }
    this.#volume += input.size;
    this.#mean = next ?? 0;
    return next;
  }
}
