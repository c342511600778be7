import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Grant, NO_FACTS } from '../../core/delivery/delivery.ts';
import { latencyOf } from './latency.ts';

const GRANTED: Grant = {
  ...{ fence: 3, key: 'k', sessionId: 's', consumer: 'c', epoch: 1, clientOrderId: 'tw-0', deadlineMs: 20_000 },
  grantedMs: 10_050,
  latency: { decidedUs: 10_000_000, journaledUs: 10_000_900, pushedUs: 10_001_000 },
};
const told = (reportId: string, fence: number, latency: Readonly<Record<string, number>>) => ({
  report: { reportId, session: 's', epoch: 1, fence, type: 'SUBMITTED', leg: 'ENTRY', latency } as const,
  flags: [],
  reoffered: false,
});

it('joins what the house measured with the durations of the executor, clocks never compared', () => {
  const reports = [
    told('1', 3, { received_to_claim_ms: 2, claim_ms: 7, claim_to_submit_ms: 1.5 }),
    told('2', 3, { submit_to_fill_ms: 80 }),
  ];
  assert.deepEqual(latencyOf({ facts: { ...NO_FACTS, grants: [GRANTED], reports } }), [
    { stage: 'decided', atUs: 10_000_000 },
    { stage: 'journaled', atUs: 10_000_900, ms: 0.9 },
    { stage: 'pushed', atUs: 10_001_000, ms: 0.1 },
    { stage: 'received', ms: 40 },
    { stage: 'claimed', atUs: 10_050_000, ms: 9 },
    { stage: 'submitted', ms: 1.5 },
    { stage: 'filled', ms: 80 },
  ]);
});

it('shows what is known and no more: nothing before a grant, nothing of another grant, nothing negative', () => {
  assert.deepEqual(latencyOf({ facts: NO_FACTS }), []);
  const reports = [told('1', 2, { claim_to_submit_ms: 1 }), told('2', 3, { received_to_claim_ms: 500 })];
  const stages = latencyOf({ facts: { ...NO_FACTS, grants: [GRANTED], reports } });
  assert.deepEqual(
    stages.find(({ stage }) => stage === 'received'),
    { stage: 'received', ms: 0 },
  );
  assert.equal(
    stages.some(({ stage }) => stage === 'submitted'),
    false,
  );
});
