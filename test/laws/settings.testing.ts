import { BUILT_INS, defaultConfig } from '../../src/apps/config/defaults.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import { BUILT_IN_STRATEGIES, DEFAULT_WEIGHTS } from '../../src/core/strategies/registry.ts';
import { WITNESS } from './witness.testing.ts';

const { fusion, bracket, leverage, signals } = defaultConfig(BUILT_INS);

/** The bot as it ships. */
export const GUIDE_SETTINGS: EngineSettings = {
  runAnchor: 'laws',
  market: 'REPLAY',
  timeframes: fusion.timeframes,
  seats: BUILT_IN_STRATEGIES.map((definition) => ({
    definition,
    weight: DEFAULT_WEIGHTS[definition.name]!,
    options: definition.defaults,
  })),
  fusion,
  bracket,
  leverage,
  signals,
};

/** Ten times the longest period: the 200 bars of 5m that the slow average of trend-confluence is long. */
export const GUIDE_WARMUP_MS = 10 * 200 * 5 * MINUTE_MS;

/** Periods so short that a tape of minutes warms them up. */
const SHORT_OPTIONS: Readonly<Record<string, object>> = {
  'trend-confluence': { emaFast: 5, emaMiddle: 10, emaSlow: 20, macdFast: 4, macdSlow: 8, macdSignal: 3, rsiPeriod: 5 },
  momentum: { rsiPeriod: 5, macdFast: 3, macdSlow: 6, macdSignal: 3, emaFast: 2, emaMiddle: 4, emaSlow: 8 },
  ichimoku: { tenkan: 3, kijun: 7, spanB: 14, displacement: 7 },
  'volume-breakout': { rangeBars: 8, atrPeriod: 8 },
  'flow-burst': { fastSeconds: 2, slowSeconds: 6, memorySeconds: 10, warmupSeconds: 8, tradesMin: 2 },
  'order-book': { flowSeconds: 4, depthSeconds: 8, memorySeconds: 10, warmupSeconds: 8 },
};

/** All six strategies with short periods, a witness, and thresholds that let many decisions through. */
export const SHORT_SETTINGS: EngineSettings = {
  ...GUIDE_SETTINGS,
  seats: [
    ...GUIDE_SETTINGS.seats.map((seat) => ({
      ...seat,
      options: { ...seat.definition.defaults!, ...SHORT_OPTIONS[seat.definition.name] },
    })),
    { definition: WITNESS, weight: 0.05, options: {} },
  ],
  fusion: { minStrategies: 2, minConsensus: 30, minStrength: 50 },
  signals: { ...signals, coolDownSeconds: 20 },
};

/** Ten times the longest period: the 21 bars of 5m that Ichimoku's shifted cloud looks back. */
export const SHORT_WARMUP_MS = 10 * 21 * 5 * MINUTE_MS;

const FLOW = ['flow-burst', 'order-book'];

/** The strategies that need no bars, alone, each enough for a decision. */
export const FLOW_SETTINGS: EngineSettings = {
  ...SHORT_SETTINGS,
  seats: SHORT_SETTINGS.seats.filter((seat) => FLOW.includes(seat.definition.name)),
  fusion: { minStrategies: 1, minConsensus: 30, minStrength: 50 },
};

/** Ten times the longest memory of `FLOW_SETTINGS`, 10 s. */
export const FLOW_WARMUP_MS = 100_000;
