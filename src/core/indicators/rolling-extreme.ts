import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

/**
 * The highest or the lowest of the last `period` values, the last one included, in the unit of the input.
 *
 * Values come in blocks of `period`: a window is the tail of the finished block plus the head of the growing one, and
 * the extremes of all tails are formed once per block, so an update takes amortised constant time
 * (van Herk 1992; Gil and Werman 1993).
 */
export class RollingExtreme implements Indicator<number, number> {
  readonly warmup: number;
  /** +1 looks for the highest, -1 for the lowest: the lowest is minus the highest of the negated values. */
  readonly #sign: 1 | -1;
  /**
   * Below `#filled` the growing block, times sign; from there on `[i]` is the extreme of the finished block from i to its
   * end. A window never needs the tail whose place its newest value takes. The last one is the tail of length 0.
   */
  readonly #tails: Float64Array;
  #filled = 0;
  #head = Number.NEGATIVE_INFINITY;
  #extreme = Number.NEGATIVE_INFINITY;
  #warm = false;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period, pick }: { readonly period: number; readonly pick: 'highest' | 'lowest' }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'rolling-extreme: period must be a whole number >= 1');
    this.warmup = period;
    this.#sign = pick === 'highest' ? 1 : -1;
    this.#tails = new Float64Array(period + 1).fill(Number.NEGATIVE_INFINITY);
  }

  get value(): number | undefined {
    return this.#warm ? this.#sign * this.#extreme : undefined;
  }

  peek(input: number): number | undefined {
    if (!this.#warm && this.#filled + 1 < this.warmup) return undefined;
    return this.#sign * Math.max(this.#tails[this.#filled + 1]!, this.#head, this.#sign * input);
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'rolling-extreme: input must be finite');
    const signed = this.#sign * input;
    if (signed > this.#head) this.#head = signed;
    this.#extreme = Math.max(this.#tails[this.#filled + 1]!, this.#head);
    this.#tails[this.#filled] = signed;
    this.#filled += 1;
    if (this.#filled === this.warmup) this.#finishBlock();
    return this.value;
  }

  #finishBlock(): void {
    const tails = this.#tails;
    for (let i = this.warmup - 2; i >= 0; i -= 1) if (tails[i + 1]! > tails[i]!) tails[i] = tails[i + 1]!;
    this.#filled = 0;
    this.#head = Number.NEGATIVE_INFINITY;
    this.#warm = true;
  }
}
