import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runKills } from './run-kills.ts';

it('keeps every answered signal through 20 kills at random moments', async (t) => {
  const result = await runKills({ kills: 20, seed: 20 });
  t.diagnostic(JSON.stringify(result));
  // A run in which nothing was at stake would show nothing.
  assert.ok(result.signalsTold >= 20, `only ${result.signalsTold} signals were answered`);
  assert.ok(result.acknowledged > 0, `only ${result.acknowledged} were acknowledged`);
});
