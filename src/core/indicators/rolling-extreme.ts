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
  readonly #block: Float64Array;
  /** `#tails[i]`: extreme of the finished block from index i to its end, times sign; -Infinity at index `period`. */
  readonly #tails: Float64Array;
  #filled = 0;
  #head = Number.NEGATIVE_INFINITY;
  #value: number | undefined;

  /** @param period Length in closed values, a whole number of at least 1. */
  constructor({ period, pick }: { readonly period: number; readonly pick: 'highest' | 'lowest' }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'rolling-extreme: period must be a whole number >= 1');
    this.warmup = period;
    this.#sign = pick === 'highest' ? 1 : -1;
    this.#block = new Float64Array(period);
    this.#tails = new Float64Array(period + 1).fill(Number.NEGATIVE_INFINITY);
  }

  get value(): number | undefined {
    return this.#value;
  }

  peek(input: number): number | undefined {
    if (this.#value === undefined && this.#filled + 1 < this.warmup) return undefined;
    return this.#sign * Math.max(this.#tails[this.#filled + 1]!, this.#head, this.#sign * input);
  }

  add(input: number): number | undefined {
    assert(Number.isFinite(input), 'rolling-extreme: input must be finite');
    this.#value = this.peek(input);
    const signed = this.#sign * input;
    this.#block[this.#filled] = signed;
    this.#head = Math.max(this.#head, signed);
    this.#filled += 1;
    if (this.#filled === this.warmup) this.#finishBlock();
    return this.#value;
  }

  #finishBlock(): void {
    const tails = this.#tails;
    for (let i = this.warmup - 1; i >= 0; i -= 1) tails[i] = Math.max(tails[i + 1]!, this.#block[i]!);
    this.#filled = 0;
    this.#head = Number.NEGATIVE_INFINITY;
  }
}
