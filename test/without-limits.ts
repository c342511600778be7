/** For a configuration: risk speaks against nothing, so that signals come as often as the market gives them. */
export const WITHOUT_LIMITS = `
risk:
  { maxPositions: 0, maxSameSide: 0, maxSymbolExposurePercent: 0, maxGrossExposurePercent: 0, maxClusterRiskPercent: 0,
    dailyLossPercent: 0, dailyLossFlattenPercent: 0, drawdownReducePercent: 0, drawdownHaltPercent: 0, lossStreak: 0,
    stopGuardStops: 0, circuitBreakerSigmas: 0, circuitBreakerSpreads: 0, circuitBreakerDepthPercent: 0,
    spreadGuardMedians: 0, fundingWindowSeconds: 0, signalsPerHour: 0 }
`;
