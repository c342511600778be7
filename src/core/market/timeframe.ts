/** The horizons a signal can have, shortest first. Fusion runs in this order at a shared bar close. */
export const TIMEFRAMES = ['1m', '3m', '5m'] as const;

export type Timeframe = (typeof TIMEFRAMES)[number];

export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = { '1m': 60_000, '3m': 180_000, '5m': 300_000 };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
