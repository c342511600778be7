import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Atr } from './atr.ts';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { atr, together } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const period of [1, 14]) {
  obeysTheLaws({
    name: `atr ${period}`,
    create: () => new Atr({ period }),
    input: ({ high, low, close }) => ({ high, low, close }),
    parts: itself(1),
    batch: (candles) => together(atr(candles, period)),
    memory: 1e-4,
  });
}

it('says what TA-Lib says, in percent of the close', () => {
  const range = new Atr({ period: 14 });
  const percents = REFERENCE.map((bar) => (100 * (range.add(bar) ?? Number.NaN)) / bar.close);
  printed(percents[14], '3.9321');
  printed(percents[15], '3.7576');
});

it('counts the gap from the previous close', () => {
  const range = new Atr({ period: 2 });
  const bars = [
    { high: 11, low: 9, close: 10 },
    { high: 15, low: 14, close: 14 }, // gap up: 15 - 10 = 5
    { high: 12, low: 10, close: 11 }, // gap down: 14 - 10 = 4
    { high: 13, low: 10.5, close: 12 }, // inside: 2.5
  ];
  assert.deepEqual(
    bars.map((bar) => range.add(bar)),
    [undefined, undefined, 4.5, 3.5],
  );
});
