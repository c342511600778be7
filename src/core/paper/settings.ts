/**
 * When a resting target counts as filled.
 *
 *   risk_averse   the market went through its price: whoever stood before us in the queue was served
 *   prob          that, or a touch in one of two cases, drawn from the seed
 *   touch         the market reached its price
 */
export type FillModel = 'risk_averse' | 'prob' | 'touch';

/** How the paper venue fills and what it charges. */
export interface PaperSettings {
  /** What the account begins with, in the quote currency. */
  readonly startEquity: number;
  /** Percent of the value, for whoever crosses the spread. */
  readonly takerFeePercent: number;
  /** Percent of the value, for whoever waits in the book; negative is a rebate. */
  readonly makerFeePercent: number;
  /** Milliseconds from the decision until the order is at the venue: the middle one, and one of a hundred. */
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
  readonly fillModel: FillModel;
  /** An entry buys at most this far above its price, and sells at most this far below, basis points. */
  readonly maxSlippageBps: number;
  /** What an order costs where the market's displayed sizes are not known, basis points. */
  readonly blindSlippageBps: number;
  /** No order is smaller, in the quote currency. */
  readonly minNotional: number;
  /** Percent of the value that the long side pays the short side at 00:00, 08:00 and 16:00 UTC. */
  readonly fundingRatePercent: number;
}
