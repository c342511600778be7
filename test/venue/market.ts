import type { Contract } from './contract.ts';
import type { MinuteBar } from './minute-bars.ts';

/** Price and quantity, as text, as on the wire. A quantity of 0 in a change: the level is gone. */
export type Level = readonly [price: string, quantity: string];

/** One change of a book: what `depthUpdate` frames are made of. */
export interface DepthUpdate {
  /** `U`, `u` and `pu`. */
  readonly firstId: number;
  readonly lastId: number;
  readonly previousId: number;
  readonly eventTimeMs: number;
  readonly transactionTimeMs: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** How often there is one at most; 0 for every change. */
  readonly speedMs: number;
  /** The payload as it was recorded. */
  readonly verbatim?: string;
}

/** A whole book: what `GET /fapi/v1/depth` answers. Best level first. */
export interface BookSnapshot {
  readonly lastUpdateId: number;
  readonly eventTimeMs: number;
  readonly transactionTimeMs: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface AggregateTrade {
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly timeMs: number;
  readonly buyerIsMaker: boolean;
}

export interface BestPrices {
  readonly updateId: number;
  readonly bid: Level;
  readonly ask: Level;
  readonly timeMs: number;
}

export interface MarkPrice {
  readonly mark: string;
  readonly index: string;
  readonly fundingRate: string;
  readonly nextFundingTimeMs: number;
  readonly timeMs: number;
}

/** The last 24 hours. */
export interface DayStatistics {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly count: number;
}

/** Where a market publishes what happens in it. A stream is named as a client names it: `btcusdt@aggTrade`. */
export interface Publisher {
  /** Somebody listens: a payload nobody wants need not be written. */
  wants(stream: string): boolean;
  publish(symbol: string, stream: string, payload: string): void;
  wantsDepth(symbol: string): boolean;
  publishDepth(symbol: string, update: DepthUpdate): void;
}

/** What drives a venue: the embedded market, or a capture of a real one. */
export interface VenueMarket {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly startTimeMs: number;
  /** Everything before this has been published. */
  readonly positionMs: number;
  /** Nothing comes after this; `undefined` when it never ends. */
  readonly endTimeMs: number | undefined;
  /** Publishes what happens before `untilMs`. */
  advance(untilMs: number, publisher: Publisher): void;
  book(symbol: string): BookSnapshot | undefined;
  best(symbol: string): BestPrices | undefined;
  mark(symbol: string): MarkPrice | undefined;
  day(symbol: string): DayStatistics | undefined;
  /** Oldest first, as many as are remembered. */
  trades(symbol: string): readonly AggregateTrade[];
  /** Minutes that open in `[fromMs, toMs]`, oldest first, the forming one included. */
  minutes(symbol: string, fromMs: number, toMs: number): MinuteBar[];
}
