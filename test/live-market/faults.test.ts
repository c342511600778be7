import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FAULT_CASES } from './fault-cases.ts';
import { runFaults } from './fault-run.ts';

it('notices one of every fault in its time, decides on none of them, and goes on without a restart', async (t) => {
  const result = await runFaults({ each: 1, seed: 11 });
  t.diagnostic(JSON.stringify(result.cases));
  assert.deepEqual(result.problems, []);
  assert.equal(result.injected, FAULT_CASES.length);
  assert.ok(result.bars > 1_000 && result.signals > 1_000, `${result.bars} bars, ${result.signals} signals`);
});
