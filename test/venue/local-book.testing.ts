import type { Level } from './market.ts';

interface Change {
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}

/** A book kept as the venue's documentation says, and nothing else: it shares no code with the venue or the product. */
export class LocalBook {
  /** Changes that did not follow the one before. */
  broken = 0;
  applied = 0;
  readonly #bids: Map<string, string>;
  readonly #asks: Map<string, string>;
  readonly #snapshotId: number;
  #lastId: number | undefined;

  constructor(snapshot: { lastUpdateId: number; bids: readonly Level[]; asks: readonly Level[] }) {
    this.#snapshotId = snapshot.lastUpdateId;
    this.#bids = new Map(snapshot.bids);
    this.#asks = new Map(snapshot.asks);
  }

  apply({ U, u, pu, b, a }: Change): void {
    if (this.#lastId === undefined) {
      if (u < this.#snapshotId) return;
      if (U > this.#snapshotId) this.broken += 1;
    } else if (pu !== this.#lastId) this.broken += 1;
    this.#lastId = u;
    this.applied += 1;
    for (const [side, levels] of [[this.#bids, b] as const, [this.#asks, a] as const]) {
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(price);
        else side.set(price, quantity);
      }
    }
  }

  get crossed(): boolean {
    const [bid, ask] = [
      Math.max(...[...this.#bids.keys()].map(Number)),
      Math.min(...[...this.#asks.keys()].map(Number)),
    ];
    return bid >= ask;
  }

  top(levels: number): { bids: Level[]; asks: Level[] } {
    const sorted = (side: Map<string, string>, direction: number): Level[] =>
      [...side].sort(([one], [other]) => direction * (Number(one) - Number(other))).slice(0, levels);
    return { bids: sorted(this.#bids, -1), asks: sorted(this.#asks, 1) };
  }
}
