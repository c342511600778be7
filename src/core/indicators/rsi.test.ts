import assert from 'node:assert/strict';
import { it } from 'node:test';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes, together, wilder } from './naive.testing.ts';
import { printed } from './near.testing.ts';
import { Rsi } from './rsi.ts';
import { REFERENCE } from './ta-lib.testing.ts';

for (const period of [1, 14]) {
  obeysTheLaws({
    name: `rsi ${period}`,
    create: () => new Rsi({ period }),
    input: (candle) => candle.close,
    parts: itself(0),
    batch: (candles) => {
      const prices = closes(candles);
      const changes = prices.slice(1).map((price, i) => price - prices[i]!);
      const gains = wilder(
        changes.map((change) => (change > 0 ? change : 0)),
        period,
      );
      const losses = wilder(
        changes.map((change) => (change < 0 ? -change : 0)),
        period,
      );
      const index = gains.map((gain, i) => (gain === undefined ? undefined : 100 - 100 / (1 + gain / losses[i]!)));
      return together([undefined, ...index]);
    },
    memory: period === 1 ? 0 : 0.1,
  });
}

it('says what TA-Lib says', () => {
  const rsi = new Rsi({ period: 14 });
  const readings = REFERENCE.map((bar) => rsi.add(bar.close));
  printed(readings[14], '49.14');
  printed(readings[15], '52.32');
  printed(readings[16], '46.07');
});

it('is 100 while prices only rise, 0 while they only fall, 50 while they stand', () => {
  const last = (prices: readonly number[]) => {
    const rsi = new Rsi({ period: 3 });
    for (const price of prices) rsi.add(price);
    return rsi.value;
  };
  assert.equal(last([1, 2, 3, 4, 5, 6]), 100);
  assert.equal(last([6, 5, 4, 3, 2, 1]), 0);
  assert.equal(last([5, 5, 5, 5, 5, 5]), 50);
});

it('weighs a gain of 3 against a loss of 1 by hand', () => {
  const rsi = new Rsi({ period: 2 });
  // Gains 3, 0 and losses 0, 1: averages 1.5 and 0.5. Then a gain of 2: averages 1.75 and 0.25.
  assert.deepEqual(
    [10, 13, 12, 14].map((price) => rsi.add(price)),
    [undefined, undefined, 75, 87.5],
  );
});
