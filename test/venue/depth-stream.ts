import type { DepthUpdate, Level } from './market.ts';

/**
 * One depth stream of one contract: the changes of `speedMs` as one frame. Each frame says in `pu` what the last frame
 * of the same stream ended with, so the chain of a slow stream is as unbroken as that of a fast one.
 */
export class DepthStream {
  readonly name: string;
  readonly #speedMs: number;
  #firstId = 0;
  #previousId: number | undefined;
  #last: DepthUpdate | undefined;
  readonly #bids = new Map<string, string>();
  readonly #asks = new Map<string, string>();

  constructor(name: string, speedMs: number) {
    this.name = name;
    this.#speedMs = speedMs;
  }

  /** @returns the frame to send, when there is one now */
  add(update: DepthUpdate): DepthUpdate | undefined {
    if (this.#speedMs <= update.speedMs) return update;
    this.#previousId ??= update.previousId;
    if (this.#last === undefined) this.#firstId = update.firstId;
    this.#last = update;
    for (const [price, quantity] of update.bids) this.#bids.set(price, quantity);
    for (const [price, quantity] of update.asks) this.#asks.set(price, quantity);
    return undefined;
  }

  /** @returns what has gathered, when a period has ended at `nowMs` */
  flush(fromMs: number, nowMs: number): DepthUpdate | undefined {
    const last = this.#last;
    if (last === undefined || Math.floor(fromMs / this.#speedMs) === Math.floor(nowMs / this.#speedMs))
      return undefined;
    const frame = {
      firstId: this.#firstId,
      lastId: last.lastId,
      previousId: this.#previousId ?? last.previousId,
      eventTimeMs: nowMs,
      transactionTimeMs: last.transactionTimeMs,
      speedMs: this.#speedMs,
      bids: [...this.#bids] as Level[],
      asks: [...this.#asks] as Level[],
    };
    this.#last = undefined;
    this.#previousId = last.lastId;
    this.#bids.clear();
    this.#asks.clear();
    return frame;
  }
}
