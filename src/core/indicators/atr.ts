import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';
import { WilderAverage } from './wilder-average.ts';

/** The part of a bar that true range, direction and trend look at. */
export interface PriceRange {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** How far price went since the previous close, gap included, in price units. */
export function trueRange(bar: PriceRange, previousClose: number): number {
  return Math.max(bar.high - bar.low, Math.abs(bar.high - previousClose), Math.abs(bar.low - previousClose));
}

/**
 * Average true range: the Wilder average of the true range, in price units.
 *
 * Seeded like TA-Lib: the first bar has no previous close and therefore no true range; the first reading is the mean of
 * the next `period` ones.
 */
export class Atr implements Indicator<PriceRange, number> {
  readonly warmup: number;
  readonly #average: WilderAverage;
  #hasPrevious = false;
  #previousClose = 0;

  /** @param period Length in true ranges, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    this.#average = new WilderAverage({ period });
    this.warmup = period + 1;
  }

  get value(): number | undefined {
    return this.#average.value;
  }

  peek(bar: PriceRange): number | undefined {
    if (!this.#hasPrevious) return undefined;
    return this.#average.peek(trueRange(bar, this.#previousClose));
  }

  add(bar: PriceRange): number | undefined {
    assert(Number.isFinite(bar.high + bar.low + bar.close), 'atr: prices must be finite');
    if (this.#hasPrevious) this.#average.add(trueRange(bar, this.#previousClose));
    this.#hasPrevious = true;
    this.#previousClose = bar.close;
    return this.#average.value;
  }
}
