import assert from 'node:assert/strict';
import { it } from 'node:test';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes, mean, together, windows } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { Sma } from './sma.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const period of [1, 2, 20]) {
  obeysTheLaws({
    name: `sma ${period}`,
    create: () => new Sma({ period }),
    input: (candle) => candle.close,
    parts: itself(1),
    batch: (candles) => together(windows(closes(candles), period, mean)),
    memory: 1e-12,
  });
}

it('averages the last three', () => {
  const average = new Sma({ period: 3 });
  assert.deepEqual(
    [1, 2, 3, 4, 5, 9, 1].map((value) => average.add(value)),
    [undefined, undefined, 2, 3, 4, 6, 5],
  );
});

it('forgets a huge value completely once it has left the window', () => {
  const average = new Sma({ period: 3 });
  for (const value of [1e15, 0.1, 0.2, 0.3]) average.add(value);
  assert.equal(average.value, (0.1 + 0.2 + 0.3) / 3);
});

it('says what TA-Lib says', () => {
  const average = new Sma({ period: 30 });
  const readings = REFERENCE.map((bar) => average.add(bar.close));
  printed(readings[29], '90.42');
  printed(readings[30], '90.21');
  printed(readings[31], '89.96');
});
