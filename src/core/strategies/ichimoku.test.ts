import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ichimoku } from './ichimoku.ts';
import { create, minutesOf, opinionsByBar } from './strategies.testing.ts';

const ramp = (direction: 1 | -1, length: number): number[] => Array.from({ length }, (_, i) => 1_000 + direction * i);

it('needs 52 + 26 bars, then votes 100 when close, lines and cloud agree', () => {
  for (const [direction, side] of [
    [1, 'buy'],
    [-1, 'sell'],
  ] as const) {
    const opinions = opinionsByBar(create(ichimoku), minutesOf(ramp(direction, 78)));
    assert.deepEqual(opinions[76], { side: undefined, reason: 'warming up' });
    const vote = opinions[77]!;
    assert.equal(vote.side, side);
    assert.equal(vote.side && vote.strength, 100);
  }
});

it('reads the cloud of 26 bars ago', () => {
  // A bar's low is its open, the close before it. At bar 77 tenkan is (1077 + 1068) / 2, kijun (1077 + 1051) / 2. The
  // cloud is of bar 51: tenkan (1051 + 1042) / 2 and kijun (1051 + 1025) / 2 make span A, span B is (1051 + 1000) / 2.
  const vote = opinionsByBar(create(ichimoku), minutesOf(ramp(1, 78))).at(-1)!;
  assert.equal(vote.reason, 'close 1077.0 above cloud 1025.5..1042.3, tenkan 1072.5, kijun 1064.0');
});

it('abstains inside the cloud, and when the lines have turned above it', () => {
  const up = ramp(1, 120);
  const inside = opinionsByBar(create(ichimoku), minutesOf([...up, 1_085])).at(-1);
  assert.deepEqual(inside, { side: undefined, reason: 'inside the cloud' });
  // Ten bars at 1098, above the cloud (.. 1094): tenkan falls below kijun, the close is below kijun.
  const turned = opinionsByBar(create(ichimoku), minutesOf([...up, ...Array(10).fill(1_098)])).at(-1);
  assert.deepEqual(turned, { side: undefined, reason: 'lines disagree with the cloud' });
  assert.equal(opinionsByBar(create(ichimoku), minutesOf(Array(100).fill(7))).at(-1)!.reason, 'inside the cloud');
});
