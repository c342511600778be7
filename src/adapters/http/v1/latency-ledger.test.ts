import assert from 'node:assert/strict';
import { it } from 'node:test';
import { issuedEffect } from '../events.testing.ts';
import { LatencyLedger } from './latency-ledger.ts';

const ID = '01934e4e-8783-7a2b-9c4d-000000000001';

it('knows when a signal was decided, written down and sent out, and nothing of what it did not see begin', () => {
  let nowUs = 1_000;
  const ledger = new LatencyLedger(() => nowUs);
  const effects = [issuedEffect(1)];
  ledger.journaled(effects);
  assert.deepEqual(ledger.of(ID), {});
  ledger.decided(effects);
  nowUs = 1_900;
  ledger.journaled(effects);
  nowUs = 2_000;
  ledger.pushed(effects);
  assert.deepEqual(ledger.of(ID), { decidedUs: 1_000, journaledUs: 1_900, pushedUs: 2_000 });
});

it('forgets the oldest, so that a long run needs no more memory than a short one', () => {
  const ledger = new LatencyLedger(() => 7);
  for (let seq = 1; seq <= 5_000; seq += 1) ledger.decided([issuedEffect(seq)]);
  assert.deepEqual(ledger.of(ID), {});
  assert.deepEqual(ledger.of('01934e4e-8783-7a2b-9c4d-000000005000'), { decidedUs: 7 });
});
