import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HealthFacts } from './api-house.ts';
import { NOW_MS } from './fake-house.testing.ts';
import { judgeHealth } from './health.ts';

const FLOWING: HealthFacts = {
  feed: { state: 'flowing', reason: undefined, sinceMs: NOW_MS, problems: {} },
  dataAgeMs: 100,
  upMs: 1_000_000,
  journalFault: undefined,
};
const judge = (facts: Partial<HealthFacts>, kind: 'SIMULATED' | 'REPLAY' | 'DEMO' = 'SIMULATED', speed = 1) =>
  judgeHealth({ ...FLOWING, ...facts }, { kind, nowMs: NOW_MS, speed });

it('turns at 5 s and at 60 s without data', () => {
  const at = (dataAgeMs: number) => judge({ dataAgeMs }).status;
  assert.deepEqual([0, 5_000, 5_001, 59_999, 60_000].map(at), ['healthy', 'healthy', 'degraded', 'degraded', 'failed']);
});

it('counts the silence before the first data from the start', () => {
  const at = (upMs: number) => judge({ dataAgeMs: undefined, upMs }).status;
  assert.deepEqual([1_000, 10_000, 60_000].map(at), ['healthy', 'degraded', 'failed']);
});

it('says since when in market time, however fast that runs', () => {
  const [reason] = judge({ dataAgeMs: 10_000 }, 'SIMULATED', 60).reasons;
  assert.equal(reason?.sinceMs, NOW_MS - 600_000);
});

it('is degraded while the feed warms up or says that it is, with its reason', () => {
  const feed = { state: 'warming', reason: 'reading 2000 bars of history', sinceMs: 5, problems: {} } as const;
  assert.deepEqual(judge({ feed }), { status: 'degraded', reasons: [{ reason: feed.reason, sinceMs: 5 }] });
  assert.equal(judge({ feed: { ...feed, state: 'degraded', reason: undefined } }).status, 'degraded');
});

it('forgives silence to a demo and to a finished replay, but a broken journal to nobody', () => {
  const finished = { ...FLOWING.feed, state: 'finished' } as const;
  const journalFault = { reason: 'disk full', sinceMs: 7 };
  assert.equal(judge({ dataAgeMs: undefined, upMs: 1e9 }, 'DEMO').status, 'healthy');
  assert.equal(judge({ dataAgeMs: 1e9, feed: finished }, 'REPLAY').status, 'healthy');
  assert.equal(judge({ dataAgeMs: 1e9 }, 'REPLAY').status, 'failed');
  assert.equal(judge({ journalFault }, 'DEMO').status, 'failed');
  const { status, reasons } = judge({ journalFault, dataAgeMs: 6_000 });
  assert.deepEqual([status, reasons.length], ['failed', 2]);
  assert.deepEqual(reasons[0], { reason: 'the journal cannot write: disk full', sinceMs: 7 });
});
