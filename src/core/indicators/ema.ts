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
  #seedCount = 0;
  #seedSum = 0;
  #value: number | undefined;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'ema: period must be a whole number >= 1');
    this.warmup = period;
    this.#weight = 2 / (period + 1);
  }

  get value(): number | undefined {
    return this.#value;
  }

  peek(input: number): number | undefined {
    if (this.#value !== undefined) return this.#value + (input - this.#value) * this.#weight;
    return this.#seedCount + 1 === this.warmup ? (this.#seedSum + input) / this.warmup : undefined;
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'ema: input must be finite');
    const next = this.peek(input);
    if (next === undefined) {
      this.#seedCount += 1;
      this.#seedSum += input;
    }
    this.#value = next;
    return next;
  }
}
