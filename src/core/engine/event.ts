import type { Bar } from '../market/bar.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import type { Trade } from '../market/trade.ts';
import type { Signal } from '../signals/signal.ts';

/** From here on this instrument is known. Must come before its market data; a repetition replaces nothing. */
export interface InstrumentListed {
  readonly kind: 'instrument';
  readonly instrument: Instrument;
}

/** From here on this instrument is not known any more: it left the universe, or its steps change and it is listed anew. */
export interface InstrumentDelisted {
  readonly kind: 'delisted';
  readonly symbol: string;
  readonly eventTimeMs: number;
}

/**
 * Whether market data can be acted on from here on. While there is a reason not to, bars and indicators go on with what
 * comes, and nothing is decided on it.
 */
export interface FeedDoubted {
  readonly kind: 'doubt';
  readonly eventTimeMs: number;
  /** `undefined` for every instrument, besides what is said of one. */
  readonly symbol: string | undefined;
  /** `undefined` when it can be acted on again. */
  readonly reason: string | undefined;
}

/**
 * Market time has reached `eventTimeMs` and everything before it has been delivered, for every instrument.
 * Feeds send one per market second, behind the recorded bars that close at it; seconds, empty bars and expiry hang on it.
 */
export interface ClockTicked {
  readonly kind: 'clock';
  readonly eventTimeMs: number;
}

/** Market data are missing in `[fromMs, toMs)` and will not come: forming bars are dropped, nothing is invented. */
export interface MarketGap {
  readonly kind: 'gap';
  /** `undefined` for every instrument. */
  readonly symbol: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** The feed is behind and hurries: decisions of market time before `untilMs` come too late to be signals. */
export interface CatchUp {
  readonly kind: 'catch_up';
  readonly untilMs: number;
}

/** A guide client says that it has processed the signal with this stamp. */
export interface SignalAcknowledged {
  readonly kind: 'acknowledge';
  readonly stampUs: number;
  readonly eventTimeMs: number;
}

/** A ready signal from outside the fusion (the demo's two). Id, stamp and expiry are given by the book. */
export interface SignalProposed {
  readonly kind: 'propose';
  readonly eventTimeMs: number;
  readonly ttlMs: number;
  readonly draft: SignalDraft;
}

export type SignalDraft = Omit<Signal, 'signalId' | 'stampUs' | 'expiresAtMs'>;

export type MarketEvent =
  | Trade
  | Quote
  | Book
  | Bar
  | ClockTicked
  | MarketGap
  | CatchUp
  | InstrumentListed
  | InstrumentDelisted
  | FeedDoubted;

/** Everything the engine can be told. Sources may reuse market event objects after `apply` returned. */
export type EngineEvent = MarketEvent | SignalAcknowledged | SignalProposed;
