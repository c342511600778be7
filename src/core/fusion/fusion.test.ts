import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Opinion } from '../strategies/strategy.ts';
import { type Decision, Fusion } from './fusion.ts';

const WEIGHTS = [0.22, 0.2, 0.18, 0.15, 0.15, 0.1];
const GUIDE = { minStrategies: 2, minConsensus: 60, minStrength: 70 };
const buy = (strength: number): Opinion => ({ side: 'buy', strength, reason: 'test' });
const sell = (strength: number): Opinion => ({ side: 'sell', strength, reason: 'test' });
const SILENT: Opinion = { side: undefined, reason: 'test' };

it('makes the example of the guide from six votes', () => {
  const votes = [buy(90), buy(85), buy(80), buy(86.166666), SILENT, sell(60)];
  const decision = new Fusion(WEIGHTS, GUIDE).decide(votes);
  assert.deepEqual(decision, { side: 'buy', strength: 85.5, consensus: 75, strategiesAgree: 4 });
});

it('names every silence, the first that holds', () => {
  const fusion = new Fusion(WEIGHTS, GUIDE);
  const cases: [string, Opinion[]][] = [
    ['no_votes', [SILENT, SILENT, SILENT, SILENT, SILENT, SILENT]],
    ['tie', [SILENT, SILENT, SILENT, buy(90), sell(100), SILENT]],
    ['too_few_agree', [buy(100), SILENT, SILENT, SILENT, SILENT, SILENT]],
    ['consensus_too_low', [buy(100), buy(100), SILENT, sell(100), SILENT, buy(100)]],
    ['strength_too_low', [buy(70), buy(70), buy(69), SILENT, SILENT, SILENT]],
  ];
  for (const [name, opinions] of cases) assert.equal(fusion.decide(opinions), name);
});

it('meets a threshold exactly where binary fractions would miss it', () => {
  const decision = new Fusion(WEIGHTS, GUIDE).decide([buy(70), buy(70), buy(70), SILENT, SILENT, SILENT]);
  assert.deepEqual(decision, { side: 'buy', strength: 70, consensus: 60, strategiesAgree: 3 });
});

it('gives lost input no voice: an abstention never makes a decision louder', () => {
  const opinion = fc.oneof(
    fc.constant(SILENT),
    fc.double({ min: 50, max: 100, noNaN: true }).map(buy),
    fc.double({ min: 50, max: 100, noNaN: true }).map(sell),
  );
  const six = fc.array(opinion, { minLength: 6, maxLength: 6 });
  const open = new Fusion(WEIGHTS, { minStrategies: 1, minConsensus: 0, minStrength: 0 });
  const law = fc.property(six, fc.integer({ min: 0, max: 5 }), (opinions, lost) => {
    const before = open.decide(opinions);
    const after = open.decide(opinions.map((kept, seat) => (seat === lost ? SILENT : kept)));
    if (typeof before === 'string' || typeof after === 'string' || after.side !== before.side) return;
    assert.ok(after.consensus <= before.consensus);
    assert.ok(after.strategiesAgree <= before.strategiesAgree);
  });
  fc.assert(law);
});

it('mirrors: buyers turned into sellers give the same numbers on the other side', () => {
  const opinion = fc.oneof(fc.constant(SILENT), fc.double({ min: 50, max: 100, noNaN: true }).map(buy));
  const mirror = (kept: Opinion): Opinion =>
    kept.side === undefined ? kept : { ...kept, side: kept.side === 'buy' ? 'sell' : 'buy' };
  const law = fc.property(fc.array(opinion, { minLength: 6, maxLength: 6 }), (opinions) => {
    const fusion = new Fusion(WEIGHTS, GUIDE);
    const [one, other] = [fusion.decide(opinions), fusion.decide(opinions.map(mirror))];
    if (typeof one === 'string') assert.equal(other, one);
    else assert.deepEqual(other, { ...one, side: 'sell' } satisfies Decision);
  });
  fc.assert(law);
});
