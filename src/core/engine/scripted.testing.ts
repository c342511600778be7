import type { Bar } from '../market/bar.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import { MINUTE_MS } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';
import type { Opinion, Strategy, StrategyDefinition } from '../strategies/strategy.ts';
import type { Effect } from './effect.ts';
import { Engine } from './engine.ts';
import type { EngineEvent } from './event.ts';
import type { EngineSettings } from './settings.ts';

/** A whole hour: every timeframe begins here. */
export const START_MS = 1_736_942_400_000;

export const ETH: Instrument = { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 };
export const SOL: Instrument = { symbol: 'SOLUSDT', tickSize: 0.01, stepSize: 0.01 };

export function trade(atMs: number, price = 3500, aggressor: Side = 'buy', symbol = ETH.symbol): Trade {
  return { kind: 'trade', symbol, tradeId: atMs, price, size: 1, aggressor, eventTimeMs: START_MS + atMs };
}

export function quote(atMs: number, bidPrice: number, askPrice: number, symbol = ETH.symbol): Quote {
  return { kind: 'quote', symbol, bidPrice, bidSize: 1, askPrice, askSize: 1, eventTimeMs: START_MS + atMs };
}

/** The recorded minute `index` after the start. */
export function minute(index: number, close = 3500, symbol = ETH.symbol): Bar {
  const openTimeMs = START_MS + index * MINUTE_MS;
  const prices = { open: close, high: close, low: close, close };
  const closeTimeMs = openTimeMs + MINUTE_MS;
  return { kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs, ...prices, volume: 1, buyVolume: 1 };
}

export const clock = (atMs: number): EngineEvent => ({ kind: 'clock', eventTimeMs: START_MS + atMs });

export const ABSTAINS: Opinion = { side: undefined, reason: 'sees nothing' };

export const votes = (side: Side, strength = 80): Opinion => ({ side, strength, reason: `${side} it` });

function definitionOf(name: string, create: () => Strategy): StrategyDefinition {
  const parse = () => ({ ok: true, value: {} }) as const;
  return { name, summary: 'for tests', scope: 'instrument', longestPeriodBars: 0, defaults: {}, parse, create };
}

/** A strategy that thinks what the test last told it to. */
export class Dial {
  opinion: Opinion = ABSTAINS;
  readonly definition: StrategyDefinition;

  constructor(name = 'dial') {
    const read = (): Opinion => this.opinion;
    const strategy: Strategy = {
      get opinion() {
        return read();
      },
    };
    this.definition = definitionOf(name, () => strategy);
  }
}

/** A strategy that writes down what it hears, in times after the start, and that begins anew with a new line. */
export class Listener {
  readonly heard: string[] = [];
  readonly definition: StrategyDefinition;
  opinion: Opinion = ABSTAINS;

  /** @param hearsBars Without, it is a strategy of the flow alone. */
  constructor({ hearsBars = true } = {}) {
    const note = (what: string): void => void this.heard.push(what);
    const onBar = ({ timeframe, closeTimeMs, close }: Bar): void =>
      note(`${timeframe} ${(closeTimeMs - START_MS) / MINUTE_MS} ${close}`);
    const read = (): Opinion => this.opinion;
    this.definition = definitionOf('listener', () => {
      note('begins');
      return {
        onTrade: ({ eventTimeMs }) => note(`trade ${eventTimeMs - START_MS}`),
        ...(hearsBars ? { onBar } : {}),
        onSecond: (secondMs) => note(`second ${(secondMs - START_MS) / 1000}`),
        get opinion() {
          return read();
        },
      };
    });
  }

  /** What was heard of one kind: `1m`, `second`, `begins`. */
  of(kind: string): string[] {
    return this.heard.filter((line) => line.split(' ')[0] === kind);
  }
}

/** Follows the last aggressor for some seconds, and not at once: it changes its mind while nothing happens. */
export const FOLLOWER = definitionOf('follower', () => {
  let opinion: Opinion = ABSTAINS;
  let [side, price, timeMs]: [Side, number, number] = ['buy', 0, Number.NEGATIVE_INFINITY];
  return {
    onTrade: (last) => {
      [side, price, timeMs] = [last.aggressor, last.price, last.eventTimeMs];
    },
    onSecond: (secondMs) => {
      const ageMs = secondMs - timeMs;
      opinion = ageMs > (price % 5) * 1_000 && ageMs < 8_000 ? votes(side) : ABSTAINS;
    },
    get opinion() {
      return opinion;
    },
  };
});

export function settingsFor(
  definitions: readonly StrategyDefinition[],
  changes: Partial<EngineSettings> = {},
): EngineSettings {
  return {
    runAnchor: 'test',
    market: 'TEST',
    timeframes: ['1m'],
    seats: definitions.map((definition) => ({ definition, weight: 0.5, options: {} })),
    fusion: { minStrategies: 1, minConsensus: 50, minStrength: 70 },
    bracket: {
      mode: 'percent',
      stopPercent: 0.5,
      targetPercents: [0.8, 1.2, 1.8],
      stopSigmas: 0.9,
      targetSigmas: [0.75, 1.35, 2],
      horizonSeconds: { '1m': 300, '3m': 900, '5m': 1800 },
      sigmaMinBps: 25,
      sigmaMaxBps: 120,
    },
    leverage: { table: [], otherwise: 10, cap: 20, maintenanceMarginPercent: 0.4 },
    signals: {
      coolDownSeconds: 300,
      ttlBarPercent: 25,
      maxTtlSeconds: 30,
      maxPriceAgeSeconds: 5,
      maxEntryDistancePercent: 5,
    },
    ...changes,
  };
}

export function engineFor(settings: EngineSettings, ...instruments: readonly Instrument[]): Engine {
  const engine = new Engine(settings);
  for (const instrument of instruments.length > 0 ? instruments : [ETH])
    engine.apply({ kind: 'instrument', instrument });
  return engine;
}

export function applyAll(engine: Engine, events: readonly EngineEvent[]): Effect[] {
  return events.flatMap((event) => [...engine.apply(event)]);
}
