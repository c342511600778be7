import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Adx } from './adx.ts';
import type { Candle } from './candles.testing.ts';
import { obeysTheLaws } from './laws.testing.ts';
import { type Series, sum, together, trueRanges, wilder } from './naive.testing.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const period of [2, 14]) {
  obeysTheLaws({
    name: `adx ${period}`,
    create: () => new Adx({ period }),
    input: ({ high, low, close }) => ({ high, low, close }),
    parts: [
      { name: 'adx', of: (reading) => reading.adx, price: 0, size: 0 },
      { name: '+di', of: (reading) => reading.plusDi, price: 0, size: 0 },
      { name: '-di', of: (reading) => reading.minusDi, price: 0, size: 0 },
    ],
    batch: (candles) => definition(candles, period),
    memory: 0.1,
  });
}

/** On a market that never stands still, so that there is a DX at every bar. */
function definition(candles: readonly Candle[], period: number): readonly (readonly number[] | undefined)[] {
  const ups = candles.slice(1).map((bar, i) => bar.high - candles[i]!.high);
  const downs = candles.slice(1).map((bar, i) => candles[i]!.low - bar.low);
  const plusDm = ups.map((up, i) => (up > 0 && up > downs[i]! ? up : 0));
  const minusDm = downs.map((down, i) => (down > 0 && down > ups[i]! ? down : 0));
  const ranges = wilderSum(trueRanges(candles), period);
  const plus = wilderSum(plusDm, period).map((dm, i) => (100 * dm) / ranges[i]!);
  const minus = wilderSum(minusDm, period).map((dm, i) => (100 * dm) / ranges[i]!);
  const dx = plus.map((di, i) => (100 * Math.abs(di - minus[i]!)) / (di + minus[i]!));
  const lead: Series = new Array<undefined>(period).fill(undefined);
  return together([...lead, ...wilder(dx, period)], [...lead, ...plus], [...lead, ...minus]);
}

/** Sum of the first `period` - 1 values, then sum' = sum * (1 - 1 / period) + new; from the first decayed one on. */
function wilderSum(values: readonly number[], period: number): readonly number[] {
  const keep = 1 - 1 / period;
  return values.slice(period - 1).map((_, step) => {
    let total = 0;
    let share = 1;
    for (let age = step; age >= 0 && share > 1e-19; age -= 1) {
      total += share * values[period - 1 + age]!;
      share *= keep;
    }
    return total + share * sum(values.slice(0, period - 1));
  });
}

it('says what TA-Lib says, which tests these as whole numbers', () => {
  const adx = new Adx({ period: 14 });
  const readings = REFERENCE.map((bar) => adx.add(bar));
  assert.equal(readings[26], undefined);
  assert.equal(Math.round(readings[27]?.adx ?? Number.NaN), 23);
  assert.equal(Math.round(readings[28]?.adx ?? Number.NaN), 22);
  assert.equal(Math.round(readings[27]?.plusDi ?? Number.NaN), 22);
  assert.equal(Math.round(readings[28]?.plusDi ?? Number.NaN), 20);
  assert.equal(Math.round(readings[28]?.minusDi ?? Number.NaN), 25);
});

it('counts neither direction at a tie', () => {
  const adx = new Adx({ period: 2 });
  // Every bar reaches one further up and one further down than the one before: outside bars, no direction.
  for (let i = 1; i <= 10; i += 1) adx.add({ high: 100 + i, low: 100 - i, close: 100 });
  assert.deepEqual(adx.value, { adx: 0, plusDi: 0, minusDi: 0 });
});

it('is 100 in a market that only rises, and stays there when it stops moving', () => {
  const adx = new Adx({ period: 2 });
  for (let i = 0; i < 10; i += 1) adx.add({ high: 101 + i, low: 99 + i, close: 100 + i });
  assert.equal(adx.value?.adx, 100);
  assert.equal(adx.value?.minusDi, 0);
  assert.ok(adx.value!.plusDi > 40);
});

it('is 0 in a market that never moved', () => {
  const adx = new Adx({ period: 2 });
  for (let i = 0; i < 10; i += 1) adx.add({ high: 5, low: 5, close: 5 });
  assert.deepEqual(adx.value, { adx: 0, plusDi: 0, minusDi: 0 });
});
