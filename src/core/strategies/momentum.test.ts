import assert from 'node:assert/strict';
import { it } from 'node:test';
import { momentum } from './momentum.ts';
import { create, minutesOf, opinionsByBar, withLongerBars } from './strategies.testing.ts';

const accelerating = (direction: 1 | -1): number[] =>
  Array.from({ length: 150 }, (_, i) => 1_000 + (direction * i * i) / 100);

it('waits for 26 bars of 5m, then votes 100 when all three timeframes agree in full', () => {
  for (const [direction, side, rsi] of [
    [1, 'buy', '100.0'],
    [-1, 'sell', '0.0'],
  ] as const) {
    const bars = withLongerBars(minutesOf(accelerating(direction)));
    const opinions = opinionsByBar(create(momentum), bars);
    const firstVote = opinions.findIndex((opinion) => opinion.reason !== 'warming up');
    assert.equal(bars[firstVote]!.timeframe, '5m');
    assert.equal(bars[firstVote]!.closeTimeMs, 130 * 60_000);
    const score = `${direction}.00`;
    assert.deepEqual(opinions.at(-1), {
      side,
      strength: 100,
      reason: `momentum ${score}/${score}/${score} on 1m/3m/5m, RSI ${rsi}/${rsi}/${rsi}`,
    });
  }
});

it('abstains while 3m and 5m bars are missing, and when the timeframes disagree', () => {
  const minutes = minutesOf(accelerating(1));
  assert.deepEqual(opinionsByBar(create(momentum), minutes).at(-1), { side: undefined, reason: 'warming up' });
  // Twelve minutes of falling faster than it rose: 1m has turned, 5m has not.
  const turned = [...accelerating(1), ...Array.from({ length: 12 }, (_, i) => 1_218 - 4 * i)];
  const opinion = opinionsByBar(create(momentum), withLongerBars(minutesOf(turned))).at(-1);
  assert.deepEqual(opinion, { side: undefined, reason: 'timeframes disagree' });
});
