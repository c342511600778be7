import { assert } from '../assert.ts';
import type { Trade } from '../market/trade.ts';

/** More trades than this ahead of a missing one are not kept: the hole is a hole. */
const AHEAD_MAX = 1_000;

/**
 * The trades of one instrument, each exactly once and in the order of their ids, from one connection or from two that
 * overlap. Ids that count without holes (Binance's aggregate trades do) show what is missing; where a venue's ids only
 * grow, `gapless` is false and they show repetitions alone.
 */
export class TradeChain {
  /** The id of the last trade that was let through; `undefined` before the first. */
  lastId: number | undefined;
  /** Its time. */
  lastMs = Number.NEGATIVE_INFINITY;
  readonly #gapless: boolean;
  /** Came before one that is still missing, by id. */
  readonly #ahead = new Map<number, Trade>();
  #aheadSinceMs = 0;

  constructor({ gapless }: { readonly gapless: boolean }) {
    this.#gapless = gapless;
  }

  /** Since when a trade is missing, in receive time; `undefined` when none is. */
  get missingSinceMs(): number | undefined {
    return this.#ahead.size === 0 ? undefined : this.#aheadSinceMs;
  }

  /** Whether one that waits for a missing one happened before `timeMs`. */
  waitsBefore(timeMs: number): boolean {
    for (const trade of this.#ahead.values()) if (trade.eventTimeMs < timeMs) return true;
    return false;
  }

  /**
   * `next`: it is the next one, let it through and then whatever `follow` gives. `repeated`: known already.
   * `ahead`: one before it is missing; it is kept until that comes or is given up.
   */
  judge(trade: Trade, atMs: number): 'next' | 'repeated' | 'ahead' {
    const { tradeId } = trade;
    const { lastId } = this;
    if (lastId !== undefined && tradeId <= lastId) return 'repeated';
    if (!this.#gapless || lastId === undefined || tradeId === lastId + 1) {
      this.#advance(trade);
      return 'next';
    }
    if (this.#ahead.has(tradeId)) return 'repeated';
    if (this.#ahead.size === 0) this.#aheadSinceMs = atMs;
    this.#ahead.set(tradeId, trade);
    return 'ahead';
  }

  /** Whether more wait than can be kept. */
  get overflows(): boolean {
    return this.#ahead.size > AHEAD_MAX;
  }

  /** The next trade that has been waiting, when nothing is missing before it any more. */
  follow(): Trade | undefined {
    if (this.#ahead.size === 0) return undefined;
    const trade = this.#ahead.get(this.lastId! + 1);
    if (trade === undefined) return undefined;
    this.#ahead.delete(trade.tradeId);
    this.#advance(trade);
    return trade;
  }

  /** Gives up what is missing. @returns how many trades that are, and the first that came after them */
  giveUp(): { readonly missing: number; readonly trade: Trade } {
    assert(this.#ahead.size > 0, 'trade chain: nothing is missing');
    const firstId = Math.min(...this.#ahead.keys());
    const missing = firstId - this.lastId! - 1;
    const trade = this.#ahead.get(firstId)!;
    this.#ahead.delete(firstId);
    this.#advance(trade);
    return { missing, trade };
  }

  #advance(trade: Trade): void {
    this.lastId = trade.tradeId;
    this.lastMs = trade.eventTimeMs;
  }
}
