import assert from 'node:assert/strict';
import { it } from 'node:test';
import { create, minutesOf, opinionsByBar, withLongerBars } from './strategies.testing.ts';
import { trendConfluence } from './trend-confluence.ts';

/** Ever faster away from 1000: every indicator of the trend agrees in full. */
const accelerating = (direction: 1 | -1): number[] =>
  Array.from({ length: 210 }, (_, i) => 1_000 + (direction * i * i) / 100);

it('warms up for 200 bars, then votes 100 when Supertrend, EMAs, MACD and RSI agree in full', () => {
  for (const [direction, side, words] of [
    [1, 'buy', 'up'],
    [-1, 'sell', 'down'],
  ] as const) {
    const opinions = opinionsByBar(create(trendConfluence), minutesOf(accelerating(direction)));
    assert.deepEqual(opinions[198], { side: undefined, reason: 'warming up' });
    const vote = opinions[199]!;
    assert.equal(vote.side, side);
    assert.equal(vote.side && vote.strength, 100);
    const numbers = '\\d+\\.\\d';
    const phrase = `^Supertrend ${words} at ${numbers}, EMA 21/55/200 ${numbers}/${numbers}/${numbers}, MACD histogram -?\\d\\.\\d{3}, RSI (100|0)\\.0$`;
    assert.match(vote.reason, new RegExp(phrase));
  }
});

it('abstains on a flat market, at any price: rounding dust is no trend', () => {
  for (const price of [0.000_012_3, 1_834.27, 98_765.4]) {
    const opinion = opinionsByBar(create(trendConfluence), minutesOf(Array(300).fill(price))).at(-1);
    assert.deepEqual(opinion, { side: undefined, reason: 'trend indicators disagree' });
  }
});

it('counts the MACD as half when its line and histogram part: (1 + 1 + 0 + 1) / 4', () => {
  // Straight up, then half as fast: the MACD line stays above 0, its histogram falls below.
  const closes = Array.from({ length: 230 }, (_, i) => 1_000 + Math.min(i, 215) + Math.max(0, i - 215) / 2);
  const vote = opinionsByBar(create(trendConfluence), minutesOf(closes)).at(-1)!;
  assert.equal(vote.side, 'buy');
  assert.equal(vote.side && vote.strength, 75);
});

it('hears only bars of its own timeframe', () => {
  const minutes = minutesOf(accelerating(1));
  const [alone, crowded] = [create(trendConfluence), create(trendConfluence)];
  const last = opinionsByBar(crowded, withLongerBars(minutes)).at(-1)!;
  assert.deepEqual(last, opinionsByBar(alone, minutes).at(-1));
});
