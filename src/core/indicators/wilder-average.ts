import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

/**
 * Wilder's running average, the smoothing inside RSI and ATR (New Concepts in Technical Trading Systems, 1978):
 *
 *   seed   mean of the first `period` values
 *   then   average' = average + (value - average) / period
 *
 * The reading has the unit of its input.
 */
export class WilderAverage implements Indicator<number, number> {
  readonly warmup: number;
  /** Counts no further than the warm-up. */
  #seen = 0;
  /** Until then, the sum of the seed. */
  #average = 0;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'wilder-average: period must be a whole number >= 1');
    this.warmup = period;
  }

  get value(): number | undefined {
    return this.#seen === this.warmup ? this.#average : undefined;
  }

  peek(input: number): number | undefined {
    if (this.#seen === this.warmup) return this.#average + (input - this.#average) / this.warmup;
    return this.#seen + 1 === this.warmup ? (this.#average + input) / this.warmup : undefined;
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'wilder-average: input must be finite');
    if (this.#seen === this.warmup) {
      this.#average += (input - this.#average) / this.warmup;
    } else {
      this.#seen += 1;
      this.#average += input;
      if (this.#seen === this.warmup) this.#average /= this.warmup;
    }
    return this.value;
  }
}
