import { DecimalSeries } from './decimal-series.ts';

/** The first byte of a step. Numbers are never used again for something else. */
export const TAG = {
  symbol: 1,
  bought: 2,
  sold: 3,
  quote: 4,
  book: 5,
  bar: 6,
  clock: 7,
  catch_up: 8,
  json: 9,
  signal: 10,
} as const;

/** What is remembered of an instrument, so that the next step of it is short. */
export interface Track {
  readonly id: number;
  readonly symbol: string;
  readonly prices: DecimalSeries;
  readonly sizes: DecimalSeries;
  /** Sums have more digits than what they are the sum of. */
  readonly volumes: DecimalSeries;
  tradeId: number;
}

export const trackOf = (id: number, symbol: string): Track => ({
  id,
  symbol,
  prices: new DecimalSeries(true),
  sizes: new DecimalSeries(false),
  volumes: new DecimalSeries(false),
  tradeId: 0,
});
