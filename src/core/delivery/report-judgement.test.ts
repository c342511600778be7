import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ReportFlag, ReportType } from './report.ts';
import { Scene } from './scene.testing.ts';

/** What is remarkable about the last of these reports. */
function flagsAfter(...types: readonly ReportType[]): readonly ReportFlag[] {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  const granted = scene.claimed(session, signalId);
  for (const type of types) scene.report(granted, { type });
  return scene.delivery(signalId).facts.reports.at(-1)?.flags ?? [];
}

it('finds nothing remarkable about an order that goes its way', () => {
  assert.deepEqual(flagsAfter('SUBMITTED', 'PARTIAL', 'FILLED'), []);
  assert.deepEqual(flagsAfter('SUBMITTED', 'REJECTED'), []);
  assert.deepEqual(flagsAfter('SUBMITTED', 'PARTIAL', 'CANCELLED'), []);
  assert.deepEqual(flagsAfter('NACK'), []);
});

it('names what cannot both be true', () => {
  for (const types of [
    ['NACK', 'SUBMITTED'],
    ['SUBMITTED', 'NOT_SENT'],
    ['REJECTED', 'PARTIAL'],
    ['PARTIAL', 'REJECTED'],
    ['FILLED', 'NACK'],
    ['NOT_SENT', 'CANCELLED'],
  ] as const) {
    assert.ok(flagsAfter(...types).includes('contradiction'), types.join(' and '));
  }
});

it('flags exits that together close more than was opened, once all of the entry is known', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  const granted = scene.claimed(session, signalId);
  const flagsOf = (...said: Parameters<Scene['report']>[1][]): string[] => {
    for (const report of said) scene.report(granted, report);
    return said.length === 0 ? [] : [...(scene.delivery(signalId).facts.reports.at(-1)?.flags ?? [])];
  };
  assert.deepEqual(flagsOf({ type: 'PARTIAL', cumQty: 4 }, { type: 'FILLED', leg: 'TP1', cumQty: 5 }), []);
  assert.deepEqual(flagsOf({ type: 'FILLED', cumQty: 10 }, { type: 'PARTIAL', leg: 'STOP', cumQty: 4 }), []);
  assert.deepEqual(flagsOf({ type: 'FILLED', leg: 'STOP', cumQty: 5 }), []);
  assert.deepEqual(flagsOf({ type: 'CLOSED', leg: 'STOP', qty: 10 }), [], 'all that was closed, told once more');
  assert.deepEqual(flagsOf({ type: 'FILLED', leg: 'TP2', cumQty: 1 }), ['contradiction']);
});

it('does not take what was said of an earlier grant for a contradiction', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  scene.report(scene.claimed(session, signalId, 'one'), { type: 'NACK', reason: 'not_sent' });
  scene.report(scene.claimed(session, signalId, 'two'), { type: 'FILLED' });
  assert.deepEqual(scene.delivery(signalId).facts.reports.at(-1)?.flags, []);
});

it('tells a report that comes after a doubt, of an unknown grant, or of a session that is gone', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  const granted = scene.claimed(session, signalId);
  scene.wait(60_000);
  scene.report(granted, { type: 'FILLED' });
  scene.report(granted, { type: 'CLOSED', leg: 'TP1', fence: 1_000 });
  const flags = scene.delivery(signalId).facts.reports.map((report) => report.flags);
  assert.deepEqual(flags, [['late', 'stale_epoch'], ['unknown_fence']]);
});
