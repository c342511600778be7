import { assert } from '../assert.ts';
import { BOOK_LEVELS, type Book } from '../market/book.ts';
import { exp } from '../math/exp.ts';
import { askEvent, bidEvent } from './order-flow-imbalance.ts';

/**
 * Order-flow imbalance over the best `levels` of the book, in base units: the event of every level, weighted with
 * w_m = e^(-m / 2) for m = 0, 1, ... and the weights summing to 1 (Xu, Gould and Howison 2019 for the levels). Level m is
 * the m-th best price, whatever it is; a level that is missing before or after an update says nothing.
 */
export class MultiLevelOfi {
  readonly #levels: number;
  readonly #weights: Float64Array;
  readonly #bids: Ladder;
  readonly #asks: Ladder;
  #sum = 0;

  /** @param levels How many levels of each side count, a whole number from 1 to BOOK_LEVELS. */
  constructor({ levels }: { readonly levels: number }) {
    assert(
      Number.isSafeInteger(levels) && levels >= 1 && levels <= BOOK_LEVELS,
      `multi-level-ofi: levels must be a whole number from 1 to ${BOOK_LEVELS}`,
    );
    this.#levels = levels;
    this.#weights = Float64Array.from({ length: levels }, (_, level) => exp(-level / 2));
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    for (let level = 0; level < levels; level += 1) this.#weights[level]! /= total;
    this.#bids = new Ladder(levels);
    this.#asks = new Ladder(levels);
  }

  /** Half of what rests on both sides now, weighted like the flow: the flow over it is free of the unit of size. */
  get depth(): number {
    return (this.#bids.weighted(this.#weights) + this.#asks.weighted(this.#weights)) / 2;
  }

  onBook(book: Book): void {
    const bidCount = Math.min(this.#levels, book.bidPrices.length);
    for (let level = Math.min(bidCount, this.#bids.count) - 1; level >= 0; level -= 1) {
      const [oldPrice, oldSize] = [this.#bids.prices[level]!, this.#bids.sizes[level]!];
      const event = bidEvent(book.bidPrices[level]!, book.bidSizes[level]!, oldPrice, oldSize);
      this.#sum += this.#weights[level]! * event;
    }
    const askCount = Math.min(this.#levels, book.askPrices.length);
    for (let level = Math.min(askCount, this.#asks.count) - 1; level >= 0; level -= 1) {
      const [oldPrice, oldSize] = [this.#asks.prices[level]!, this.#asks.sizes[level]!];
      const event = askEvent(book.askPrices[level]!, book.askSizes[level]!, oldPrice, oldSize);
      this.#sum -= this.#weights[level]! * event;
    }
    this.#bids.copy(book.bidPrices, book.bidSizes, bidCount);
    this.#asks.copy(book.askPrices, book.askSizes, askCount);
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
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
  count = 0;

  constructor(levels: number) {
    this.prices = new Float64Array(levels);
    this.sizes = new Float64Array(levels);
  }

  copy(prices: ArrayLike<number>, sizes: ArrayLike<number>, count: number): void {
    this.count = count;
    for (let level = 0; level < count; level += 1) {
      this.prices[level] = prices[level]!;
      this.sizes[level] = sizes[level]!;
    }
  }

  weighted(weights: Float64Array): number {
    let sum = 0;
    for (let level = 0; level < this.count; level += 1) sum += weights[level]! * this.sizes[level]!;
    return sum;
  }
}
