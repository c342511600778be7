/** One step of a venue's table: what a position up to `notionalMax` needs as margin to be kept. */
export interface MarginTier {
  /** In the quote currency; the last step has none. */
  readonly notionalMax?: number;
  readonly maintenancePercent: number;
  readonly leverageMax: number;
}

/** Every limit of the built-in bot and of paper sizing. 0 turns a rule off. */
export interface RiskSettings {
  readonly riskPerTradePercent: number;
  readonly maxSymbolExposurePercent: number;
  readonly maxGrossExposurePercent: number;
  readonly maxClusterRiskPercent: number;
  /** How alike two instruments move, 0 to 1. */
  readonly clusterCorrelation: number;
  readonly maxPositions: number;
  readonly maxSameSide: number;
  readonly dailyLossPercent: number;
  readonly dailyLossFlattenPercent: number;
  readonly drawdownReducePercent: number;
  readonly drawdownHaltPercent: number;
  readonly lossStreak: number;
  readonly lossStreakMinutes: number;
  readonly stopGuardStops: number;
  readonly stopGuardMinutes: number;
  readonly staleBookSeconds: number;
  readonly circuitBreakerSigmas: number;
  readonly circuitBreakerSpreads: number;
  readonly circuitBreakerDepthPercent: number;
  readonly circuitBreakerSeconds: number;
  readonly spreadGuardMedians: number;
  readonly fundingWindowSeconds: number;
  readonly fundingSharePercent: number;
  readonly signalsPerHour: number;
  /** By notional, smallest first. */
  readonly marginTiers: readonly MarginTier[];
}
