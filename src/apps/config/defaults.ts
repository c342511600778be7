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
    paper: {
      enabled: true,
      startEquity: 10_000,
      takerFeePercent: 0.05,
      makerFeePercent: 0.02,
      latencyMsP50: 40,
      latencyMsP99: 250,
      fillModel: 'risk_averse',
      maxSlippageBps: 5,
      blindSlippageBps: 1,
      minNotional: 5,
      fundingRatePercent: 0.01,
    },
    exits: {
      ladder: false,
      ladderShares: [50, 30, 20],
      breakEven: false,
      breakEvenAfterStops: 1,
      trailing: false,
      trailingAtrs: 3,
      trailingMinutes: 22,
      timeStopSeconds: 900,
      closeOnOpposite: true,
      closeAfterSilenceSeconds: 0,
    },
    risk: {
      riskPerTradePercent: 0.5,
      maxSymbolExposurePercent: 100,
      maxGrossExposurePercent: 300,
      maxClusterRiskPercent: 1.5,
      clusterCorrelation: 0.6,
      maxPositions: 4,
      maxSameSide: 2,
      dailyLossPercent: 2,
      dailyLossFlattenPercent: 3,
      drawdownReducePercent: 6,
      drawdownHaltPercent: 10,
      lossStreak: 11,
      lossStreakMinutes: 60,
      stopGuardStops: 4,
      stopGuardMinutes: 60,
      staleBookSeconds: 2,
      circuitBreakerSigmas: 6,
      circuitBreakerSpreads: 5,
      circuitBreakerDepthPercent: 20,
      circuitBreakerSeconds: 120,
      spreadGuardMedians: 3,
      fundingWindowSeconds: 60,
      fundingSharePercent: 25,
      signalsPerHour: 30,
      marginTiers: [
        { notionalMax: 50_000, maintenancePercent: 0.4, leverageMax: 125 },
        { notionalMax: 600_000, maintenancePercent: 0.5, leverageMax: 100 },
        { notionalMax: 3_000_000, maintenancePercent: 1, leverageMax: 50 },
        { notionalMax: 12_000_000, maintenancePercent: 2.5, leverageMax: 20 },
        { maintenancePercent: 5, leverageMax: 10 },
      ],
    },
    exchange: {
      account: 'default',
      gate: 'expectancy',
      entry: 'market',
      riskPercent: 0.5,
      notionalMax: 1_000,
      leverageMax: 10,
      positionsMax: 4,
      distanceBpsMax: 20,
      takerFeePercent: 0.05,
      venueUrl: undefined,
    },
    journal: { keepDays: 90, keepSignals: 100_000 },
    telegram: {
      chatId: undefined,
      owners: [],
      commands: true,
      level: 'info',
      quietHours: 'none',
      apiRoot: 'https://api.telegram.org',
    },
    webhooks: { urls: [], level: 'info' },
    outbox: { waitingMax: 2_000 },
    recording: { enabled: false, dir: undefined, fileMb: 256, keepFreeMb: 1_000 },
    log: { level: 'info', file: 'high_frequency_scalping.log', maxSizeMb: 10, keepFiles: 5 },
  };
}
