import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { BollingerBands } from './bollinger.ts';
import { obeysTheLaws } from './laws.testing.ts';
import { closes, mean, together, windows } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { REFERENCE } from './ta-lib.testing.ts';

const deviationOf = (window: readonly number[]) => {
  const middle = mean(window);
  return Math.sqrt(mean(window.map((value) => (value - middle) ** 2)));
};

for (const period of [1, 3, 20]) {
  obeysTheLaws({
    name: `bollinger ${period}`,
    create: () => new BollingerBands({ period, deviations: 2 }),
    input: (candle) => candle.close,
    parts: [
      { name: 'lower', of: (reading) => reading.lower, price: 1, size: 0 },
      { name: 'middle', of: (reading) => reading.middle, price: 1, size: 0 },
      { name: 'upper', of: (reading) => reading.upper, price: 1, size: 0 },
    ],
    batch: (candles) =>
      together(
        windows(closes(candles), period, (window) => mean(window) - 2 * deviationOf(window)),
        windows(closes(candles), period, mean),
        windows(closes(candles), period, (window) => mean(window) + 2 * deviationOf(window)),
      ),
    memory: 1e-12,
  });
}

it('says what TA-Lib says', () => {
  const bands = new BollingerBands({ period: 20, deviations: 2 });
  const reading = REFERENCE.map((bar) => bands.add(bar.close))[19];
  printed(reading?.upper, '98.0734');
  printed(reading?.middle, '92.8910');
  printed(reading?.lower, '87.7086');
});

it('divides by the count, not by one less', () => {
  const bands = new BollingerBands({ period: 8, deviations: 1 });
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) bands.add(value);
  assert.deepEqual(bands.value, { lower: 3, middle: 5, upper: 7 });
});

it('has no width when nothing moves, even after something huge has moved', () => {
  const bands = new BollingerBands({ period: 4, deviations: 2 });
  for (const value of [1e12, -1e12, 0.1, 0.1, 0.1, 0.1]) bands.add(value);
  assert.deepEqual(bands.value, { lower: 0.1, middle: 0.1, upper: 0.1 });
});

it('sees a move of a millionth at a price of a billion', () => {
  const bands = new BollingerBands({ period: 4, deviations: 1 });
  const step = 2 ** -20;
  for (let i = 0; i < 9; i += 1) bands.add(2 ** 30 + (i % 2) * step);
  assert.equal(bands.value!.upper - bands.value!.lower, step);
});

it('refuses a width that is not positive', () => {
  assert.throws(() => new BollingerBands({ period: 20, deviations: 0 }), InvariantError);
});
