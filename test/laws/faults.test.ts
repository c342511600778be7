// Planted look-ahead: every way of seeing the future must break a law, and the same thing done honestly must break none.
// Prints which law caught what. LAWS=full: a longer tape and more cuts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as inBars from './faults/bars.testing.ts';
import type { Fault } from './faults/fault.testing.ts';
import * as inFeeds from './faults/feeds.testing.ts';
import { LAWS } from './laws.testing.ts';
import { cleanSystem, type LawTape, type System } from './system.testing.ts';
import { embeddedMarket, full } from './tapes.testing.ts';

const FAULTS: readonly Fault[] = [...Object.values(inBars), ...Object.values(inFeeds)];

/** Quotes and trades within few minutes, and a history just long enough to start within it. */
const tape = embeddedMarket(
  full ? { liveMinutes: 10 } : { liveMinutes: 5, historyMinutes: 1_150, symbols: ['ETHUSDT'] },
);
const TRIALS = full ? 40 : 8;

function lawsBrokenBy(system: System, on: LawTape): { readonly name: string; readonly how: string }[] {
  return LAWS.flatMap((law) => {
    const { broken } = law.check(system, on, TRIALS);
    return broken === undefined ? [] : { name: law.name, how: broken };
  });
}

test('the clean system breaks no law in this harness', () => {
  assert.deepEqual(lawsBrokenBy(cleanSystem, tape), []);
});

test('at least ten faults are planted', () => assert.ok(FAULTS.length >= 10));

for (const { name, faulty, honest } of FAULTS) {
  test(`caught: ${name}`, (t) => {
    const broken = lawsBrokenBy(faulty, tape);
    t.diagnostic(`| ${name} | ${broken.map((law) => law.name).join(', ')} |`);
    assert.ok(broken.length > 0, `no law noticed: ${name}`);
    if (honest !== cleanSystem) assert.deepEqual(lawsBrokenBy(honest, tape), [], 'the honest version must hold');
  });
}
