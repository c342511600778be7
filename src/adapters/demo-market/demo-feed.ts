import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEvent, SignalDraft } from '../../core/engine/event.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventSink, FeedStatus, MarketFeed } from '../../ports/market-feed.ts';

export const DEMO_LABEL = 'DEMO';
/** How long a test signal lives, and after which time it is issued anew. */
export const DEMO_TTL_MS = 300_000;
/** How often the time is looked at, at least: a clock may be set. Wall milliseconds, as market time here. */
const STEP_MS = 250;

/** Votes that never were are not shown: the agreement of a test signal is part of the test. */
const COMMON = {
  votes: [],
  reasons: ['a test signal of `tapewire demo`: fixed numbers, no market behind them'],
  market: DEMO_LABEL,
} as const;

/** The two signals that the guide's test script creates. */
export const DEMO_SIGNALS: readonly SignalDraft[] = [
  {
    symbol: 'ETHUSDT',
    side: 'buy',
    timeframe: '1m',
    entryPrice: 3500,
    stopPrice: 3482.5,
    targetPrices: [3528, 3542, 3563],
    leverage: 20,
    strength: 85.5,
    consensus: 75,
    strategiesAgree: 4,
    ...COMMON,
  },
  {
    symbol: 'BTCUSDT',
    side: 'sell',
    timeframe: '3m',
    entryPrice: 50_000,
    stopPrice: 50_500,
    targetPrices: [49_500, 49_000, 48_500],
    leverage: 15,
    strength: 78.3,
    consensus: 70,
    strategiesAgree: 4,
    ...COMMON,
  },
];

export interface DemoFeedOptions {
  readonly clock: MarketClock;
  /** Market time of the symbol's last signal in the journal, `undefined` when there was none. */
  readonly lastIssuedMs: (symbol: string) => number | undefined;
}

/** Issues the test signals, and each of them anew when its time is over, acknowledged or not. */
export class DemoFeed implements MarketFeed {
  readonly kind = 'DEMO';
  readonly label = DEMO_LABEL;
  readonly symbols = DEMO_SIGNALS.map((signal) => signal.symbol);
  readonly status: FeedStatus;
  readonly #clock: MarketClock;
  readonly #nextMs: Map<string, number>;

  constructor({ clock, lastIssuedMs }: DemoFeedOptions) {
    this.#clock = clock;
    this.status = { state: 'flowing', reason: undefined, sinceMs: clock.nowMs(), problems: {} };
    this.#nextMs = new Map(
      this.symbols.map((symbol) => [symbol, (lastIssuedMs(symbol) ?? Number.NEGATIVE_INFINITY) + DEMO_TTL_MS]),
    );
  }

  async run(sink: EventSink, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const nowMs = this.#clock.nowMs();
      const events: EngineEvent[] = [{ kind: 'clock', eventTimeMs: nowMs }];
      for (const draft of DEMO_SIGNALS) {
        if (nowMs < this.#nextMs.get(draft.symbol)!) continue;
        this.#nextMs.set(draft.symbol, nowMs + DEMO_TTL_MS);
        events.push({ kind: 'propose', eventTimeMs: nowMs, ttlMs: DEMO_TTL_MS, draft });
      }
      await sink((deliver) => {
        for (const event of events) deliver(event);
      });
      const dueMs = Math.min(...this.#nextMs.values()) - this.#clock.nowMs();
      await sleep(Math.max(1, Math.min(STEP_MS, dueMs)), undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
