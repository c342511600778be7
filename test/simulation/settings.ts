import type { EngineSettings } from '../../src/core/engine/settings.ts';

/** A house without strategies and without a market: signals come from a producer. */
export const WITHOUT_MARKET: EngineSettings = {
  runAnchor: 'simulation',
  market: 'SIMULATED',
  unpriced: true,
  timeframes: ['1m'],
  seats: [],
  fusion: { minStrategies: 1, minConsensus: 0, minStrength: 0 },
  bracket: {
    ...{ mode: 'percent', stopPercent: 1, targetPercents: [1, 2, 3], stopSigmas: 1, targetSigmas: [1, 2, 3] },
    horizonSeconds: { '1m': 60, '3m': 180, '5m': 300 },
    ...{ sigmaMinBps: 1, sigmaMaxBps: 100 },
  },
  leverage: { table: [], otherwise: 1, cap: 1, maintenanceMarginPercent: 1 },
  signals: {
    coolDownSeconds: 0,
    ttlBarPercent: 25,
    maxTtlSeconds: 30,
    maxPriceAgeSeconds: 10,
    maxEntryDistancePercent: 100,
  },
};
