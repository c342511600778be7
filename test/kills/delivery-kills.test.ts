import assert from 'node:assert/strict';
import { it } from 'node:test';
import { notAtStake, runDeliveryKills } from './run-delivery-kills.ts';

it('executes at most once, in time, and forgets nothing, while server and executor are killed', async (t) => {
  const result = await runDeliveryKills({ kills: 20, seed: 20 });
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(result.problems, [], 'npm run kills -- --kills 20 --seed 20');
  assert.deepEqual(notAtStake(result), []);
});
