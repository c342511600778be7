import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runLoad } from './load-run.ts';

it('loses nothing of 540 instruments over sockets', async (t) => {
  // How fast is said by `npm run load` on a machine of its own; here only that nothing is lost.
  const options = { instruments: 540, tradesPerSecond: 2_000, depthInstruments: 50, seconds: 20, seed: 3 };
  const result = await runLoad(options, (line) => t.diagnostic(line));
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual(result.lost, {});
  assert.ok(result.trades > 20_000, `${result.trades} trades`);
  assert.equal(result.instruments, 540);
});
