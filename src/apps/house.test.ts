import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryJournal } from '../adapters/memory/journal.ts';
import { Books } from '../core/delivery/books.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { EngineEvent } from '../core/engine/event.ts';
import type { Journal } from '../ports/journal.ts';
import { defaultConfig } from './config/defaults.ts';
import { DEMO_PROPOSAL } from './demo-proposal.testing.ts';
import { House } from './house.ts';

const ID = '0123456789abcdef0123456789abcdef';
const CLOCK = { nowMs: () => 42, speed: 1 };

/** Effects in the order in which somebody heard of them or the disk had them. */
async function open(journal: Journal = new MemoryJournal(ID)) {
  const config = defaultConfig([]);
  const settings = { ...config, runAnchor: 'test', market: 'TEST', timeframes: config.fusion.timeframes, seats: [] };
  const log: string[] = [];
  const remembering: Journal = {
    ...{ id: journal.id, base: journal.base },
    append: async (effects) => {
      await journal.append(effects);
      log.push(...effects.map(({ kind }) => `disk ${kind}`));
    },
    read: (afterSeq) => journal.read(afterSeq),
    readPosition: () => journal.readPosition(),
    writePosition: (position) => journal.writePosition(position),
    close: () => journal.close(),
  };
  const outlet = {
    publish: (effects: readonly Effect[]) => void log.push(...effects.map(({ kind }) => `told ${kind}`)),
  };
  const past = new Books(journal.base);
  for await (const effect of journal.read(journal.base.seq)) past.apply(effect);
  const house = new House({ settings, journal: remembering, past, clock: CLOCK, houseClock: CLOCK, outlets: [outlet] });
  return { house, log, past };
}

it('tells nobody before it is on disk', async () => {
  const { house, log } = await open();
  const effects = await house.submit([DEMO_PROPOSAL]);
  assert.deepEqual(log, ['disk signal_issued', 'told signal_issued']);
  assert.equal(effects.length, 1);
});

it('waits for nothing when nothing was decided', async () => {
  const { house, log } = await open();
  assert.deepEqual(await house.submit([{ kind: 'clock', eventTimeMs: 1_000 }]), []);
  assert.deepEqual(log, []);
});

it('takes one batch after the other, in the order they came', async () => {
  const { house, log } = await open();
  const seen: string[] = [];
  const batches = ['a', 'b', 'c'].map((name) =>
    house.take((deliver) => {
      seen.push(name);
      deliver({ ...DEMO_PROPOSAL, eventTimeMs: DEMO_PROPOSAL.eventTimeMs + seen.length });
    }),
  );
  await Promise.all(batches);
  assert.deepEqual(seen, ['a', 'b', 'c']);
  // The second and third supersede the one before. What waits at the same time is on disk together, and then told.
  const kinds = ['signal_issued', 'signal_ended', 'signal_issued', 'signal_ended', 'signal_issued'];
  assert.deepEqual(log, [...kinds.map((kind) => `disk ${kind}`), ...kinds.map((kind) => `told ${kind}`)]);
});

it('stops deciding for good when the journal cannot write, and tells nothing of what is not on disk', async () => {
  const journal = new MemoryJournal(ID);
  journal.append = () => Promise.reject(new Error('the disk is full'));
  const { house, log } = await open(journal);
  await assert.rejects(house.submit([DEMO_PROPOSAL]), /the disk is full/);
  await assert.rejects(house.submit([{ kind: 'clock', eventTimeMs: 1 }]), /the journal failed: the disk is full/);
  assert.deepEqual(house.journalFault, { reason: 'the disk is full', sinceMs: 42 });
  assert.deepEqual(log, []);
});

it('stops deciding when somebody else finds the journal lost, and keeps the first reason', async () => {
  const { house, log } = await open();
  house.distrustJournal('the file is gone');
  house.distrustJournal('the file is still gone');
  assert.deepEqual(house.journalFault, { reason: 'the file is gone', sinceMs: 42 });
  await assert.rejects(house.submit([DEMO_PROPOSAL]), /the journal failed: the file is gone/);
  assert.deepEqual(log, []);
});

it('does not go on after a bug in the middle of a decision', async () => {
  const { house, log } = await open();
  const bug = (): void => {
    throw new Error('a bug of ours');
  };
  await assert.rejects(house.take(bug), /a bug of ours/);
  await assert.rejects(house.submit([DEMO_PROPOSAL]), /a bug of ours/);
  assert.deepEqual(log, []);
});

it('stands after a restart where it stood: stamps and numbers go on, what was live is live', async () => {
  const journal = new MemoryJournal(ID);
  const first = await open(journal);
  await first.house.submit([DEMO_PROPOSAL]);
  const second = await open(journal);
  const [stamp] = second.past.signals.open.map((signal) => signal.stampUs);
  assert.equal(second.past.signals.lastSeq, 1);
  const event: EngineEvent = { kind: 'acknowledge', stampUs: stamp!, eventTimeMs: DEMO_PROPOSAL.eventTimeMs + 5 };
  const [effect] = await second.house.submit([event]);
  assert.equal(effect?.kind, 'signal_ended');
  assert.equal(effect?.seq, 2);
  assert.deepEqual(await second.house.submit([event]), [], 'a repeated acknowledgement ends nothing twice');
});
