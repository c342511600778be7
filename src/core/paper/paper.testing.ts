import type { TradingSettings } from '../engine/settings.ts';
import type { ExitSettings } from '../positions/settings.ts';
import type { RiskSettings } from '../risk/settings.ts';
import type { PaperSettings } from './settings.ts';

export const PAPER: PaperSettings = {
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
};

export const EXITS: ExitSettings = {
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
};

export const RISK: RiskSettings = {
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
};

export const TRADING: TradingSettings = { paper: PAPER, exits: EXITS, risk: RISK };
