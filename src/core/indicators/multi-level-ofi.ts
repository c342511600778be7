import { assert } from '../assert.ts';
import { BOOK_LEVELS, type Book } from '../market/book.ts';
import { exp } from '../math/exp.ts';

/**
 * Order-flow imbalance over the best `levels` of the book, in base units: the event of every level, weighted with
 * w_m = e^(-m / 2) for m = 0, 1, ... and the weights summing to 1 (Xu, Gould and Howison 2019 for the levels). Level m is
 * the m-th best price, whatever it is; a level that is missing before or after an update says nothing.
 */
export class MultiLevelOfi {
  readonly #bids: Ladder;
  readonly #asks: Ladder;
  #sum = 0;

  /** @param levels How many levels of each side count, a whole number from 1 to BOOK_LEVELS. */
  constructor({ levels }: { readonly levels: number }) {
    assert(
      Number.isSafeInteger(levels) && levels >= 1 && levels <= BOOK_LEVELS,
      `multi-level-ofi: levels must be a whole number from 1 to ${BOOK_LEVELS}`,
    );
    const weights = Float64Array.from({ length: levels }, (_, level) => exp(-level / 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let level = 0; level < levels; level += 1) weights[level]! /= total;
    this.#bids = new Ladder(1, weights);
    this.#asks = new Ladder(-1, weights);
  }

  /** Half of what rests on both sides now, weighted like the flow: the flow over it is free of the unit of size. */
  get depth(): number {
    return (this.#bids.depth + this.#asks.depth) / 2;
  }

  onBook(book: Book): void {
    this.#sum += this.#bids.replace(book.bidPrices, book.bidSizes) - this.#asks.replace(book.askPrices, book.askSizes);
  }

  /** The imbalance since the last call; begins the next second with 0. */
  takeSecond(): number {
    const sum = this.#sum;
    this.#sum = 0;
    return sum;
  }
}

/** One side of the book as it was, copied because the source may reuse its arrays. */
class Ladder {
  /** 1 for bids, where a higher price is more willing; -1 for asks. */
  readonly #sign: 1 | -1;
  readonly #weights: Float64Array;
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;
  #count = 0;

  constructor(sign: 1 | -1, weights: Float64Array) {
    this.#sign = sign;
    this.#weights = weights;
    this.#prices = new Float64Array(weights.length);
    this.#sizes = new Float64Array(weights.length);
  }

  /** What rests there, weighted. */
  get depth(): number {
    let sum = 0;
    for (let level = 0; level < this.#count; level += 1) sum += this.#weights[level]! * this.#sizes[level]!;
    return sum;
  }

  /** @returns the weighted events of the levels that are there before and after; more willing is positive */
  replace(prices: ArrayLike<number>, sizes: ArrayLike<number>): number {
    const oldPrices = this.#prices;
    const oldSizes = this.#sizes;
    const weights = this.#weights;
    const count = Math.min(weights.length, prices.length);
    const common = Math.min(count, this.#count);
    let sum = 0;
    for (let level = 0; level < common; level += 1) {
      const step = this.#sign * (prices[level]! - oldPrices[level]!);
      // The event of `OrderFlowImbalance`: what is there now at the same or a better price, less what was there.
      if (step >= 0) sum += weights[level]! * sizes[level]!;
      if (step <= 0) sum -= weights[level]! * oldSizes[level]!;
    }
    for (let level = 0; level < count; level += 1) {
      oldPrices[level] = prices[level]!;
      oldSizes[level] = sizes[level]!;
    }
    this.#count = count;
    return sum;
  }
}
