import { assert } from '../assert.ts';

/** ln 2 in two parts; the first has zeros below its 32nd bit, so that `k * LN2_HIGH` is exact for |k| < 2^20. */
const LN2_HIGH = 2977044471 / 4294967296;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1 / (LN2_HIGH + LN2_LOW);

/** 1/n! for n = 13 down to 2: the last terms of the series of e^r that count for |r| <= ln 2 / 2. */
const SERIES = Float64Array.from({ length: 12 }, (_, i) => {
  let factorial = 1;
  for (let n = 2; n <= 13 - i; n += 1) factorial *= n;
  return 1 / factorial;
});

/**
 * e to the power of `x`, from additions and multiplications alone, so that every machine gets the same bits.
 * (`Math.exp` may differ between engines: ECMA-262 leaves its approximation to the implementation.)
 *
 * x = k ln 2 + r with |r| <= ln 2 / 2; e^x = 2^k e^r, with the series of e^r up to r^13.
 * Relative error below 1e-15 on [-700, 700]. Beyond, it runs into 0 and Infinity like the function itself.
 */
export function exp(x: number): number {
  assert(!Number.isNaN(x), 'exp: x must be a number');
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  const k = Math.round(x * INVERSE_LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 0;
  for (let i = 0; i < SERIES.length; i += 1) sum = (sum + SERIES[i]!) * r;
  return timesPowerOfTwo(1 + (sum * r + r), k);
}

/** `value * 2^k`, exact unless the result is below the normal numbers. */
function timesPowerOfTwo(value: number, k: number): number {
  let result = value;
  const factor = k < 0 ? 0.5 : 2;
  let left = Math.abs(k);
  // A step of 64 keeps the loop short without leaving the range before the result does.
  const leap = k < 0 ? 2 ** -64 : 2 ** 64;
  for (; left >= 64; left -= 64) result *= leap;
  for (; left > 0; left -= 1) result *= factor;
  return result;
}
