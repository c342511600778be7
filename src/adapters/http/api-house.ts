import type { ToldChannel } from '../../contract/v1/notice-json.ts';
import type { Command } from '../../core/delivery/command.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { Replies } from '../../core/delivery/reply.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { EngineEvent } from '../../core/engine/event.ts';
import type { TradingSettings } from '../../core/engine/settings.ts';
import type { Side } from '../../core/market/trade.ts';
import type { AccountStatement } from '../../core/positions/ledgers.ts';
import type { Equity } from '../../core/risk/risk-officer.ts';
import type { SignalBook } from '../../core/signals/signal-book.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { FeedStatus, MarketKind } from '../../ports/market-feed.ts';

/** What is known about the house's condition. The API judges it (`health.ts`), so that no surface judges twice. */
export interface HealthFacts {
  readonly feed: FeedStatus;
  /** Wall milliseconds since market data last arrived; `undefined` before the first. */
  readonly dataAgeMs: number | undefined;
  /** Wall milliseconds since the start. */
  readonly upMs: number;
  /** Why the journal cannot write, and since when in market time; `undefined` while it can. */
  readonly journalFault: { readonly reason: string; readonly sinceMs: number } | undefined;
  /** Why nothing is recorded any more, and since when in market time. */
  readonly recordingFault?: { readonly reason: string; readonly sinceMs: number } | undefined;
}

/** Why there are signals or none, counted since the start: what the engine's census counts. */
export interface EngineStatistics {
  /** How often votes were weighed. */
  readonly fusionRuns: number;
  /** Decisions that led to no signal, by reason. */
  readonly silences: Readonly<Partial<Record<string, number>>>;
  /** Market data that could not be used, by name. */
  readonly problems: Readonly<Record<string, number>>;
  readonly strategies: Readonly<Record<string, StrategyCensus>>;
}

/** How often one strategy was asked and what it said. */
export interface StrategyCensus {
  readonly buy: number;
  readonly sell: number;
  readonly abstained: Readonly<Record<string, number>>;
}

/** The paper account and the market as the engine sees them at this moment. Reading waits for nothing. */
export interface TradingFacts {
  /** `undefined` where nothing is traded on paper. */
  readonly settings: TradingSettings | undefined;
  equity(): Equity | undefined;
  /** What a position of this side could be closed at; `undefined` while nobody knows. */
  exitPrice(symbol: string, side: Side): number | undefined;
  /** Instruments that are watched at this moment. */
  isWatched(symbol: string): boolean;
  /** What the paper trader and its venue say is open; `undefined` where nothing is traded on paper. */
  statement(): AccountStatement | undefined;
  silences(): Readonly<Partial<Record<string, number>>>;
}

/** What the API needs of the house it serves. Reading never waits for the engine. */
export interface ApiHouse {
  readonly clock: MarketClock;
  /** The API's own fold of the effects that are on disk. */
  readonly book: Pick<
    SignalBook,
    'live' | 'open' | 'latest' | 'history' | 'knows' | 'seqOf' | 'issuedCount' | 'lastSeq'
  >;
  /** The same for what became of the signals. */
  readonly deliveries: Omit<DeliveryBook, 'apply' | 'copy' | 'asBase'>;
  /** Wall time that never goes back: leases and deadlines run in it. */
  readonly houseClock: Pick<MarketClock, 'nowMs'>;
  readonly journalId: string;
  readonly trading: TradingFacts;
  readonly market: { readonly kind: MarketKind; readonly label: string };
  /** Resolves when the effects are on disk; rejects when the journal failed. */
  submit(events: readonly EngineEvent[]): Promise<readonly Effect[]>;
  /** Resolves with the answer when what it rests on is on disk; rejects when the journal failed. */
  ask<C extends Command>(command: C): Promise<Replies[C['kind']]>;
  health(): HealthFacts;
  statistics(): EngineStatistics;
  /** Who is told by messages; empty while nobody is. */
  channels(): readonly ToldChannel[];
}
