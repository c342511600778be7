import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Side, Trade } from '../market/trade.ts';
import { flowBurst } from './flow-burst.ts';
import { create, feed, opinionsBySecond, trade } from './strategies.testing.ts';

/** Each second two trades a side, sizes 3 against 2 in turn: a flow that leans nowhere for long. */
function balanced(seconds: number): Trade[] {
  return Array.from({ length: seconds }, (_, s) => {
    const [buy, sell] = s % 2 === 0 ? [3, 2] : [2, 3];
    return [
      trade(s * 1_000, 'buy', buy),
      trade(s * 1_000 + 200, 'sell', sell),
      trade(s * 1_000 + 400, 'buy', buy),
      trade(s * 1_000 + 600, 'sell', sell),
    ];
  }).flat();
}

const burst = (fromSecond: number, side: Side, seconds: number): Trade[] =>
  Array.from({ length: seconds * 5 }, (_, i) => trade(fromSecond * 1_000 + i * 200, side, 10));

it('votes with aggressors who lean to one side, unusually hard and harder than before', () => {
  for (const [side, sign] of [
    ['buy', ''],
    ['sell', '-'],
  ] as const) {
    const opinions = opinionsBySecond(create(flowBurst), [...balanced(100), ...burst(100, side, 3)], 103_000);
    assert.deepEqual(opinions[99], { side: undefined, reason: 'flow balanced' });
    const vote = opinions[102]!;
    assert.equal(vote.side, side);
    assert.ok(vote.side && vote.strength > 80 && vote.strength <= 100);
    const phrase = `^flow imbalance ${sign}0\\.\\d\\d over 5 s against ${sign}0\\.\\d\\d over 30 s, 3\\.0x usual, 2\\d trades$`;
    assert.match(vote.reason, new RegExp(phrase));
  }
});

it('names why it is silent', () => {
  const strategy = create(flowBurst);
  assert.equal(strategy.opinion.reason, 'no trades');
  const opinions = opinionsBySecond(strategy, balanced(70), 80_000);
  assert.equal(opinions[59]!.reason, 'warming up');
  assert.equal(opinions[60]!.reason, 'flow balanced');
  // The last trade is at 69.6 s: 5.0 s old at 74.6 s.
  assert.equal(opinions[73]!.reason, 'flow balanced');
  assert.equal(opinions[74]!.reason, 'stale trades');
  assert.equal(opinionsBySecond(create(flowBurst), [], 20_000).at(-1)!.reason, 'no trades');
});

it('does not call a few trades a burst, however large', () => {
  const events = [...balanced(100), trade(110_000, 'buy', 1_000)];
  assert.equal(opinionsBySecond(create(flowBurst), events, 111_000).at(-1)!.reason, 'too few trades');
});

it('falls silent when the flow keeps leaning but no longer accelerates', () => {
  const opinions = opinionsBySecond(create(flowBurst, { burstMin: 0 }), burst(0, 'buy', 400), 400_000);
  assert.equal(opinions.at(-1)!.reason, 'flow not accelerating');
});

it('forgets the flow in a silence, but not what is usual', () => {
  const events = [...balanced(100), ...burst(106, 'sell', 2)];
  const opinions = opinionsBySecond(create(flowBurst), events, 108_000);
  assert.equal(opinions[105]!.reason, 'stale trades');
  // Only the new flow counts, so the imbalance is whole at once, and slow equals fast: nothing to accelerate from.
  assert.equal(opinions[106]!.reason, 'flow not accelerating');
});

it('lets no old flow vote after a hole in which nobody closed the seconds', () => {
  const strategy = create(flowBurst);
  const opinions = opinionsBySecond(strategy, [...balanced(100), ...burst(100, 'buy', 3)], 103_000);
  assert.equal(opinions.at(-1)!.side, 'buy');
  feed(strategy, trade(163_500, 'buy', 10));
  strategy.onSecond?.(164_000);
  assert.equal(strategy.opinion.reason, 'too few trades');
});
