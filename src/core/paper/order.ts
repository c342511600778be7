import type { Side } from '../market/trade.ts';

/**
 *   market   crosses the spread at once, as far as `price` allows when there is one
 *   stop     becomes a market order once the market is at `price`
 *   limit    waits in the book at `price`
 */
export type PaperOrderType = 'market' | 'stop' | 'limit';

/** What several orders close together: none of them can take more than is open. */
export interface OpenQuantity {
  /** In base units, >= 0. */
  qty: number;
}

export interface PaperOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: PaperOrderType;
  /** In base units, whole steps, > 0. */
  readonly qty: number;
  readonly price?: number;
  /** Market time at which it is at the venue: nothing happens to it before. */
  readonly activeAtMs: number;
  /** For an order that only reduces: what it reduces. */
  readonly reduces?: OpenQuantity;
}

/** What one market event did to one order. */
export interface PaperFill {
  readonly orderId: string;
  /** Of this fill, base units, > 0. */
  readonly qty: number;
  /** Mean over the levels it took, in quote units. */
  readonly price: number;
  readonly role: 'taker' | 'maker';
  readonly leavesQty: number;
  readonly atMs: number;
}
