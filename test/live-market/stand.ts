import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { BinanceFeed } from '../../src/adapters/binance/binance-feed.ts';
import type { BinanceMarketOptions } from '../../src/adapters/binance/binance-market.ts';
import { endpointsOf } from '../../src/adapters/binance/endpoints.ts';
import type { Received } from '../../src/adapters/binance/received.ts';
import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { BUILT_INS } from '../../src/apps/config/defaults.ts';
import { loadConfig } from '../../src/apps/config/load-config.ts';
import { engineSettings } from '../../src/apps/engine-settings.ts';
import { House } from '../../src/apps/house.ts';
import { latenessOf, Player } from '../../src/apps/player.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { EngineEvent } from '../../src/core/engine/event.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import type { MarketClock } from '../../src/ports/clock.ts';
import type { Journal } from '../../src/ports/journal.ts';
import type { Recorder } from '../../src/ports/recorder.ts';

export interface StandOptions {
  readonly venueUrl: string;
  readonly clock?: MarketClock;
  readonly market?: Partial<BinanceMarketOptions>;
  readonly settings?: Partial<EngineSettings>;
  readonly journal?: Journal;
  /** What was known before; nothing when absent. */
  readonly past?: Books;
  readonly recorder?: Recorder;
  readonly onEvent?: (event: EngineEvent) => void;
  readonly onEffects?: (effects: readonly Effect[]) => void;
  readonly onReceived?: (received: Received) => void;
  readonly connectionLifeMs?: number;
  readonly lookEveryMs?: number;
}

const WALL: MarketClock = { nowMs: () => Date.now(), speed: 1 };

/** The live feed with a real house behind it, as `tapewire start` wires them, without API and files. */
export class Stand {
  readonly feed: BinanceFeed;
  readonly house: House;
  readonly signals: Signal[] = [];
  readonly warnings: string[] = [];
  readonly clock: MarketClock;
  readonly #stop = new AbortController();
  readonly #played: Promise<void>;

  private constructor(options: StandOptions, settings: EngineSettings) {
    const { clock = WALL, onReceived, connectionLifeMs, lookEveryMs } = options;
    this.clock = clock;
    this.feed = new BinanceFeed({
      endpoints: endpointsOf(options.venueUrl),
      label: 'LIVE test',
      clock,
      gap: undefined,
      // Waiting times without jitter: what a test waits for comes at the same moment every time.
      chance: () => 0,
      warn: (sentence) => this.warnings.push(sentence),
      ...(onReceived && { onReceived }),
      ...(connectionLifeMs !== undefined && { connectionLifeMs }),
      ...(lookEveryMs !== undefined && { lookEveryMs }),
      market: {
        universe: { symbols: 'all', top: 1_000, minQuoteVolume: 0, include: [], exclude: [] },
        ...{ depthInstruments: 50, depthSpeed: '500ms', historyMinutes: 300, settleMs: 250 },
        ...options.market,
      },
    });
    const publish = (effects: readonly Effect[]): void => {
      for (const effect of effects) if (effect.kind === 'signal_issued') this.signals.push(effect.signal);
      options.onEffects?.(effects);
    };
    this.house = new House({
      settings,
      journal: options.journal ?? new MemoryJournal('0'.repeat(32)),
      past: options.past ?? new Books(),
      recorder: options.recorder,
      clock,
      houseClock: clock,
      outlets: [{ publish }],
      ...(options.onEvent && { tap: { listening: true, see: options.onEvent } }),
    });
    const player = new Player({ feed: this.feed, house: this.house, clock, lateMs: latenessOf(settings), livedMs: 0 });
    this.#played = player.play(this.#stop.signal);
  }

  static async open(options: StandOptions): Promise<Stand> {
    const settings = await defaultSettings();
    return new Stand(options, { ...settings, ...options.settings });
  }

  get liveCount(): number {
    let count = 0;
    for (const { phase } of this.feed.market.live.lines.values()) if (phase === 'live') count += 1;
    return count;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#played;
  }
}

/** Six strategies, three timeframes: what a fresh install decides by. */
export async function defaultSettings(): Promise<EngineSettings> {
  const loaded = await loadConfig({ flags: {}, env: {}, cwd: tmpdir(), strategies: BUILT_INS });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ text }) => text).join('; '));
  // These tests count signals: nothing is traded on paper here, and so risk speaks against none of them.
  const { trading: _, ...settings } = engineSettings(loaded.value, { runAnchor: 'test', market: 'LIVE test' });
  return settings;
}

/** Resolves when the condition holds; whoever waits in vain is ended by the test's own timeout. */
export async function until(condition: () => boolean, stepMs = 5): Promise<void> {
  while (!condition()) await sleep(stepMs);
}
