import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from '../core/delivery/books.ts';
import type { MarketPosition } from '../ports/journal.ts';
import { DEMO_PROPOSAL } from './demo-proposal.testing.ts';
import { resumption } from './past.ts';

const T = DEMO_PROPOSAL.eventTimeMs;
const AT: MarketPosition = { marketTimeMs: T, wallTimeMs: T, speed: 1, source: 'test', lastPrices: {} };

/** Books with one live signal, stamped and expiring at these times. */
function booksWith(stampMs: number, expiresAtMs: number): Books {
  const books = new Books();
  const ids = { signalId: 'x', stampUs: stampMs * 1000, expiresAtMs };
  books.apply({ seq: 1, kind: 'signal_issued', signal: { ...DEMO_PROPOSAL.draft, ...ids } });
  return books;
}

it('begins with the wall clock, unless a stamp is already later', () => {
  assert.deepEqual(resumption({ books: new Books(), position: undefined }, T), { livedMs: 0, resumedMs: T });
  const ahead = { books: booksWith(T + 5_000, T + 9_000), position: undefined };
  assert.deepEqual(resumption(ahead, T), { livedMs: T + 5_000, resumedMs: T + 5_000 });
});

it('goes on as if the market had run at its speed meanwhile', () => {
  const past = { books: new Books(), position: { ...AT, marketTimeMs: T + 100_000, speed: 60 } };
  assert.deepEqual(resumption(past, T + 2_000), { livedMs: T + 100_000, resumedMs: T + 220_000 });
});

it('never begins before the last stamp', () => {
  const past = { books: booksWith(T + 30_000, T + 45_000), position: AT };
  assert.equal(resumption(past, T + 1_000).resumedMs, T + 30_000);
});

it('lets everything live be over when the wall clock went back', () => {
  const past = { books: booksWith(T, T + 300_000), position: AT };
  const { livedMs, resumedMs } = resumption(past, T - 3_600_000);
  assert.deepEqual([livedMs, resumedMs], [T + 300_000, T + 300_000]);
  assert.deepEqual(past.books.signals.live(resumedMs), []);
});

it('lets everything live be over when the wall clock went back behind the house time of the journal', () => {
  const past = { books: booksWith(T, T + 300_000), position: AT };
  past.books.apply({ seq: 2, kind: 'account_resumed', account: 'default', by: 'test', atMs: T, wallMs: T + 10_000 });
  assert.equal(resumption(past, T + 10_000).resumedMs, T + 10_000);
  assert.equal(resumption(past, T + 9_000).resumedMs, T + 300_000);
});
