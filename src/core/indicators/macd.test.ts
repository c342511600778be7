import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { obeysTheLaws } from './laws.testing.ts';
import { Macd } from './macd.ts';
import { closes, ema, type Series, together } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const [fast, slow, signal] of [
  [1, 2, 1],
  [8, 21, 6],
  [12, 26, 9],
] as const) {
  obeysTheLaws({
    name: `macd ${fast}/${slow}/${signal}`,
    create: () => new Macd({ fast, slow, signal }),
    input: (candle) => candle.close,
    parts: [
      { name: 'macd', of: (reading) => reading.macd, price: 1, size: 0 },
      { name: 'signal', of: (reading) => reading.signal, price: 1, size: 0 },
      { name: 'histogram', of: (reading) => reading.histogram, price: 1, size: 0 },
    ],
    batch: (candles) => {
      const prices = closes(candles);
      const slowAverage = ema(prices, slow);
      // The fast one begins with the last `fast` of the first `slow` closes.
      const fastAverage = [...blank(slow - fast), ...ema(prices.slice(slow - fast), fast)];
      const line = prices.slice(slow - 1).map((_, i) => fastAverage[slow - 1 + i]! - slowAverage[slow - 1 + i]!);
      const signals = ema(line, signal);
      const histogram = line.map((value, i) => (signals[i] === undefined ? undefined : value - signals[i]));
      const lead = blank(slow - 1);
      return together([...lead, ...line], [...lead, ...signals], [...lead, ...histogram]);
    },
    memory: 1e-8,
  });
}

const blank = (length: number): Series => new Array<undefined>(length).fill(undefined);

it('says what TA-Lib says', () => {
  const macd = new Macd({ fast: 12, slow: 26, signal: 9 });
  const readings = REFERENCE.map((bar) => macd.add(bar.close));
  assert.equal(readings[32], undefined);
  printed(readings[33]?.macd, '-1.9738');
  printed(readings[33]?.signal, '-2.7071');
});

it('is 0 on a constant series and positive on a rising one', () => {
  const [still, rising] = [new Macd({ fast: 3, slow: 6, signal: 3 }), new Macd({ fast: 3, slow: 6, signal: 3 })];
  for (let i = 0; i < 30; i += 1) {
    still.add(64);
    rising.add(100 + i);
  }
  assert.deepEqual(still.value, { macd: 0, signal: 0, histogram: 0 });
  // On a straight line an average lags (period - 1) / 2 steps: 2.5 for the slow one, 1 for the fast one.
  assert.ok(Math.abs(rising.value!.macd - 1.5) < 1e-4);
});

it('refuses a fast length that is not the shorter one', () => {
  assert.throws(() => new Macd({ fast: 26, slow: 12, signal: 9 }), InvariantError);
});
