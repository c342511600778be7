import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runDays } from './run-days.ts';

it('ends twenty simulated days with kills at random moments with equal ledgers, and no position naked or closed twice', () => {
  const { complaints, ...figures } = runDays({ days: 20, seed: 1 });
  const { unequalLedgers, unprotected, doubleCloses, riskFaults } = figures;
  const wanted = { unequalLedgers: 0, unprotected: 0, doubleCloses: 0, riskFaults: 0 };
  assert.deepEqual({ unequalLedgers, unprotected, doubleCloses, riskFaults }, wanted, complaints.join('\n'));
  const { kills, trips, halts, events } = figures;
  assert.ok(kills > 100 && trips > 200 && halts > 2 && events > 1_000_000, JSON.stringify(figures));
});
