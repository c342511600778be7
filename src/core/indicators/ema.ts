import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

/**
 * Exponential moving average of a series, one closed value at a time. TA-Lib's EMA:
 *
 *   seed   mean of the first `period` values
 *   then   ema' = ema + (value - ema) * 2 / (period + 1)
 *
 * The reading has the unit of its input.
 */
export class Ema implements Indicator<number, number> {
  readonly warmup: number;
  readonly #weight: number;
  /** Counts no further than the warm-up. */
  #seen = 0;
  /** Until then, the sum of the seed. */
  #average = 0;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'ema: period must be a whole number >= 1');
    this.warmup = period;
    this.#weight = 2 / (period + 1);
  }

  get value(): number | undefined {
    return this.#seen === this.warmup ? this.#average : undefined;
  }

  peek(input: number): number | undefined {
    if (this.#seen === this.warmup) return this.#average + (input - this.#average) * this.#weight;
    return this.#seen + 1 === this.warmup ? (this.#average + input) / this.warmup : undefined;
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'ema: input must be finite');
    if (this.#seen === this.warmup) {
      this.#average += (input - this.#average) * this.#weight;
    } else {
      this.#seen += 1;
      this.#average += input;
      if (this.#seen === this.warmup) this.#average /= this.warmup;
    }
    return this.value;
  }
}
