import type { Instrument } from '../market/instrument.ts';

/** A perpetual contract of the embedded market: its grid, where it starts, and how lively it is. */
export interface SimulatedInstrument extends Instrument {
  readonly startPrice: number;
  /** Volatility of the fair price in the middle regime, basis points per square root of a second. 1.2 is 67 % a year. */
  readonly sigmaBps: number;
  /** Mean trades per second, without bursts. */
  readonly tradesPerSecond: number;
  /** Mean value of a trade, in the quote currency. */
  readonly tradeValue: number;
}

/** Everything the embedded market can list. Grids as at Binance USD-M, prices and activity plausible, nothing more. */
export const SIMULATED_INSTRUMENTS: readonly SimulatedInstrument[] = [
  row('BTCUSDT', 0.1, 0.001, 94_250, 1.1, 9, 14_000),
  row('ETHUSDT', 0.01, 0.001, 3_480, 1.3, 8, 9_000),
  row('SOLUSDT', 0.01, 0.01, 188, 1.6, 6, 5_000),
  row('XRPUSDT', 0.0001, 0.1, 2.18, 1.5, 4.5, 3_500),
  row('BNBUSDT', 0.01, 0.01, 655, 1.2, 3, 4_000),
  row('DOGEUSDT', 0.00001, 1, 0.342, 1.7, 4, 3_000),
  row('ADAUSDT', 0.0001, 1, 0.912, 1.7, 2, 2_200),
  row('AVAXUSDT', 0.001, 0.1, 38.4, 1.7, 1.6, 2_000),
  row('LINKUSDT', 0.001, 0.01, 22.6, 1.7, 1.6, 2_000),
  row('SUIUSDT', 0.0001, 0.1, 4.12, 1.75, 2.5, 2_500),
  row('LTCUSDT', 0.01, 0.001, 104, 1.5, 1.2, 2_000),
  row('DOTUSDT', 0.001, 0.1, 7.15, 1.7, 0.9, 1_500),
  row('TRXUSDT', 0.00001, 1, 0.254, 1.2, 0.7, 1_500),
  row('NEARUSDT', 0.001, 1, 5.3, 1.75, 0.8, 1_400),
  row('1000PEPEUSDT', 0.0000001, 1, 0.01935, 1.85, 2.5, 2_200),
  row('WIFUSDT', 0.0001, 0.1, 1.92, 1.9, 1.2, 1_500),
  row('1000SHIBUSDT', 0.000001, 1, 0.02245, 1.8, 1, 1_500),
  row('1000BONKUSDT', 0.000001, 1, 0.0312, 1.9, 0.8, 1_200),
  row('NOTUSDT', 0.000001, 1, 0.00684, 1.85, 0.6, 1_000),
];

function row(
  symbol: string,
  tickSize: number,
  stepSize: number,
  startPrice: number,
  sigmaBps: number,
  tradesPerSecond: number,
  tradeValue: number,
): SimulatedInstrument {
  return { symbol, tickSize, stepSize, startPrice, sigmaBps, tradesPerSecond, tradeValue };
}
