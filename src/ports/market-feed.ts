import type { EngineEvent } from '../core/engine/event.ts';
import type { Bar } from '../core/market/bar.ts';
import type { Book } from '../core/market/book.ts';
import type { Quote } from '../core/market/quote.ts';
import type { Trade } from '../core/market/trade.ts';

export type MarketKind = 'SIMULATED' | 'REPLAY' | 'DEMO' | 'LIVE';

/** What health says of the feed. Measured, never assumed. */
export interface FeedStatus {
  readonly state: 'warming' | 'flowing' | 'degraded' | 'finished';
  /** Why it is not flowing, for a person; `undefined` while it flows. */
  readonly reason: string | undefined;
  /** Market time since when the state holds. */
  readonly sinceMs: number;
  /** Problems by name, counted since the start: rows or messages that could not be believed. */
  readonly problems: Readonly<Record<string, number>>;
  /** What speaks against acting on the data just now, oldest first; absent where a feed has no doubts. */
  readonly doubts?: readonly FeedDoubt[];
  /** What is measured of the feed, by name: weights, lags, counts. */
  readonly measures?: Readonly<Record<string, number>>;
}

export interface FeedDoubt {
  readonly reason: string;
  /** Market time. */
  readonly sinceMs: number;
  /** The instruments that it concerns; `undefined` for all of them. */
  readonly symbols: readonly string[] | undefined;
}

/** What trades, orders or candles said, and not what the feed says of itself. */
export function isMarketData(event: EngineEvent): event is Trade | Quote | Book | Bar {
  const { kind } = event;
  return kind === 'trade' || kind === 'quote' || kind === 'book' || kind === 'bar';
}

/** Produces events, in order, into `deliver`. An event object may be reused as soon as `deliver` has returned. */
export type EventBatch = (deliver: (event: EngineEvent) => void) => void;

/** Takes a batch of events and resolves when the house has decided and remembered. Back-pressure: wait for it. */
export type EventSink = (batch: EventBatch) => Promise<unknown>;

/** A source of market data in the order of exchange time, with a `clock` event per market second. */
export interface MarketFeed {
  readonly kind: MarketKind;
  /** How every surface names it: `SIMULATED medium`, `REPLAY ETHUSDT-1m-2025-05.csv`. */
  readonly label: string;
  readonly symbols: readonly string[];
  readonly status: FeedStatus;
  /** Delivers until the source ends or `stop` is aborted. Rejects only when it cannot go on at all. */
  run(sink: EventSink, stop: AbortSignal): Promise<void>;
}
