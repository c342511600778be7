import type { BestPrices, BookSnapshot, DepthUpdate, Level } from './market.ts';

/**
 * The book of one contract of a capture. Until the recorder's snapshot is reached it is that snapshot: it lies ahead of
 * the stream then, which the protocol allows. From there on it follows the stream.
 */
export class CapturedBook {
  #snapshot: BookSnapshot | undefined;
  #bids: Map<string, string> | undefined;
  #asks = new Map<string, string>();

  constructor(snapshot: BookSnapshot | undefined) {
    this.#snapshot = snapshot;
  }

  /** Without a snapshot in the capture the best prices are one: a book of one level, which the changes fill. */
  begin({ updateId, bid, ask, timeMs }: BestPrices): void {
    this.#snapshot ??= {
      ...{ lastUpdateId: updateId, eventTimeMs: timeMs, transactionTimeMs: timeMs },
      ...{ bids: [bid], asks: [ask] },
    };
  }

  apply(update: DepthUpdate): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || update.lastId < snapshot.lastUpdateId) return;
    if (this.#bids === undefined) {
      this.#bids = new Map(snapshot.bids);
      this.#asks = new Map(snapshot.asks);
    }
    change(this.#bids, update.bids);
    change(this.#asks, update.asks);
    const { lastId, eventTimeMs, transactionTimeMs } = update;
    this.#snapshot = { lastUpdateId: lastId, eventTimeMs, transactionTimeMs, bids: [], asks: [] };
  }

  snapshot(): BookSnapshot | undefined {
    if (this.#snapshot === undefined || this.#bids === undefined) return this.#snapshot;
    return { ...this.#snapshot, bids: sorted(this.#bids, -1), asks: sorted(this.#asks, 1) };
  }
}

function change(side: Map<string, string>, levels: readonly Level[]): void {
  for (const [price, quantity] of levels) {
    if (Number(quantity) === 0) side.delete(price);
    else side.set(price, quantity);
  }
}

function sorted(side: ReadonlyMap<string, string>, direction: 1 | -1): Level[] {
  return [...side].sort(([one], [other]) => direction * (Number(one) - Number(other)));
}
