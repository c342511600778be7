import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books, EMPTY_BASE } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { Journal, JournalBase } from '../../src/ports/journal.ts';
import { readAll } from '../../src/ports/read-all.testing.ts';
import type { JournalStore } from './conformance.testing.ts';
import { deliveries } from './deliveries.testing.ts';

/** Every kind there is: the compiler complains when one is missing. */
const KINDS: Readonly<Record<Effect['kind'], true>> = {
  signal_issued: true,
  signal_ended: true,
  gap_recorded: true,
  signal_amended: true,
  cancel_requested: true,
  close_issued: true,
  session_opened: true,
  session_ended: true,
  delivery_shown: true,
  delivery_claimed: true,
  delivery_reported: true,
  delivery_withdrawn: true,
  delivery_doubted: true,
  delivery_resolved: true,
  account_halted: true,
  account_resumed: true,
  risk_changed: true,
  day_turned: true,
  notices_muted: true,
};

/** What a store must do with what became of signals. */
export function describeDeliveries(store: JournalStore): void {
  it('gives back effects of every kind as they were', async (context) => {
    const effects = deliveries(40);
    assert.deepEqual([...new Set(effects.map(({ kind }) => kind))].sort(), Object.keys(KINDS).sort());
    const site = await store.site(context);
    let journal = await site.open({ keepSignals: 1_000_000, keepDays: 36_500 });
    await journal.append(effects);
    assert.deepEqual(await readAll(journal), asJson(effects));
    if (store.keeps) {
      await journal.close();
      journal = await site.open({ keepSignals: 1_000_000, keepDays: 36_500 });
      assert.deepEqual(await readAll(journal), asJson(effects));
    }
    await journal.close();
  });

  it('carries what is not settled over what retention drops, and over a restart', async (context) => {
    const effects = deliveries(600);
    const site = await store.site(context);
    const policy = { keepSignals: 20, keepDays: 36_500 };
    let journal = await site.open(policy);
    let cuts = 0;
    for (let from = 0; from < effects.length; from += 100) {
      const { seq } = journal.base;
      await journal.append(effects.slice(from, from + 100));
      if (journal.base.seq === seq) continue;
      cuts += 1;
      await assertSameDeliveries(journal, effects.slice(0, from + 100));
      if (!store.keeps) continue;
      await journal.close();
      journal = await site.open(policy);
      await assertSameDeliveries(journal, effects.slice(0, from + 100));
    }
    assert.ok(cuts > 3, `${cuts} cuts`);
    assert.ok(journal.base.delivery.instructions.length > 20, 'positions stay open over the cuts');
    await journal.close();
  });
}

async function assertSameDeliveries(journal: Journal, effects: readonly Effect[]): Promise<void> {
  const dropped = foldedFrom(EMPTY_BASE, effects.slice(0, journal.base.seq));
  assert.deepEqual(asJson(journal.base), asJson(dropped.asBase()), 'what was dropped is accounted for');
  const [all, kept] = [foldedFrom(EMPTY_BASE, effects), foldedFrom(journal.base, await readAll(journal))];
  const answers = ({ signals, deliveries: book }: Books) =>
    asJson([
      [signals.lastSeq, signals.lastStampUs, signals.latestMs, signals.issuedCount, [...signals.open]],
      [book.latestWallMs, book.muteAt(0), [...book.accounts], book.inFlight('default'), book.inFlight('paper')],
      [...book.unsettled]
        .sort((a, b) => a.seq - b.seq)
        .map((instruction) => ({ ...instruction, deliveries: [...instruction.deliveries] })),
    ]);
  assert.deepEqual(answers(kept), answers(all));
}

function foldedFrom(base: JournalBase, effects: Iterable<Effect>): Books {
  const books = new Books(base);
  for (const effect of effects) books.apply(asJson(effect));
  return books;
}

/** As JSON keeps it: `undefined` is absent. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));
