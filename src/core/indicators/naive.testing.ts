import type { Candle } from './candles.testing.ts';

/** The definitions behind the indicators, without any of their economies: over whole series, in closed form. */

export type Series = readonly (number | undefined)[];

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** `reduce` of the last `length` values at every index, `undefined` before there are so many. */
export function windows(values: readonly number[], length: number, reduce: (window: number[]) => number): Series {
  return values.map((_, i) => (i + 1 < length ? undefined : reduce(values.slice(i + 1 - length, i + 1))));
}

/**
 * Exponential average in closed form: the mean of the first `seed` values, forgotten at rate `weight`, plus every later
 * value with weight * (1 - weight)^age. Terms below 1e-19 are left out.
 */
export function exponential(values: readonly number[], seed: number, weight: number): Series {
  const start = mean(values.slice(0, seed));
  return values.map((_, i) => {
    if (i + 1 < seed) return undefined;
    let total = 0;
    let share = 1;
    let age = i;
    for (; age >= seed && share > 1e-19; age -= 1) {
      total += weight * share * values[age]!;
      share *= 1 - weight;
    }
    return total + share * start;
  });
}

export const ema = (values: readonly number[], period: number): Series => exponential(values, period, 2 / (period + 1));

export const wilder = (values: readonly number[], period: number): Series => exponential(values, period, 1 / period);

/** The true ranges from the second candle on. */
export function trueRanges(candles: readonly Candle[]): readonly number[] {
  return candles
    .slice(1)
    .map(({ high, low }, i) => Math.max(high, candles[i]!.close) - Math.min(low, candles[i]!.close));
}

/** Average true range per candle. */
export const atr = (candles: readonly Candle[], period: number): Series => [
  undefined,
  ...wilder(trueRanges(candles), period),
];

export const closes = (candles: readonly Candle[]): readonly number[] => candles.map((candle) => candle.close);

/** Several series side by side; `undefined` while one of them is. */
export function together(...series: readonly Series[]): readonly (readonly number[] | undefined)[] {
  return series[0]!.map((_, i) => {
    const values = series.map((one) => one[i]).filter((value) => value !== undefined);
    return values.length === series.length ? values : undefined;
  });
}
