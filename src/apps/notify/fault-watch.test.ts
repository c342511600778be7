import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HealthFacts } from '../../adapters/http/api-house.ts';
import { FaultWatch, type ToldFault } from './fault-watch.ts';
import { quietHours } from './quiet-hours.ts';

function stand(told?: ToldFault) {
  const state = {
    nowMs: 1_000_000,
    facts: {
      ...{ feed: { state: 'flowing', reason: undefined, sinceMs: 0, problems: {} }, dataAgeMs: 100, upMs: 1e6 },
      journalFault: undefined,
    } as HealthFacts,
  };
  const watch = new FaultWatch({
    ...{ market: { kind: 'SIMULATED', label: 'SIMULATED medium' }, told },
    clock: { nowMs: () => state.nowMs, speed: 1 },
    ...{ houseMs: () => state.nowMs, health: () => state.facts },
  });
  /** Looks every second for so long. @returns what was told */
  const pass = (seconds: number, facts: Partial<HealthFacts> = {}): string[] => {
    Object.assign(state, { facts: { ...state.facts, ...facts } });
    return Array.from({ length: seconds }, () => {
      state.nowMs += 1_000;
      const notice = watch.look();
      return notice === undefined ? [] : [`${notice.level}: ${notice.title}`];
    }).flat();
  };
  return { watch, pass };
}

it('tells a fault when it lasts, once, and its end when that lasts', () => {
  const { watch, pass } = stand();
  assert.deepEqual(pass(5, { dataAgeMs: 7_000 }), []);
  assert.deepEqual(pass(30, { dataAgeMs: 100 }), []);
  assert.deepEqual(pass(40, { dataAgeMs: 20_000 }), ['alarm: FAULT: market data are older than 5 s']);
  assert.deepEqual(pass(5, { dataAgeMs: 100 }), []);
  assert.deepEqual(pass(5, { dataAgeMs: 20_000 }), []);
  assert.deepEqual(pass(30, { dataAgeMs: 100 }), ['important: Fault over after 60 s']);
  assert.equal(watch.told, undefined);
});

it('tells at once what is grave, and nothing of a market that warms up', () => {
  const journalFault = { reason: 'the disk is full', sinceMs: 0 };
  assert.deepEqual(stand().pass(1, { journalFault }), ['alarm: FAULT: the journal cannot write: the disk is full']);
  const warming = { state: 'warming', reason: 'warming up', sinceMs: 0, problems: {} } as const;
  assert.deepEqual(stand().pass(60, { feed: warming }), []);
});

it('tells the end of a fault that an earlier run has told of', () => {
  const { pass } = stand({ reason: 'no market data', sinceMs: 400_000 });
  assert.deepEqual(pass(30), ['important: Fault over after 10 min']);
});

it('knows quiet hours, over midnight too', () => {
  const at = (hour: number, minute = 0): number => Date.UTC(2026, 0, 2, hour, minute);
  const night = quietHours('22:00-07:30');
  assert.deepEqual([at(21, 59), at(22), at(3), at(7, 29), at(7, 30)].map(night), [false, true, true, true, false]);
  assert.deepEqual([at(12), at(13), at(14)].map(quietHours('12:30-13:30')), [false, true, false]);
  assert.equal(quietHours('none')(at(3)), false);
});
