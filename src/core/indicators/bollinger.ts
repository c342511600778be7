import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

export interface BollingerReading {
  readonly lower: number;
  /** The mean. */
  readonly middle: number;
  readonly upper: number;
}

/**
 * Bollinger bands, in the unit of the input: the mean of the last `period` values, and `deviations` population standard
 * deviations (divided by n, like TA-Lib) on either side.
 *
 * The usual sum of squares minus square of sum loses every digit when prices are large and moves small, and a rolling
 * sum remembers rounding for ever. Here mean and squared distance are only ever merged, never taken back (Chan, Golub
 * and LeVeque 1979): a window is the tail of the finished block of `period` values plus the head of the growing one, and
 * the tails are formed once per block, so an update takes amortised constant time.
 */
export class BollingerBands implements Indicator<number, BollingerReading> {
  readonly warmup: number;
  readonly #deviations: number;
  readonly #block: Float64Array;
  /** Mean and summed squared distance from it, of the finished block from index i to its end. */
  readonly #tailMeans: Float64Array;
  readonly #tailSquares: Float64Array;
  #filled = 0;
  #headMean = 0;
  #headSquares = 0;
  #value: BollingerReading | undefined;

  /**
   * @param period Length in closed values, a whole number of at least 1.
   * @param deviations Width to either side in standard deviations, > 0.
   */
  constructor({ period, deviations }: { readonly period: number; readonly deviations: number }) {
    assert(Number.isSafeInteger(period) && period >= 1, 'bollinger: period must be a whole number >= 1');
    assert(Number.isFinite(deviations) && deviations > 0, 'bollinger: deviations must be > 0');
    this.warmup = period;
    this.#deviations = deviations;
    this.#block = new Float64Array(period);
    this.#tailMeans = new Float64Array(period + 1);
    this.#tailSquares = new Float64Array(period + 1);
  }

  get value(): BollingerReading | undefined {
    return this.#value;
  }

  peek(input: number): BollingerReading | undefined {
    if (this.#value === undefined && this.#filled + 1 < this.warmup) return undefined;
    // The head with the new value in it ...
    const headCount = this.#filled + 1;
    const step = input - this.#headMean;
    const headMean = this.#headMean + step / headCount;
    const headSquares = this.#headSquares + step * (input - headMean);
    // ... merged with what the window still holds of the finished block.
    const tailCount = this.warmup - headCount;
    const apart = headMean - this.#tailMeans[headCount]!;
    const tailShare = tailCount / this.warmup;
    const middle = headMean - apart * tailShare;
    const squares = headSquares + this.#tailSquares[headCount]! + apart * apart * headCount * tailShare;
    const width = this.#deviations * Math.sqrt(squares / this.warmup);
    return { lower: middle - width, middle, upper: middle + width };
  }

  add(input: number): BollingerReading | undefined {
    assert(Number.isFinite(input), 'bollinger: input must be finite');
    this.#value = this.peek(input);
    this.#block[this.#filled] = input;
    this.#filled += 1;
    const step = input - this.#headMean;
    this.#headMean += step / this.#filled;
    this.#headSquares += step * (input - this.#headMean);
    if (this.#filled === this.warmup) this.#finishBlock();
    return this.#value;
  }

  #finishBlock(): void {
    const means = this.#tailMeans;
    const squares = this.#tailSquares;
    for (let i = this.warmup - 1; i >= 0; i -= 1) {
      const step = this.#block[i]! - means[i + 1]!;
      means[i] = means[i + 1]! + step / (this.warmup - i);
      squares[i] = squares[i + 1]! + step * (this.#block[i]! - means[i]!);
    }
    this.#filled = 0;
    this.#headMean = 0;
    this.#headSquares = 0;
  }
}
