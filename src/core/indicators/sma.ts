import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

/**
 * Simple moving average: the mean of the last `period` values, in the unit of the input.
 *
 * Nothing is ever subtracted, so no rounding is carried along however long the series: values come in blocks of
 * `period`, and a window is the tail of the finished block plus the head of the growing one. The tail sums of a block
 * are formed once, when it is full; an update takes amortised constant time.
 */
export class Sma implements Indicator<number, number> {
  readonly warmup: number;
  /**
   * Below `#filled` the growing block; from there on `[i]` is the sum of the finished block from i to its end. A window
   * never needs the tail whose place its newest value takes. The last one is the tail of length 0.
   */
  readonly #tails: Float64Array;
  #filled = 0;
  #head = 0;
  #mean = 0;
  #warm = false;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'sma: period must be a whole number >= 1');
    this.warmup = period;
    this.#tails = new Float64Array(period + 1);
  }

  get value(): number | undefined {
    return this.#warm ? this.#mean : undefined;
  }

  peek(input: number): number | undefined {
    if (!this.#warm && this.#filled + 1 < this.warmup) return undefined;
    return (this.#tails[this.#filled + 1]! + (this.#head + input)) / this.warmup;
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'sma: input must be finite');
    this.#head += input;
    this.#mean = (this.#tails[this.#filled + 1]! + this.#head) / this.warmup;
    this.#tails[this.#filled] = input;
    this.#filled += 1;
    if (this.#filled === this.warmup) this.#finishBlock();
    return this.value;
  }

  #finishBlock(): void {
    const tails = this.#tails;
    for (let i = this.warmup - 2; i >= 0; i -= 1) tails[i]! += tails[i + 1]!;
    this.#filled = 0;
    this.#head = 0;
    this.#warm = true;
  }
}
