import type { MarketEvent } from '../engine/event.ts';
import type { Bar } from '../market/bar.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import { BookSync } from './book-sync.ts';
import { TradeChain } from './trade-chain.ts';
import { UsualPause } from './usual-pause.ts';

/**
 * Where an instrument stands on its way into the engine:
 *
 *   loading   its history is being fetched, newest first; trades are only counted
 *   joining   the history is there; from the next whole minute on its market data wait for the bars before it
 *   live      the engine has it
 */
export type Phase = 'loading' | 'joining' | 'live';

/** Whole minutes `[fromMs, toMs)`. */
export interface Minutes {
  readonly fromMs: number;
  readonly toMs: number;
}

/** All that is known of one instrument between the sockets and the engine. */
export class InstrumentLine {
  readonly instrument: Instrument;
  /** What decides whose history comes first: quote volume of 24 hours. */
  readonly activity: number;
  phase: Phase = 'loading';
  readonly chain: TradeChain;
  /** The connection that delivered the last trade. */
  tradeConnection = -1;
  readonly book: BookSync | undefined;
  quoteId = -1;
  quote: Quote | undefined;
  crossedQuote = false;
  /** Its prices are no whole number of its price steps: the venue has changed them. */
  offTick = false;
  /** Our clock. */
  readonly tradePause = new UsualPause();
  readonly quotePause = new UsualPause();
  readonly depthPause = new UsualPause();
  /** Our clock, when its mark price last came. */
  markAtMs: number | undefined;
  /** Oldest first, without a hole; what lies before `historyFromMs` is still to come. */
  history: Bar[] = [];
  historyFromMs: number;
  historyDone = false;
  /** The first minute that is built from trades; only while joining. */
  joinMs = Number.POSITIVE_INFINITY;
  /** Market data since `joinMs`, while joining. */
  queue: Extract<MarketEvent, { readonly eventTimeMs: number }>[] = [];
  /** Since when nobody knows whether a trade is missing, exchange time: its stream was lost. */
  unprovenSinceMs: number | undefined;
  /** Its forming minute was given up because of that, and no trade has come since. */
  broken = false;
  /** A gap was told: the minute of the next trade will not be whole. */
  reopens = false;
  /** Minutes that are missing and will be fetched. */
  repair: Minutes | undefined;

  constructor(options: {
    readonly instrument: Instrument;
    readonly activity: number;
    readonly depth: boolean;
    readonly gaplessIds: boolean;
    readonly historyFromMs: number;
  }) {
    this.instrument = options.instrument;
    this.activity = options.activity;
    this.chain = new TradeChain({ gapless: options.gaplessIds });
    this.book = options.depth ? new BookSync() : undefined;
    this.historyFromMs = options.historyFromMs;
  }

  get symbol(): string {
    return this.instrument.symbol;
  }

  /** Begins to wait for the first whole minute after `nowMs`. */
  joinAfter(nowMs: number, minuteMs: number): void {
    this.phase = 'joining';
    this.joinMs = Math.floor(nowMs / minuteMs) * minuteMs + minuteMs;
    this.queue = [];
  }
}
