import type { EngineEvent } from '../../src/core/engine/event.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Bar } from '../../src/core/market/bar.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import type { Opinion, StrategyDefinition } from '../../src/core/strategies/strategy.ts';
import type { Venue } from '../venue/venue.ts';

const ABSTAINS: Opinion = { side: undefined, reason: 'only listens' };

/** Changes its mind every second: a signal of every instrument in every second, unless something speaks against it. */
const METRONOME: StrategyDefinition = {
  ...{ name: 'metronome', summary: 'for tests', scope: 'instrument', longestPeriodBars: 0, defaults: {} },
  parse: () => ({ ok: true, value: {} }),
  create: () => {
    let opinion: Opinion = ABSTAINS;
    return {
      onSecond: (secondMs) => {
        opinion = { side: secondMs % 2_000 === 0 ? 'buy' : 'sell', strength: 100, reason: 'tick tock' };
      },
      get opinion() {
        return opinion;
      },
    };
  },
};

interface Interval {
  readonly fromMs: number;
  toMs: number;
}

/** Hears every bar and every doubt, and every signal, and holds them against what the venue knows to be true. */
export class Witness {
  readonly bars: Bar[] = [];
  readonly #doubts = new Map<string | undefined, Interval[]>();
  readonly settings: Partial<EngineSettings>;

  constructor({ signals }: EngineSettings) {
    const listener: StrategyDefinition = {
      ...METRONOME,
      name: 'witness',
      create: () => ({
        onBar: (bar) => {
          if (bar.timeframe === '1m') this.bars.push(bar);
        },
        opinion: ABSTAINS,
      }),
    };
    this.settings = {
      timeframes: ['1m'],
      seats: [METRONOME, listener].map((definition) => ({ definition, weight: 0.5, options: {} })),
      fusion: { minStrategies: 1, minConsensus: 50, minStrength: 0 },
      signals: { ...signals, coolDownSeconds: 0 },
    };
  }

  see(event: EngineEvent): void {
    if (event.kind !== 'doubt') return;
    const intervals = this.#doubts.get(event.symbol) ?? [];
    this.#doubts.set(event.symbol, intervals);
    if (event.reason === undefined) intervals.at(-1)!.toMs = event.eventTimeMs;
    else intervals.push({ fromMs: event.eventTimeMs, toMs: Number.POSITIVE_INFINITY });
  }

  /** Those that were decided while their instrument, or all of them, was in doubt. */
  inDoubt(signals: readonly Signal[]): Signal[] {
    return signals.filter((signal) => {
      const atMs = Math.floor(signal.stampUs / 1_000);
      const intervals = [...(this.#doubts.get(signal.symbol) ?? []), ...(this.#doubts.get(undefined) ?? [])];
      return intervals.some(({ fromMs, toMs }) => atMs > fromMs && atMs < toMs);
    });
  }

  /** Bars that are not the venue's, in words. */
  wrongBars(venue: Venue): string[] {
    return this.bars.flatMap((bar) => {
      const [truth] = venue.market.minutes(bar.symbol, bar.openTimeMs, bar.openTimeMs + MINUTE_MS - 1);
      if (truth === undefined) return [`${bar.symbol} ${bar.openTimeMs}: the venue has no such minute`];
      const { open, high, low, close, volume, takerBuyVolume } = truth;
      const pairs = { open, high, low, close, volume, buyVolume: takerBuyVolume };
      return Object.entries(pairs)
        .map(([key, value]) => [key, bar[key as keyof typeof pairs] ?? Number.NaN, value] as const)
        .filter(([, ours, theirs]) => !near(ours, theirs))
        .map(([key, ours, theirs]) => `${bar.symbol} ${bar.openTimeMs}: ${key} ${ours}, the venue has ${theirs}`);
    });
  }
}

/** Sums of the same decimals in another order. */
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
