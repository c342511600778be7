import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Opinion } from '../strategies/strategy.ts';
import { explain } from './explanation.ts';
import { Fusion } from './fusion.ts';

const WEIGHTS = [0.22, 0.2, 0.18, 0.15, 0.15, 0.1];
const SETTINGS = { minStrategies: 2, minConsensus: 60, minStrength: 70 };

const vote = (side: 'buy' | 'sell', strength: number): Opinion => ({ side, strength, reason: 'r' });
const silent: Opinion = { side: undefined, reason: 'warming up' };

it('says what the fusion decides, and a decision is what lacks nothing', () => {
  const opinion = fc.oneof(
    fc.constant(silent),
    fc.record({ side: fc.constantFrom('buy' as const, 'sell' as const), strength: fc.integer({ max: 100, min: 0 }) }),
  );
  const law = fc.property(fc.array(opinion, { minLength: 6, maxLength: 6 }), (drawn) => {
    const opinions = drawn.map((each) => (each.side === undefined ? silent : { ...each, reason: 'r' })) as Opinion[];
    const explained = explain(opinions, WEIGHTS, SETTINGS);
    assert.deepEqual(explained.outcome, new Fusion(WEIGHTS, SETTINGS).decide(opinions));
    const decided = typeof explained.outcome !== 'string';
    assert.equal(explained.side !== undefined && explained.nearest === undefined, decided);
  });
  fc.assert(law, { numRuns: 1_000 });
});

it('names what is nearest to being met', () => {
  const opinions = [vote('buy', 80), vote('buy', 90), vote('sell', 60), silent, silent, silent];
  const { side, buyWeight, sellWeight, demands, nearest } = explain(opinions, WEIGHTS, SETTINGS);
  assert.deepEqual([side, buyWeight.toFixed(2), sellWeight.toFixed(2)], ['buy', '0.42', '0.18']);
  assert.deepEqual(
    demands.map(({ have, need }) => [have, need]),
    [
      [2, 2],
      [42, 60],
      [84.8, 70],
    ],
  );
  assert.equal(nearest?.name, 'consensus');
  const one = explain([vote('sell', 50), silent, silent, silent, silent, silent], WEIGHTS, SETTINGS);
  assert.deepEqual([one.outcome, one.nearest?.name], ['too_few_agree', 'strength'], '50 of 70 lacks least');
  assert.equal(explain([silent], [1], SETTINGS).outcome, 'no_votes');
});
