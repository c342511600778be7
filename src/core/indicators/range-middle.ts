import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

export interface HighLow {
  readonly high: number;
  readonly low: number;
}

/**
 * The middle of the range of the last `period` bars: (highest high + lowest low) / 2, in price units.
 * Two rolling extremes in one pass; how they work is said in `RollingExtreme`.
 */
export class RangeMiddle implements Indicator<HighLow, number> {
  readonly warmup: number;
  readonly #highs: Float64Array;
  readonly #lows: Float64Array;
  #filled = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #lowest = Number.POSITIVE_INFINITY;
  #middle = 0;
  #warm = false;

  /** @param period Length in bars, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'range-middle: period must be a whole number >= 1');
    this.warmup = period;
    this.#highs = new Float64Array(period + 1).fill(Number.NEGATIVE_INFINITY);
    this.#lows = new Float64Array(period + 1).fill(Number.POSITIVE_INFINITY);
  }

  get value(): number | undefined {
    return this.#warm ? this.#middle : undefined;
  }

  peek({ high, low }: HighLow): number | undefined {
    if (!this.#warm && this.#filled + 1 < this.warmup) return undefined;
    const highest = Math.max(this.#highs[this.#filled + 1]!, this.#highest, high);
    const lowest = Math.min(this.#lows[this.#filled + 1]!, this.#lowest, low);
    return (highest + lowest) / 2;
  }

  add({ high, low }: HighLow): number | undefined {
    assert(Number.isFinite(high + low), 'range-middle: prices must be finite');
    if (high > this.#highest) this.#highest = high;
    if (low < this.#lowest) this.#lowest = low;
    const filled = this.#filled;
    this.#middle =
      (Math.max(this.#highs[filled + 1]!, this.#highest) + Math.min(this.#lows[filled + 1]!, this.#lowest)) / 2;
    this.#highs[filled] = high;
    this.#lows[filled] = low;
    this.#filled = filled + 1;
    if (this.#filled === this.warmup) this.#finishBlock();
    return this.value;
  }

  #finishBlock(): void {
    const highs = this.#highs;
    const lows = this.#lows;
    for (let i = this.warmup - 2; i >= 0; i -= 1) {
      if (highs[i + 1]! > highs[i]!) highs[i] = highs[i + 1]!;
      if (lows[i + 1]! < lows[i]!) lows[i] = lows[i + 1]!;
    }
    this.#filled = 0;
    this.#highest = Number.NEGATIVE_INFINITY;
    this.#lowest = Number.POSITIVE_INFINITY;
    this.#warm = true;
  }
}
