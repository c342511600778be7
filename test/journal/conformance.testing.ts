import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../../src/core/assert.ts';
import { Books, EMPTY_BASE } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { SignalBook } from '../../src/core/signals/signal-book.ts';
import type { Journal, JournalBase, MarketPosition } from '../../src/ports/journal.ts';
import { JournalError } from '../../src/ports/journal-error.ts';
import type { RetentionPolicy } from '../../src/ports/journal-retention.ts';
import { readAll } from '../../src/ports/read-all.testing.ts';
import { describeDeliveries } from './deliveries-conformance.testing.ts';
import { gap, oneAfterAnother, START_MS } from './effects.testing.ts';
import { livesFrom, overlapping } from './overlaps.testing.ts';

/** One place where a journal can be, empty at first. */
export interface JournalSite {
  /** Opens what is there, or creates it. Throws when it is refused. */
  open(policy?: RetentionPolicy): Promise<Journal>;
  /** Opens what is there on a disk without room. Only for stores that keep. */
  openFull?(policy?: RetentionPolicy): Promise<Journal>;
}

export interface JournalStore {
  readonly name: string;
  /** Does what was appended survive `close` and `open`? */
  readonly keeps: boolean;
  site(context: TestContext): Promise<JournalSite>;
}

const KEEP_ALL: RetentionPolicy = { keepSignals: 1_000_000, keepDays: 36_500 };

/** What every store must do. Speaks of the port alone. */
export function describeJournal(store: JournalStore): void {
  describe(`journal in ${store.name}`, () => {
    it('gives back what was appended, in order, from any point on', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      const effects = [...oneAfterAnother(700), gap(1401, START_MS)];
      await journal.append(effects.slice(0, 3));
      await journal.append([]);
      await journal.append(effects.slice(3));
      assert.deepEqual(await readAll(journal), asJson(effects));
      for (const afterSeq of [1, 511, 512, 513, 1400, 1401, 5000]) {
        assert.deepEqual(await readAll(journal, afterSeq), asJson(effects.slice(afterSeq)), `after ${afterSeq}`);
      }
      assert.deepEqual(journal.base, EMPTY_BASE);
      await journal.close();
    });

    it('holds what was said at the time, whatever becomes of the object', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      const effect = { ...gap(1, START_MS) };
      const before = asJson([effect]);
      await journal.append([effect]);
      Object.assign(effect, { reason: 'changed later' });
      assert.deepEqual(await readAll(journal), before);
      await journal.close();
    });

    it('refuses a batch that does not continue the sequence, and keeps nothing of it', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      await journal.append([gap(1, START_MS)]);
      for (const seqs of [[1], [3], [0], [2, 2], [2, 4], [2, 3, 5]]) {
        const batch = seqs.map((seq) => gap(seq, START_MS));
        await assert.rejects(journal.append(batch), InvariantError, `seqs ${seqs}`);
      }
      assert.deepEqual((await readAll(journal)).map(seqOf), [1]);
      await journal.append([gap(2, START_MS)]);
      assert.deepEqual((await readAll(journal)).map(seqOf), [1, 2]);
      await journal.close();
    });

    it('keeps one market position, the last', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      assert.equal(await journal.readPosition(), undefined);
      const first: MarketPosition = {
        marketTimeMs: START_MS,
        wallTimeMs: START_MS + 5,
        speed: 60,
        source: 'simulated medium seed 7 from 2026-01-01T00:00:00Z',
        lastPrices: { ETHUSDT: 3500.1, BTCUSDT: 0.1 + 0.2 },
      };
      await journal.writePosition(first);
      assert.deepEqual(await journal.readPosition(), first);
      const second = { ...first, marketTimeMs: START_MS + 1000, lastPrices: {} };
      await journal.writePosition(second);
      assert.deepEqual(await journal.readPosition(), second);
      assert.deepEqual(await readAll(journal), []);
      await journal.close();
    });

    it('has an id of 128 bits, another one for every journal', async (context) => {
      const journals = await Promise.all([1, 2].map(async () => (await store.site(context)).open()));
      for (const { id } of journals) assert.match(id, /^[0-9a-f]{32}$/);
      assert.notEqual(journals[0]?.id, journals[1]?.id);
      for (const journal of journals) await journal.close();
    });

    it('is not to be used after close', async (context) => {
      const journal = await (await store.site(context)).open();
      await journal.close();
      await journal.close();
      await assert.rejects(journal.append([gap(1, START_MS)]), InvariantError);
      await assert.rejects(readAll(journal), InvariantError);
      await assert.rejects(journal.readPosition(), InvariantError);
    });

    it('may be read to the end while others append', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      await journal.append(oneAfterAnother(600));
      const seqs: number[] = [];
      for await (const effect of journal.read(0)) {
        seqs.push(effect.seq);
        if (effect.seq === 10) await journal.append(oneAfterAnother(300, 1201));
      }
      assert.ok(seqs.length >= 1200, 'what was there at the start is read');
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => index + 1),
      );
      await journal.close();
    });

    it('may be read while others append, however far the reader is', async (context) => {
      const journal = await (await store.site(context)).open(KEEP_ALL);
      await journal.append(oneAfterAnother(10));
      let seq = 0;
      for await (const effect of journal.read(0)) {
        seq += 1;
        assert.equal(effect.seq, seq);
        if (seq <= 20) await journal.append([gap(20 + seq, START_MS)]);
      }
      assert.ok(seq >= 20, 'what was there at the start is read');
      await journal.close();
    });

    describeRetention(store);
    describeDeliveries(store);
    if (store.keeps) describeReopening(store);
  });
}

function describeRetention(store: JournalStore): void {
  it('drops the oldest signals beyond the limit, whole and in order, and says what is gone', async (context) => {
    const journal = await (await store.site(context)).open({ keepSignals: 100, keepDays: 36_500 });
    for (let seq = 1; seq < 6000; seq += 60) await journal.append(oneAfterAnother(30, seq));
    const kept = await readAll(journal);
    const dropped = oneAfterAnother(3000).slice(0, journal.base.seq);
    assert.deepEqual(kept, asJson(oneAfterAnother(3000).slice(journal.base.seq)));
    assert.ok(kept.length >= 200, `at least the newest 100 signals stay, ${kept.length / 2} do`);
    assert.ok(kept.length <= 1000, `not many more than 100 signals stay, ${kept.length / 2} do`);
    assert.deepEqual(asJson(journal.base), asJson(foldedFrom(EMPTY_BASE, dropped).asBase()));
    assert.ok(journal.base.signalsIssued >= 1500, `${journal.base.signalsIssued} signals are gone`);
    await journal.close();
  });

  it('drops what is older than the limit in market time', async (context) => {
    const journal = await (await store.site(context)).open({ keepSignals: 1_000_000, keepDays: 1 });
    for (let seq = 1; seq < 12_000; seq += 60) await journal.append(oneAfterAnother(30, seq));
    const kept = await readAll(journal);
    const perDay = 2 * 24 * 60;
    assert.ok(kept.length >= perDay && kept.length <= perDay + 1000, `${kept.length} effects of 6000 minutes stay`);
    await journal.close();
  });

  it('stays bounded while signals overlap without a pause, and keeps what is open', async (context) => {
    const journal = await (await store.site(context)).open({ keepSignals: 100, keepDays: 36_500 });
    const effects = overlapping(5000, 20);
    let keptMax = 0;
    for (let from = 0; from < effects.length; from += 50) {
      await journal.append(effects.slice(from, from + 50));
      keptMax = Math.max(keptMax, from + 50 - journal.base.seq);
    }
    assert.ok(keptMax <= 1000, `up to ${keptMax} effects were kept for 100 signals`);
    assert.equal(journal.base.open.length, 20);
    assert.deepEqual(asJson(journal.base), asJson(foldedFrom(EMPTY_BASE, effects.slice(0, journal.base.seq)).asBase()));
    assert.deepEqual(await readAll(journal), asJson(effects.slice(journal.base.seq)));
    await journal.close();
  });

  it('tells the same book whatever it has dropped', async () => {
    let carried = 0;
    const lives = fc.array(fc.nat({ max: 99 }), { minLength: 600, maxLength: 1500 });
    const law = fc.asyncProperty(lives, fc.integer({ min: 1, max: 300 }), async (dice, keepSignals) => {
      const site = await store.site(NO_CONTEXT);
      let journal = await site.open({ keepSignals, keepDays: 36_500 });
      const effects = livesFrom(dice);
      for (let from = 0; from < effects.length; from += 16) {
        const batch = effects.slice(from, from + 16);
        await journal.append(batch);
        if (store.keeps && Number(dice[from]) < 3) {
          await journal.close();
          journal = await site.open({ keepSignals, keepDays: 36_500 });
        }
        if (Number(dice[from]) < 30) await assertSameBook(journal, effects.slice(0, from + batch.length));
      }
      await assertSameBook(journal, effects);
      carried += journal.base.open.length;
      await journal.close();
    });
    // No shrinking: every step of it makes new journals.
    await fc.assert(law, { numRuns: 12, endOnFailure: true });
    assert.ok(carried > 0, 'no cut went through a signal');
  });
}

/** What is kept tells of the same signals as `effects`, which were appended: only the past may be shorter. */
async function assertSameBook(journal: Journal, effects: readonly Effect[]): Promise<void> {
  const { signals: all } = foldedFrom(EMPTY_BASE, effects);
  const { signals: kept } = foldedFrom(journal.base, await readAll(journal));
  const nowMs = all.latestMs;
  const answers = (book: SignalBook) => [
    [book.lastSeq, book.lastStampUs, book.latestMs, book.issuedCount, book.endedCount, [...book.open]],
    [book.live(nowMs), book.latest(nowMs), book.open.map((signal) => book.seqOf(signal.signalId))],
    book.open.map(({ stampUs }) => [book.knows(stampUs), book.byStamp(stampUs)]),
    ['ETHUSDT', 'BTCUSDT'].map((symbol) => book.lastIssuedMs(symbol)),
  ];
  assert.deepEqual(asJson(answers(kept)), asJson(answers(all)));
  // The full history shows the newest 500: an older signal may have moved up where newer ones are gone.
  const oldestUs = all.history(nowMs)[0]?.signal.stampUs ?? 0;
  const keptHistory = kept.history(nowMs).filter(({ signal }) => signal.stampUs >= oldestUs);
  const known = all.history(nowMs).filter(({ signal }) => kept.knows(signal.stampUs));
  assert.deepEqual(keptHistory, asJson(known));
}

function foldedFrom(base: JournalBase, effects: Iterable<Effect>): Books {
  const books = new Books(base);
  for (const effect of effects) books.apply(effect);
  return books;
}

function describeReopening(store: JournalStore): void {
  it('is the same journal after it was closed and opened again', async (context) => {
    const site = await store.site(context);
    const before = await site.open({ keepSignals: 100, keepDays: 36_500 });
    for (let seq = 1; seq < 3000; seq += 60) await before.append(oneAfterAnother(30, seq));
    const position = { marketTimeMs: 1, wallTimeMs: 2, speed: 1, source: 's', lastPrices: { A: 1 } };
    await before.writePosition(position);
    const { id, base } = before;
    const effects = await readAll(before);
    await before.close();

    const after = await site.open({ keepSignals: 100, keepDays: 36_500 });
    assert.deepEqual([after.id, asJson(after.base), await after.readPosition()], [id, asJson(base), position]);
    assert.deepEqual(await readAll(after), effects);
    await assert.rejects(after.append(oneAfterAnother(1, 3003)), InvariantError);
    for (let seq = 3001; seq < 6000; seq += 60) await after.append(oneAfterAnother(30, seq));
    assert.ok(after.base.seq > base.seq, 'retention goes on');
    assert.deepEqual(await readAll(after), asJson(oneAfterAnother(3000).slice(after.base.seq)));
    await after.close();
  });

  it('carries open signals over a restart, and ends them later', async (context) => {
    const site = await store.site(context);
    const policy = { keepSignals: 100, keepDays: 36_500 };
    const effects = overlapping(3000, 20);
    const before = await site.open(policy);
    for (let from = 0; from < 3000; from += 50) await before.append(effects.slice(from, from + 50));
    const { base } = before;
    await before.close();

    const after = await site.open(policy);
    assert.deepEqual(asJson(after.base), asJson(base));
    assert.equal(base.open.length, 20);
    await assertSameBook(after, effects.slice(0, 3000));
    for (let from = 3000; from < effects.length; from += 50) await after.append(effects.slice(from, from + 50));
    assert.ok(after.base.open[0]!.seq > base.open.at(-1)!.seq, 'what was open then has ended and is gone');
    await assertSameBook(after, effects);
    await after.close();
  });

  it('stores nothing of a batch that finds the disk full, and goes on when there is room', async (context) => {
    const site = await store.site(context);
    assert.ok(site.openFull, 'a store that keeps can be full');
    const before = await site.open(KEEP_ALL);
    await before.append(oneAfterAnother(10));
    await before.close();

    const full = await site.openFull(KEEP_ALL);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(full.append(oneAfterAnother(2000, 21)), (error) => isFailure(error, 'full'));
      assert.deepEqual(await readAll(full), asJson(oneAfterAnother(10)));
    }
    await full.close();

    const after = await site.open(KEEP_ALL);
    assert.deepEqual(await readAll(after), asJson(oneAfterAnother(10)));
    await after.append(oneAfterAnother(2000, 21));
    assert.deepEqual(await readAll(after), asJson(oneAfterAnother(2010)));
    await after.close();
  });

  it('has one writer: a second opening is refused while the first is open', async (context) => {
    const site = await store.site(context);
    const first = await site.open();
    await assert.rejects(site.open());
    await first.append([gap(1, START_MS)]);
    await first.close();
    const second = await site.open();
    assert.equal((await readAll(second)).length, 1);
    await second.close();
  });
}

/** For laws, whose runs are many: their sites go with the process. */
const NO_CONTEXT = { after: () => undefined } as unknown as TestContext;

const seqOf = (effect: Effect): number => effect.seq;

/** As JSON keeps it: `undefined` is absent. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

const isFailure = (error: unknown, code: string): boolean => error instanceof JournalError && error.code === code;
