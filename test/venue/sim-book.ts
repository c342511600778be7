import type { Book } from '../../src/core/market/book.ts';
import { BOOK_LEVELS } from '../../src/core/market/book.ts';
import { toTicks } from '../../src/core/market/instrument.ts';
import type { Contract } from './contract.ts';
import type { BookSnapshot, DepthUpdate, Level } from './market.ts';

/** Levels a side. The market makes ten; those behind them rest where they are until the price comes near. */
const LEVELS = 40;

/** The book of one contract: what the market shows of it, some depth behind that, and the ids of its updates. */
export class SimBook {
  lastUpdateId = 0;
  readonly #contract: Contract;
  readonly #marketTick: number;
  readonly #bidPrices = new Float64Array(BOOK_LEVELS);
  readonly #bidSizes = new Float64Array(BOOK_LEVELS);
  readonly #askPrices = new Float64Array(BOOK_LEVELS);
  readonly #askSizes = new Float64Array(BOOK_LEVELS);
  #timeMs = 0;
  /** The first id given since the last update; an id per quote, all of them within the next update. */
  #firstId: number | undefined;
  #told: { readonly bids: readonly Level[]; readonly asks: readonly Level[] } | undefined;

  constructor(contract: Contract, marketTick: number) {
    this.#contract = contract;
    this.#marketTick = marketTick;
  }

  /** Something happened at the best prices: it has its own id, and the next update of the depth covers it. */
  touched(updateId: number): void {
    this.#firstId ??= updateId;
  }

  /** Takes what the market shows. @returns the change, when somebody wants it and there is one */
  update(book: Book, updateId: number, wanted: boolean): DepthUpdate | undefined {
    const before = wanted ? (this.#told ?? this.#rows()) : undefined;
    this.#bidPrices.set(book.bidPrices);
    this.#bidSizes.set(book.bidSizes);
    this.#askPrices.set(book.askPrices);
    this.#askSizes.set(book.askSizes);
    this.#timeMs = book.eventTimeMs;
    const previousId = this.lastUpdateId;
    const firstId = this.#firstId ?? updateId;
    this.lastUpdateId = updateId;
    this.#firstId = undefined;
    this.#told = wanted ? this.#rows() : undefined;
    if (before === undefined || this.#told === undefined) return undefined;
    return {
      ...{ firstId, lastId: updateId, previousId, eventTimeMs: this.#timeMs, transactionTimeMs: this.#timeMs },
      bids: this.#changes(before.bids, this.#told.bids),
      asks: this.#changes(before.asks, this.#told.asks),
      speedMs: 0,
    };
  }

  snapshot(): BookSnapshot | undefined {
    if (this.lastUpdateId === 0) return undefined;
    const { bids, asks } = this.#told ?? this.#rows();
    return {
      ...{ lastUpdateId: this.lastUpdateId, eventTimeMs: this.#timeMs, transactionTimeMs: this.#timeMs },
      ...{ bids, asks },
    };
  }

  /** Levels that are new or of another size, and at 0 those that are gone. */
  #changes(before: readonly Level[], now: readonly Level[]): Level[] {
    const left = new Map(before);
    const changes = now.filter(([price, quantity]) => {
      const same = left.get(price) === quantity;
      left.delete(price);
      return !same;
    });
    const nothing = this.#contract.sizeText(0);
    for (const price of left.keys()) changes.push([price, nothing]);
    return changes;
  }

  #rows(): { bids: Level[]; asks: Level[] } {
    if (this.#timeMs === 0) return { bids: [], asks: [] };
    return {
      bids: this.#side('bid', this.#bidPrices, this.#bidSizes, -1),
      asks: this.#side('ask', this.#askPrices, this.#askSizes, 1),
    };
  }

  #side(side: 'bid' | 'ask', prices: Float64Array, sizes: Float64Array, direction: number): Level[] {
    const contract = this.#contract;
    const best = toTicks(prices[0]!, this.#marketTick);
    const gap = Math.abs(toTicks(prices[1]!, this.#marketTick) - best);
    const rows: { ticks: number; size: number }[] = [];
    for (let level = 0; level < LEVELS; level += 1) {
      const marketTicks = best + direction * level * gap;
      if (marketTicks < 1) break;
      const size = level < BOOK_LEVELS ? sizes[level]! : restingSteps(marketTicks) * contract.stepSize;
      const ticks = contract.wireTicks(marketTicks * this.#marketTick, side);
      const last = rows.at(-1);
      // On a coarser grid several levels fall on one price.
      if (last?.ticks === ticks) last.size += size;
      else rows.push({ ticks, size });
    }
    return rows.map(({ ticks, size }) => [contract.priceText(ticks), contract.sizeText(size)]);
  }
}

/** What waits at a price nobody is near to: a function of the price, so that it does not change while it waits. */
function restingSteps(ticks: number): number {
  return 100 + (Math.imul(ticks, 0x9e3779b1) >>> 22);
}
