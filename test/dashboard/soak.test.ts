import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WITHOUT_CHROMIUM } from './chromium.ts';
import { runSoak } from './run-soak.ts';

it('goes on for an hour of market time without a complaint, and drops what it drew', {
  skip: WITHOUT_CHROMIUM,
}, async (t) => {
  const result = await runSoak({ hours: 1, speed: 60, seed: 2 });
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(result.problems, []);
  assert.ok(result.signals > 0, 'nothing was at stake: there was no signal');
  // Charts and tables that are left behind would be there five times over after so many changes of the view.
  assert.ok(result.nodesLast < 3 * result.nodesFirst, `${result.nodesFirst} nodes became ${result.nodesLast}`);
});
