import assert from 'node:assert/strict';
import { it } from 'node:test';
import { builtAtas, withoutDotnet } from './dotnet.ts';
import { judge } from './judge.ts';
import { runLoops } from './loops.ts';
import { PLANTED } from './planted.ts';

const SIGNALS = 20;
const SEED = 20;

it('turns signals into fills and tells the server the truth, whatever breaks', { skip: withoutDotnet }, async (t) => {
  const { summary, results, problems } = await runLoops({
    signals: SIGNALS,
    seed: SEED,
    loops: 2,
    killEvery: 4,
    build: builtAtas(),
  });
  t.diagnostic(JSON.stringify(summary));
  assert.deepEqual(problems, [], `npm run loop -- --signals ${SIGNALS} --seed ${SEED} --loops 2 --kill-every 4`);
  // A run in which nothing was at stake would show nothing.
  assert.ok(summary.entries > 0, 'nothing was entered');
  assert.ok(summary.kills > 0, 'nobody was killed');
  for (const { record } of results) {
    for (const [fault, plant] of Object.entries(PLANTED)) {
      assert.notDeepEqual(judge(plant(record)).problems, [], `${fault}, planted into this run, is not seen`);
    }
  }
});
