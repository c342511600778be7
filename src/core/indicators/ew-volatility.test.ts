import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { chance } from './candles.testing.ts';
import { EwVolatility } from './ew-volatility.ts';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { closes } from './naive.testing.ts';

for (const [seconds, stepSeconds] of [
  [30, 1],
  [1800, 60],
] as const) {
  obeysTheLaws({
    name: `volatility over ${seconds} s in steps of ${stepSeconds} s`,
    create: () => new EwVolatility({ seconds, stepSeconds }),
    input: (candle) => candle.close,
    parts: itself(0),
    batch: (candles) => {
      const prices = closes(candles);
      const squared = prices.slice(1).map((price, i) => (price / prices[i]! - 1) ** 2);
      const keep = Math.exp(-stepSeconds / seconds);
      return prices.map((_, i) => {
        if (i * stepSeconds < seconds) return undefined;
        let [squares, weights] = [0, 0];
        let weight = 1;
        for (let last = i - 1; last >= 0 && weight > 1e-14; last -= 1) {
          squares += weight * squared[last]!;
          weights += weight;
          weight *= keep;
        }
        return [Math.sqrt(squares / weights / stepSeconds)];
      });
    },
    memory: 1e-3,
  });
}

it('is exactly the size of a return that never changes', () => {
  const volatility = new EwVolatility({ seconds: 3 });
  for (let i = 0; i <= 10; i += 1) volatility.add(i % 2 === 0 ? 1 : 2); // returns +1, -1/2, ...
  const halves = new EwVolatility({ seconds: 3 });
  for (let i = 0; i <= 10; i += 1) halves.add(2 ** i); // returns of exactly 1
  assert.equal(halves.value, 1);
  assert.ok(volatility.value! > 0.5 && volatility.value! < 1);
});

it('reads the same sigma per second from seconds and from minutes', () => {
  const sigma = 1e-4;
  const random = chance(3);
  const bySecond = new EwVolatility({ seconds: 20_000 });
  const byMinute = new EwVolatility({ seconds: 200_000, stepSeconds: 60 });
  let price = 100;
  for (let second = 0; second < 1_000_000; second += 1) {
    // Uniform on [-1, 1) has a standard deviation of 1 / sqrt(3).
    price *= 1 + sigma * Math.sqrt(3) * (2 * random() - 1);
    bySecond.add(price);
    if (second % 60 === 0) byMinute.add(price);
  }
  assert.ok(Math.abs(bySecond.value! / sigma - 1) < 0.02, `${bySecond.value}`);
  assert.ok(Math.abs(byMinute.value! / sigma - 1) < 0.05, `${byMinute.value}`);
});

it('is 0 when nothing moves, and refuses what cannot be a price', () => {
  const volatility = new EwVolatility({ seconds: 2 });
  assert.deepEqual(
    [5, 5, 5].map((price) => volatility.add(price)),
    [undefined, undefined, 0],
  );
  assert.throws(() => volatility.add(0), InvariantError);
});
