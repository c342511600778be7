import { BOOK_LEVELS } from '../market/book.ts';
import type { Random } from './random.ts';

/**
 * Ten levels a side, sizes in steps, prices in ticks: level k of the bids is `bestBid - k * gap`, of the asks
 * `bestBid + spread + k * gap`. One level stands for all orders in the `gap` ticks behind it.
 */
export class SimulatedBook {
  readonly bids = new Int32Array(BOOK_LEVELS);
  readonly asks = new Int32Array(BOOK_LEVELS);
  readonly gap: number;
  readonly spread: number;
  bestBid: number;
  readonly #random: Random;
  /** What a level holds on average, in steps, best level first. */
  readonly #usual = new Float64Array(BOOK_LEVELS);

  constructor(random: Random, grid: { gap: number; spread: number; bestBid: number; usualSize: number }) {
    this.#random = random;
    this.gap = grid.gap;
    this.spread = grid.spread;
    this.bestBid = grid.bestBid;
    for (let k = 0; k < BOOK_LEVELS; k += 1) this.#usual[k] = grid.usualSize * (0.7 + 0.1 * k);
    for (let k = 0; k < BOOK_LEVELS; k += 1) {
      this.bids[k] = this.#fresh(k);
      this.asks[k] = this.#fresh(k);
    }
  }

  get bestAsk(): number {
    return this.bestBid + this.spread;
  }

  get mid(): number {
    return this.bestBid + this.spread / 2;
  }

  usual(level: number): number {
    return this.#usual[level]!;
  }

  /** Moves both sides by `levels` gaps. What was passed is gone, what comes into view is new. */
  shift(levels: number): void {
    this.bestBid += levels * this.gap;
    const count = Math.min(Math.abs(levels), BOOK_LEVELS);
    const [ahead, behind] = levels > 0 ? [this.asks, this.bids] : [this.bids, this.asks];
    ahead.copyWithin(0, count);
    for (let k = BOOK_LEVELS - count; k < BOOK_LEVELS; k += 1) ahead[k] = this.#fresh(k);
    behind.copyWithin(count, 0, BOOK_LEVELS - count);
    for (let k = 0; k < count; k += 1) behind[k] = this.#fresh(k);
  }

  /** One order comes or goes on one side. `lean` in [-1, 1] tilts towards adding. Returns the level it changed. */
  flicker(sizes: Int32Array, lean: number): number {
    const random = this.#random;
    const word = random.word();
    // Half of what happens in a book happens at the best price.
    const level = word < 0x8000_0000 ? 0 : word % BOOK_LEVELS;
    const usual = this.#usual[level]!;
    const size = sizes[level]!;
    const addChance = Math.min(0.95, Math.max(0.05, 0.5 + 0.3 * (1 - size / usual) + 0.5 * lean));
    if (random.uniform() < addChance) sizes[level] = size + Math.ceil(usual * 0.35 * random.exponential());
    else sizes[level] = Math.max(1, size - Math.ceil(size * 0.7 * random.uniform()));
    return level;
  }

  #fresh(level: number): number {
    const e = this.#random.exponential();
    return Math.max(1, Math.round(this.#usual[level]! * (0.1 + 0.677 * e * Math.sqrt(e))));
  }
}
