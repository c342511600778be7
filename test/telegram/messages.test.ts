import assert from 'node:assert/strict';
import { it } from 'node:test';
import { brokenPromises, runMessages } from './messages-run.ts';

it('tells every message once and in order over refusals, lost answers, restarts and kills', async () => {
  const result = await runMessages({ count: 400, seed: 3 });
  assert.deepEqual(brokenPromises(result), []);
  // A run that met nothing would prove nothing.
  assert.ok(result.kills > 0 && result.restarts > 0, JSON.stringify(result));
  assert.ok((result.faults.silent_after ?? 0) > 0 && (result.faults.retry_after ?? 0) > 0, JSON.stringify(result));
  assert.ok(result.once > 350, JSON.stringify(result));
});
