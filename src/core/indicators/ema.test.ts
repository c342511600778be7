import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { Ema } from './ema.ts';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes, ema, together } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const period of [1, 5, 21]) {
  obeysTheLaws({
    name: `ema ${period}`,
    create: () => new Ema({ period }),
    input: (candle) => candle.close,
    parts: itself(1),
    batch: (candles) => together(ema(closes(candles), period)),
    memory: 1e-8,
  });
}

it('seeds with the mean, smooths after', () => {
  const average = new Ema({ period: 3 });
  assert.deepEqual(
    [2, 4, 6, 8].map((close) => average.add(close)),
    [undefined, undefined, 4, 6],
  );
});

it('says what TA-Lib says', () => {
  const average = new Ema({ period: 10 });
  const readings = REFERENCE.map((bar) => average.add(bar.close));
  printed(readings[9], '93.22');
  printed(readings[10], '93.75');
  printed(readings[29], '86.46');
});

it('refuses a period that is not a count', () => {
  for (const period of [0, -1, 2.5, Number.NaN]) assert.throws(() => new Ema({ period }), InvariantError);
});
