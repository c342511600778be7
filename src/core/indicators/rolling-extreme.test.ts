import assert from 'node:assert/strict';
import { it } from 'node:test';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes, together, windows } from './naive.testing.ts';
import { RollingExtreme } from './rolling-extreme.ts';

for (const period of [1, 2, 20]) {
  for (const pick of ['highest', 'lowest'] as const) {
    obeysTheLaws({
      name: `${pick} of ${period}`,
      create: () => new RollingExtreme({ period, pick }),
      input: (candle) => candle.close,
      parts: itself(1),
      batch: (candles) =>
        together(windows(closes(candles), period, (window) => Math[pick === 'highest' ? 'max' : 'min'](...window))),
      memory: 0,
    });
  }
}

it('keeps the extremes of the last three, and of no more', () => {
  const highest = new RollingExtreme({ period: 3, pick: 'highest' });
  const lowest = new RollingExtreme({ period: 3, pick: 'lowest' });
  const values = [5, 1, 2, 3, 0, 0, -1, 7];
  assert.deepEqual(
    values.map((value) => highest.add(value)),
    [undefined, undefined, 5, 3, 3, 3, 0, 7],
  );
  assert.deepEqual(
    values.map((value) => lowest.add(value)),
    [undefined, undefined, 1, 1, 0, 0, -1, -1],
  );
});
