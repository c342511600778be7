import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Census } from './census.ts';

it('counts votes and abstentions by strategy, and silences by name', () => {
  const census = new Census(['one', 'two']);
  census.countOpinions([
    { side: 'buy', strength: 90, reason: 'up' },
    { side: undefined, reason: 'no book' },
  ]);
  census.countOpinions([
    { side: 'sell', strength: 60, reason: 'down' },
    { side: undefined, reason: 'warming up' },
  ]);
  census.countSilence('tie');
  assert.equal(census.fusionRuns, 2);
  assert.deepEqual(census.strategies, {
    one: { buy: 1, sell: 1, abstained: {} },
    two: { buy: 0, sell: 0, abstained: { 'no book': 1, 'warming up': 1 } },
  });
  assert.deepEqual(census.silences, { tie: 1 });
});

it('stays bounded when a strategy makes up a new reason every time', () => {
  const census = new Census(['chatty']);
  for (let look = 0; look < 1_000; look += 1) {
    census.countOpinions([{ side: undefined, reason: `RSI ${look}` }]);
  }
  const { abstained } = census.strategies.chatty!;
  assert.equal(Object.keys(abstained).length, 201);
  assert.equal(abstained['other reasons'], 800);
  assert.equal(abstained['RSI 7'], 1);
});
