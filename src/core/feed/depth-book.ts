import { BOOK_LEVELS, type Book } from '../market/book.ts';

/** Price and size; a size of 0 takes the level away. */
export type Level = readonly [price: number, size: number];

/** More levels than this on one side are not kept: the worst are dropped, and nobody looks at them. */
const LEVELS_MAX = 5_000;

/** One side of a book: prices from the best to the worst, each with its size. */
class Side {
  /** 1 when prices rise from the best on (asks), -1 when they fall (bids). */
  readonly #away: 1 | -1;
  prices: number[] = [];
  sizes: number[] = [];

  constructor(away: 1 | -1) {
    this.#away = away;
  }

  set(price: number, size: number): void {
    let low = 0;
    let high = this.prices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.prices[middle]! - price) * this.#away < 0) low = middle + 1;
      else high = middle;
    }
    const known = this.prices[low] === price;
    if (size > 0) {
      if (known) this.sizes[low] = size;
      else {
        this.prices.splice(low, 0, price);
        this.sizes.splice(low, 0, size);
        if (this.prices.length > LEVELS_MAX) {
          this.prices.pop();
          this.sizes.pop();
        }
      }
    } else if (known) {
      this.prices.splice(low, 1);
      this.sizes.splice(low, 1);
    }
  }

  clear(): void {
    this.prices = [];
    this.sizes = [];
  }
}

/** The book of one instrument, from a snapshot and absolute changes of levels. */
export class DepthBook {
  readonly #bids = new Side(-1);
  readonly #asks = new Side(1);

  replace(bids: readonly Level[], asks: readonly Level[]): void {
    this.#bids.clear();
    this.#asks.clear();
    this.change(bids, asks);
  }

  change(bids: readonly Level[], asks: readonly Level[]): void {
    for (const [price, size] of bids) this.#bids.set(price, size);
    for (const [price, size] of asks) this.#asks.set(price, size);
  }

  /** Both sides have a level, and the best bid is below the best ask. */
  get sound(): boolean {
    const [bid, ask] = [this.#bids.prices[0], this.#asks.prices[0]];
    return bid !== undefined && ask !== undefined && bid < ask;
  }

  /** The top of it, in arrays of its own. */
  top(symbol: string, eventTimeMs: number): Book {
    return {
      kind: 'book',
      symbol,
      bidPrices: this.#bids.prices.slice(0, BOOK_LEVELS),
      bidSizes: this.#bids.sizes.slice(0, BOOK_LEVELS),
      askPrices: this.#asks.prices.slice(0, BOOK_LEVELS),
      askSizes: this.#asks.sizes.slice(0, BOOK_LEVELS),
      eventTimeMs,
    };
  }
}
