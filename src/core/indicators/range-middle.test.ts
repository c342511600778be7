import assert from 'node:assert/strict';
import { it } from 'node:test';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { together, windows } from './naive.testing.ts';
import { RangeMiddle } from './range-middle.ts';

for (const period of [1, 9]) {
  obeysTheLaws({
    name: `middle of ${period}`,
    create: () => new RangeMiddle({ period }),
    input: ({ high, low }) => ({ high, low }),
    parts: itself(1),
    batch: (candles) => {
      const highs = candles.map(({ high }) => high);
      const lows = candles.map(({ low }) => low);
      const highest = windows(highs, period, (window) => Math.max(...window));
      const lowest = windows(lows, period, (window) => Math.min(...window));
      return together(highest.map((high, i) => (high === undefined ? undefined : (high + lowest[i]!) / 2)));
    },
    memory: 0,
  });
}

it('takes the highest high and the lowest low of the last two bars', () => {
  const middle = new RangeMiddle({ period: 2 });
  const bars = [
    { high: 10, low: 8 },
    { high: 7, low: 6 },
    { high: 9, low: 3 },
  ];
  assert.deepEqual(
    bars.map((bar) => middle.add(bar)),
    [undefined, 8, 6],
  );
});
