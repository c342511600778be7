/** The side of the order that crossed the spread. */
export type Side = 'buy' | 'sell';

/** One print: somebody crossed the spread. (A *tick* is the price step, not a print.) */
export interface Trade {
  readonly kind: 'trade';
  readonly symbol: string;
  /** The venue's id of the trade, or of the aggregate. */
  readonly tradeId: number;
  readonly price: number;
  /** In base units, > 0. */
  readonly size: number;
  readonly aggressor: Side;
  readonly eventTimeMs: number;
}
