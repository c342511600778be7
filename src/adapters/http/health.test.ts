import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HealthFacts } from './api-house.ts';
import { NOW_MS } from './fake-house.testing.ts';
import { feedFields, judgeHealth } from './health.ts';

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
});

it('names nothing but the journal when that cannot write: the rest only follows from it', () => {
  const journalFault = { reason: 'disk full', sinceMs: 7 };
  const only = { status: 'failed', reasons: [{ reason: 'the journal cannot write: disk full', sinceMs: 7 }] };
  for (const dataAgeMs of [1, 6_000, 1e9]) assert.deepEqual(judge({ journalFault, dataAgeMs }), only);
  const warming = { ...FLOWING.feed, state: 'warming', reason: 'reading history' } as const;
  assert.deepEqual(judge({ journalFault, feed: warming }), only);
});

it('shows no feed as flowing behind a journal that cannot write', () => {
  const journalFault = { reason: 'disk full', sinceMs: 7 };
  assert.deepEqual(feedFields(FLOWING), { state: 'flowing', reason: undefined, problems: {} });
  const problems = { 'late event': 2 };
  const stopped = feedFields({ feed: { ...FLOWING.feed, problems }, journalFault });
  const reason = 'no market data are taken while the journal cannot write';
  assert.deepEqual(stopped, { state: 'stopped', reason, problems });
  const finished = { ...FLOWING.feed, state: 'finished' } as const;
  assert.equal(feedFields({ feed: finished, journalFault }).state, 'finished');
});
