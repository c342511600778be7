import { assert } from '../assert.ts';
import { type PriceRange, trueRange } from './atr.ts';
import type { Indicator } from './indicator.ts';

/** All three in [0, 100]. */
export interface AdxReading {
  readonly adx: number;
  readonly plusDi: number;
  readonly minusDi: number;
}

/**
 * Average directional index (Wilder 1978), seeded like TA-Lib, with n = `period`:
 *
 *   up = high - high', down = low' - low; the larger one counts if it is positive, at a tie neither does
 *   +DM, -DM, TR    sums over the first n - 1 changes, then sum' = sum - sum / n + new
 *   DI              100 * DM / TR
 *   DX              100 * |(+DI) - (-DI)| / (+DI + -DI)
 *   ADX             mean of the first n DX, then adx' = (adx * (n - 1) + DX) / n
 *
 * When nothing moved there is no DX: it counts 0 in the seed and leaves the ADX as it is later.
 */
export class Adx implements Indicator<PriceRange, AdxReading> {
  readonly warmup: number;
  readonly #period: number;
  #count = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #plusDm = 0;
  #minusDm = 0;
  #trueRange = 0;
  /** The sum of DX until the seed is complete, the ADX after. */
  #adx = 0;
  #value: AdxReading | undefined;

  /** @param period Length in bars, a whole number of at least 2. */
  constructor({ period }: { readonly period: number }) {
    assert(Number.isSafeInteger(period) && period >= 2, 'adx: period must be a whole number >= 2');
    this.#period = period;
    this.warmup = 2 * period;
  }

  get value(): AdxReading | undefined {
    return this.#value;
  }

  peek(bar: PriceRange): AdxReading | undefined {
    if (this.#count + 1 < this.warmup) return undefined;
    const plusDm = this.#decayed(this.#plusDm) + this.#plusMove(bar);
    const minusDm = this.#decayed(this.#minusDm) + this.#minusMove(bar);
    const range = this.#decayed(this.#trueRange) + trueRange(bar, this.#close);
    return this.#read(plusDm, minusDm, range);
  }

  add(bar: PriceRange): AdxReading | undefined {
    assert(Number.isFinite(bar.high + bar.low + bar.close), 'adx: prices must be finite');
    if (this.#count > 0) {
      this.#plusDm = this.#decayed(this.#plusDm) + this.#plusMove(bar);
      this.#minusDm = this.#decayed(this.#minusDm) + this.#minusMove(bar);
      this.#trueRange = this.#decayed(this.#trueRange) + trueRange(bar, this.#close);
    }
    this.#count += 1;
    this.#high = bar.high;
    this.#low = bar.low;
    this.#close = bar.close;
    if (this.#count > this.#period) this.#smooth();
    return this.#value;
  }

  #smooth(): void {
    if (this.#count < this.warmup) {
      this.#adx += directionOf(this.#plusDm, this.#minusDm, this.#trueRange) ?? 0;
      return;
    }
    this.#value = this.#read(this.#plusDm, this.#minusDm, this.#trueRange);
    this.#adx = this.#value.adx;
  }

  #read(plusDm: number, minusDm: number, range: number): AdxReading {
    const direction = directionOf(plusDm, minusDm, range);
    let adx = this.#adx;
    if (this.#value === undefined) adx = (adx + (direction ?? 0)) / this.#period;
    else if (direction !== undefined) adx = (adx * (this.#period - 1) + direction) / this.#period;
    return { adx, plusDi: shareOf(plusDm, range), minusDi: shareOf(minusDm, range) };
  }

  /** The first n - 1 changes are only summed up. */
  #decayed(sum: number): number {
    return this.#count < this.#period ? sum : sum - sum / this.#period;
  }

  #plusMove(bar: PriceRange): number {
    const up = bar.high - this.#high;
    return up > 0 && up > this.#low - bar.low ? up : 0;
  }

  #minusMove(bar: PriceRange): number {
    const down = this.#low - bar.low;
    return down > 0 && down > bar.high - this.#high ? down : 0;
  }
}

function shareOf(movement: number, range: number): number {
  return range === 0 ? 0 : 100 * (movement / range);
}

/** DX, or `undefined` when nothing moved. */
function directionOf(plusDm: number, minusDm: number, range: number): number | undefined {
  const plus = shareOf(plusDm, range);
  const minus = shareOf(minusDm, range);
  return plus + minus === 0 ? undefined : 100 * (Math.abs(plus - minus) / (plus + minus));
}
