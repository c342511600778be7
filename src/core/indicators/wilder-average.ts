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
  #seedCount = 0;
  #seedSum = 0;
  #value: number | undefined;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'wilder-average: period must be a whole number >= 1');
    this.warmup = period;
  }

  get value(): number | undefined {
    return this.#value;
  }

  peek(input: number): number | undefined {
    if (this.#value !== undefined) return this.#value + (input - this.#value) / this.warmup;
    return this.#seedCount + 1 === this.warmup ? (this.#seedSum + input) / this.warmup : undefined;
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'wilder-average: input must be finite');
    const next = this.peek(input);
    if (next === undefined) {
      this.#seedCount += 1;
      this.#seedSum += input;
    }
    this.#value = next;
    return next;
  }
}
