import type { EngineView } from '../../core/engine/engine.ts';
import { explain } from '../../core/fusion/explanation.ts';
import type { Bar } from '../../core/market/bar.ts';
import type { Opinion } from '../../core/strategies/strategy.ts';
import type { Json } from '../json-text.ts';
import { noticesJson, type ToldChannel } from './notice-json.ts';
import { barJson, instrumentJson, instrumentViewJson, silencesJson } from './view-json.ts';

/** 2024-11-21T10:31:00Z. */
const T = 1_732_185_060_000;

export const EXAMPLE_SEATS = [
  { definition: { name: 'trend-confluence' }, weight: 0.22 },
  { definition: { name: 'flow-burst' }, weight: 0.2 },
  { definition: { name: 'momentum' }, weight: 0.18 },
];

const OPINIONS: readonly Opinion[] = [
  { side: 'buy', strength: 82.5, reason: 'price above EMA 21, 55 and 200' },
  { side: undefined, reason: 'quiet flow' },
  { side: 'buy', strength: 71, reason: 'RSI 61.2 and rising' },
];

const DEMANDS = { minStrategies: 2, minConsensus: 75, minStrength: 70 };

export const EXAMPLE_BARS: readonly Bar[] = [
  {
    ...{ kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: T - 120_000, closeTimeMs: T - 60_000 },
    ...{ open: 3499.5, high: 3501.2, low: 3498.9, close: 3500.1, volume: 812.4, buyVolume: 431.9 },
  },
  {
    ...{ kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: T - 60_000, closeTimeMs: T },
    ...{ open: 3500.1, high: 3500.8, low: 3497.0, close: 3497.6, volume: 1204.03, buyVolume: undefined },
  },
];

export const EXAMPLE_VIEW: EngineView = {
  instrument: { symbol: 'ETHUSDT', tickSize: 0.1, stepSize: 0.001 },
  ...{ isAwake: true, lastFlowMs: T, lastPrice: 3497.6, bidPrice: 3497.5, askPrice: 3497.6 },
  lastBar: EXAMPLE_BARS[1],
  timeframes: [{ timeframe: '1m', standing: undefined, opinions: OPINIONS }],
  explanations: [
    explain(
      OPINIONS,
      EXAMPLE_SEATS.map(({ weight }) => weight),
      DEMANDS,
    ),
  ],
  ...{ lastSignalMs: T - 14_877, obstacles: ['cool_down'], coolDownLeftMs: 285_123 },
};

export const EXAMPLE_MINUTES = [
  { fromMs: T - 120_000, signals: 0, silences: { consensus_too_low: 118, no_votes: 62 } },
  { fromMs: T - 60_000, signals: 1, silences: { consensus_too_low: 141, same_condition: 38 } },
] as const;

export const EXAMPLE_CHANNELS: readonly ToldChannel[] = [
  { name: 'telegram', told: 412, waiting: 0, doubtful: 1, lost: 0, refused: 0, trouble: undefined },
  {
    ...{ name: 'webhook:example.com:5d41402a', told: 398, waiting: 14, doubtful: 0, lost: 0, refused: 0 },
    trouble: 'the receiver cannot be reached (ECONNREFUSED)',
  },
];

const EXAMPLE_MUTE = { untilMs: T + 7_200_000, by: 'dashboard 3f9a1c', sinceMs: T };

/** By the name of its file. */
export function renderedViews(): Readonly<Record<string, Json>> {
  return {
    'instruments.json': { instruments: [instrumentJson(EXAMPLE_VIEW)], next: null },
    'instrument.json': instrumentViewJson(EXAMPLE_VIEW, EXAMPLE_SEATS, T),
    'bars.json': { symbol: 'ETHUSDT', timeframe: '1m', bars: EXAMPLE_BARS.map(barJson) },
    'silences.json': silencesJson(EXAMPLE_MINUTES),
    'notices.json': noticesJson(EXAMPLE_CHANNELS, EXAMPLE_MUTE),
  };
}
