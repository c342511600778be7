import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketPosition } from '../ports/journal.ts';
import { DEMO_PROPOSAL } from './demo-proposal.testing.ts';
import { resumption } from './past.ts';

const T = DEMO_PROPOSAL.eventTimeMs;
const AT: MarketPosition = { marketTimeMs: T, wallTimeMs: T, speed: 1, source: 'test', lastPrices: {} };

/** A book with one live signal, stamped and expiring at these times. */
function bookWith(stampMs: number, expiresAtMs: number): SignalBook {
  const book = new SignalBook();
  const ids = { signalId: 'x', stampUs: stampMs * 1000, expiresAtMs };
  book.apply({ seq: 1, kind: 'signal_issued', signal: { ...DEMO_PROPOSAL.draft, ...ids } });
  return book;
}

it('begins with the wall clock, unless a stamp is already later', () => {
  assert.deepEqual(resumption({ book: new SignalBook(), position: undefined }, T), { livedMs: 0, resumedMs: T });
  const ahead = { book: bookWith(T + 5_000, T + 9_000), position: undefined };
  assert.deepEqual(resumption(ahead, T), { livedMs: T + 5_000, resumedMs: T + 5_000 });
});

it('goes on as if the market had run at its speed meanwhile', () => {
  const past = { book: new SignalBook(), position: { ...AT, marketTimeMs: T + 100_000, speed: 60 } };
  assert.deepEqual(resumption(past, T + 2_000), { livedMs: T + 100_000, resumedMs: T + 220_000 });
});

it('never begins before the last stamp', () => {
  const past = { book: bookWith(T + 30_000, T + 45_000), position: AT };
  assert.equal(resumption(past, T + 1_000).resumedMs, T + 30_000);
});

it('lets everything live be over when the wall clock went back', () => {
  const past = { book: bookWith(T, T + 300_000), position: AT };
  const { livedMs, resumedMs } = resumption(past, T - 3_600_000);
  assert.deepEqual([livedMs, resumedMs], [T + 300_000, T + 300_000]);
  assert.deepEqual(past.book.live(resumedMs), []);
});
