import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import { type Candle, walk } from './candles.testing.ts';
import { obeysTheLaws } from './laws.testing.ts';
import { atr } from './naive.testing.ts';
import { Supertrend } from './supertrend.ts';

obeysTheLaws({
  name: 'supertrend 10 x 3',
  create: () => new Supertrend({ period: 10, multiplier: 3 }),
  input: ({ high, low, close }) => ({ high, low, close }),
  parts: [
    { name: 'line', of: (reading) => reading.line, price: 1, size: 0 },
    { name: 'side', of: (reading) => (reading.side === 'buy' ? 1 : -1), price: 0, size: 0 },
  ],
  batch: (candles) => definition(candles, 10, 3),
  // The bands remember their last turn, and how long ago that was depends on the market alone.
  memory: undefined,
});

/** The published script, with arrays where it has series; only its first direction is ours. */
function definition(candles: readonly Candle[], period: number, multiplier: number) {
  const ranges = atr(candles, period);
  const upper: number[] = [];
  const lower: number[] = [];
  const direction: number[] = [];
  return candles.map(({ high, low, close }, i) => {
    if (ranges[i] === undefined) return undefined;
    const isFirst = ranges[i - 1] === undefined;
    upper[i] = (high + low) / 2 + multiplier * ranges[i];
    lower[i] = (high + low) / 2 - multiplier * ranges[i];
    const before = candles[i - 1]!.close;
    if (!isFirst && !(lower[i]! > lower[i - 1]! || before < lower[i - 1]!)) lower[i] = lower[i - 1]!;
    if (!isFirst && !(upper[i]! < upper[i - 1]! || before > upper[i - 1]!)) upper[i] = upper[i - 1]!;
    if (isFirst) direction[i] = close >= candles[0]!.close ? 1 : -1;
    else if (direction[i - 1] === -1) direction[i] = close > upper[i]! ? 1 : -1;
    else direction[i] = close < lower[i]! ? -1 : 1;
    return [direction[i] === 1 ? lower[i]! : upper[i]!, direction[i]!];
  });
}

it('trails a rise, never steps back in it, and turns at the close below', () => {
  const trend = new Supertrend({ period: 1, multiplier: 1 });
  const bar = (close: number) => ({ high: close + 1, low: close - 1, close });
  const readings = [100, 102, 104, 103, 96].map((close) => trend.add(bar(close)));
  assert.deepEqual(readings, [
    undefined,
    { line: 99, side: 'buy' }, // true range 103 - 100 = 3, band 102 - 3
    { line: 101, side: 'buy' }, // true range 105 - 102 = 3, band 104 - 3
    { line: 101, side: 'buy' }, // true range 2, band 103 - 2
    { line: 104, side: 'sell' }, // 96 < 101; the upper band was 105, 107, 105 and is 96 + 8 = 104
  ]);
});

it('reads a mirrored market mirrored', () => {
  const law = fc.property(fc.nat(), (seed) => {
    const candles = walk(seed, 200, 'walk');
    const [up, down] = [make(), make()];
    for (const { high, low, close } of candles) {
      const there = up.add({ high: high - 100, low: low - 100, close: close - 100 });
      const here = down.add({ high: 100 - low, low: 100 - high, close: 100 - close });
      assert.equal(here === undefined, there === undefined);
      if (here === undefined || there === undefined) continue;
      assert.notEqual(here.side, there.side);
      assert.equal(here.line, -there.line);
    }
  });
  fc.assert(law);
});

const make = () => new Supertrend({ period: 10, multiplier: 3 });

it('refuses a multiplier that is not positive', () => {
  assert.throws(() => new Supertrend({ period: 10, multiplier: 0 }), InvariantError);
});
