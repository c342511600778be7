import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXAMPLE_SIGNAL } from '../../contract/example-signal.ts';
import type { Signal } from '../../core/signals/signal.ts';
import { HISTORY_SHOWN } from '../../core/signals/signal-book.ts';
import { FakeHouse, NOW_MS } from './fake-house.testing.ts';
import { stampMeant } from './stamp-meant.ts';

const SECOND_US = 1_732_185_045_000_000;
const WHOLE = { stampUs: SECOND_US, precision: 'second' } as const;

type Fate = 'live' | 'acknowledged' | 'expired' | 'overdue' | 'superseded' | 'none';

function meet(house: FakeHouse, stampUs: number, fate: Fate): void {
  if (fate === 'none') return;
  const signal: Signal = house.issue({ stampUs, expiresAtMs: fate === 'overdue' ? NOW_MS : NOW_MS + 15_000 });
  if (fate === 'acknowledged') house.end(signal, 'ACKED_LEGACY');
  if (fate === 'expired') house.end(signal, 'EXPIRED');
  if (fate === 'superseded') house.end(signal, 'SUPERSEDED');
}

/** Which signal the second means when A stands at .000000 and B at .000001. */
function meant(fateOfA: Fate, fateOfB: Fate): 'A' | 'B' | 'nobody knows' {
  const house = new FakeHouse();
  meet(house, SECOND_US, fateOfA);
  meet(house, SECOND_US + 1, fateOfB);
  const found = stampMeant(WHOLE, house.book, NOW_MS);
  if (!found.ok) return 'nobody knows';
  return found.value === SECOND_US ? 'A' : 'B';
}

it('takes a whole second for the signal at .000000, never for the one after it', () => {
  const fates: readonly Fate[] = ['live', 'acknowledged', 'expired', 'overdue', 'superseded', 'none'];
  const table = Object.fromEntries(fates.map((a) => [a, fates.map((b) => meant(a, b)).join(' | ')]));
  assert.deepEqual(table, {
    //                      B live | acknowledged | expired | overdue | superseded | none
    live: 'nobody knows | A | A | A | A | A',
    acknowledged: 'A | A | A | A | A | A',
    expired: 'A | A | A | A | A | A',
    overdue: 'A | A | A | A | A | A',
    superseded: 'A | A | A | A | A | A',
    none: 'B | B | nobody knows | nobody knows | nobody knows | nobody knows',
  });
});

it('takes it for no signal when two were issued in it, neither of them at .000000', () => {
  const fates: readonly Fate[] = ['live', 'acknowledged', 'expired', 'overdue'];
  for (const first of fates) {
    for (const second of fates) {
      const house = new FakeHouse();
      meet(house, SECOND_US + 5, first);
      meet(house, SECOND_US + 999_999, second);
      assert.equal(stampMeant(WHOLE, house.book, NOW_MS).ok, false, `${first}, ${second}`);
    }
  }
});

it('looks at one second only, and at every live signal of it', () => {
  const house = new FakeHouse();
  meet(house, SECOND_US - 1, 'live');
  meet(house, SECOND_US + 7, 'live');
  meet(house, SECOND_US + 1_000_000, 'live');
  assert.deepEqual(stampMeant(WHOLE, house.book, NOW_MS), { ok: true, value: SECOND_US + 7 });
});

it('knows nothing of a second that the history no longer reaches', () => {
  const house = new FakeHouse();
  meet(house, SECOND_US + 3, 'live');
  for (let index = 0; index < HISTORY_SHOWN; index += 1) {
    house.end(house.issue({ stampUs: SECOND_US + 2_000_000 + index }), 'EXPIRED');
  }
  // One that ended before any of these could have been dropped from the history without a trace.
  assert.equal(stampMeant(WHOLE, house.book, NOW_MS).ok, false);
});

it('takes a stamp with its fraction as it stands', () => {
  const exact = { stampUs: EXAMPLE_SIGNAL.stampUs, precision: 'microsecond' } as const;
  const house = new FakeHouse();
  assert.deepEqual(stampMeant(exact, house.book, NOW_MS), { ok: true, value: EXAMPLE_SIGNAL.stampUs });
  meet(house, SECOND_US + 1, 'live');
  const whole = { stampUs: SECOND_US, precision: 'microsecond' } as const;
  assert.deepEqual(stampMeant(whole, house.book, NOW_MS), { ok: true, value: SECOND_US });
});
