import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { Ichimoku } from './ichimoku.ts';
import { obeysTheLaws } from './laws.testing.ts';
import { type Series, together, windows } from './naive.testing.ts';

for (const lengths of [
  { tenkan: 2, kijun: 3, spanB: 5, displacement: 1 },
  { tenkan: 9, kijun: 26, spanB: 52, displacement: 26 },
]) {
  obeysTheLaws({
    name: `ichimoku ${Object.values(lengths).join('/')}`,
    create: () => new Ichimoku(lengths),
    input: ({ high, low }) => ({ high, low }),
    parts: [
      { name: 'tenkan', of: (reading) => reading.tenkan, price: 1, size: 0 },
      { name: 'kijun', of: (reading) => reading.kijun, price: 1, size: 0 },
      { name: 'span A', of: (reading) => reading.spanA, price: 1, size: 0 },
      { name: 'span B', of: (reading) => reading.spanB, price: 1, size: 0 },
    ],
    batch: (candles) => {
      const middle = (length: number): Series => {
        const highest = windows(
          candles.map(({ high }) => high),
          length,
          (window) => Math.max(...window),
        );
        const lowest = windows(
          candles.map(({ low }) => low),
          length,
          (window) => Math.min(...window),
        );
        return highest.map((high, i) => (high === undefined ? undefined : (high + lowest[i]!) / 2));
      };
      const [tenkan, kijun, spanB] = [middle(lengths.tenkan), middle(lengths.kijun), middle(lengths.spanB)];
      const shifted = (series: Series): Series => series.map((_, i) => series[i - lengths.displacement]);
      const spanA = tenkan.map((value, i) =>
        value === undefined || kijun[i] === undefined ? undefined : (value + kijun[i]) / 2,
      );
      return together(tenkan, kijun, shifted(spanA), shifted(spanB));
    },
    memory: 0,
  });
}

it('shows the cloud of displacement bars ago, not the one of now', () => {
  const ichimoku = new Ichimoku({ tenkan: 1, kijun: 2, spanB: 3, displacement: 2 });
  const readings = [10, 20, 30, 40, 80].map((price) => ichimoku.add({ high: price + 1, low: price - 1 }));
  assert.deepEqual(readings.slice(0, 4), [undefined, undefined, undefined, undefined]);
  // At the third bar: tenkan 30, kijun 25, so span A 27.5; the middle of three bars is 20.
  assert.deepEqual(readings[4], { tenkan: 80, kijun: 60, spanA: 27.5, spanB: 20 });
});

it('refuses a cloud that is not displaced', () => {
  assert.throws(() => new Ichimoku({ tenkan: 9, kijun: 26, spanB: 52, displacement: 0 }), InvariantError);
});
