import { BUILT_IN_STRATEGIES, DEFAULT_WEIGHTS } from '../../core/strategies/registry.ts';
import type { StrategyDefinition } from '../../core/strategies/strategy.ts';
import type { Config } from './schema.ts';

/** A strategy the configuration can name, and its weight in the default list; without one it is not in that list. */
export interface BuiltIn {
  readonly definition: StrategyDefinition;
  readonly weight: number | undefined;
}

export const BUILT_INS: readonly BuiltIn[] = BUILT_IN_STRATEGIES.map((definition) => ({
  definition,
  weight: DEFAULT_WEIGHTS[definition.name],
}));

/** The bot the guide documents, on the embedded market. Paths are as a user would write them. */
export function defaultConfig(builtIns: readonly BuiltIn[]): Config {
  return {
    api: {
      host: '::',
      port: 8888,
      allowedHosts: [],
      networks: [],
      rate: { local: 20_000, remote: 50, remoteBurst: 200 },
    },
    dataDir: './tapewire-data',
    market: {
      source: 'sim',
      scenario: 'medium',
      seed: undefined,
      startTime: 'now',
      speed: 1,
      symbols: 'all',
      files: [],
      instruments: {},
      live: {
        venueUrl: undefined,
        top: 1_000,
        minQuoteVolume: 1_000_000,
        include: [],
        exclude: [],
        depthInstruments: 50,
        depthSpeed: '500ms',
        historyMinutes: 10_080,
        settleMs: 250,
      },
    },
    strategies: builtIns.flatMap(({ definition, weight }) =>
      weight === undefined ? [] : [{ name: definition.name, weight }],
    ),
    fusion: { minStrategies: 2, minConsensus: 60, minStrength: 70, timeframes: ['1m', '3m', '5m'] },
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
    leverage: {
      table: [
        { strength: 85, consensus: 75, leverage: 30 },
        { strength: 80, consensus: 70, leverage: 25 },
        { strength: 75, consensus: 65, leverage: 20 },
      ],
      otherwise: 10,
      cap: 20,
      maintenanceMarginPercent: 0.4,
    },
    signals: {
      gate: 'open',
      coolDownSeconds: 300,
      ttlBarPercent: 25,
      maxTtlSeconds: 30,
      maxPriceAgeSeconds: 5,
      maxEntryDistancePercent: 5,
    },
    journal: { keepDays: 90, keepSignals: 100_000 },
    recording: { enabled: false, dir: undefined, fileMb: 256, keepFreeMb: 1_000 },
    log: { level: 'info', file: 'high_frequency_scalping.log', maxSizeMb: 10, keepFiles: 5 },
  };
}
