import assert from 'node:assert/strict';
import { it } from 'node:test';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes, together, wilder } from './naive.testing.ts';
import { WilderAverage } from './wilder-average.ts';

for (const period of [1, 14]) {
  obeysTheLaws({
    name: `wilder average ${period}`,
    create: () => new WilderAverage({ period }),
    input: (candle) => candle.close,
    parts: itself(1),
    batch: (candles) => together(wilder(closes(candles), period)),
    memory: 1e-4,
  });
}

it('seeds with the mean, then moves one part in period', () => {
  const average = new WilderAverage({ period: 4 });
  assert.deepEqual(
    [1, 2, 3, 6, 11].map((value) => average.add(value)),
    [undefined, undefined, undefined, 3, 5],
  );
});
