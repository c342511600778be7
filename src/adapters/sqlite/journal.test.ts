import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { Books, EMPTY_BASE } from '../../core/delivery/books.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { SignalDraft } from '../../core/engine/event.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { readAll } from '../../ports/read-all.testing.ts';
import { Connection } from './connection.ts';
import { openSqliteJournal, type SqliteJournal, type SqliteJournalOptions } from './journal.ts';
import { APPLICATION_ID, MIGRATIONS, migrate, SCHEMA_VERSION } from './schema.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapewire-sqlite-'));
  path = join(folder, 'journal.db');
});

afterEach(() => {
  // Windows removes no open file, and the driver closes some only with the process.
  if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
});

const gap = (seq: number): Effect => {
  return { seq, kind: 'gap_recorded', symbol: 'ETHUSDT', fromMs: seq, toMs: seq + 1, reason: `a hole, the ${seq}th` };
};

const DRAFT: SignalDraft = {
  ...{ symbol: 'ETHUSDT', side: 'buy', timeframe: '1m', entryPrice: 3500, stopPrice: 3482.5, leverage: 20 },
  ...{ targetPrices: [3528, 3542, 3563], strength: 85.5, consensus: 75, strategiesAgree: 4 },
  ...{ votes: [], reasons: ['a test'], market: 'TEST' },
};

const gaps = (count: number, firstSeq = 1): Effect[] =>
  Array.from({ length: count }, (_, index) => gap(firstSeq + index));

function open(options: Partial<SqliteJournalOptions> = {}): SqliteJournal {
  const opened = openSqliteJournal({ path, nowMs: 1_767_225_600_000, keepSignals: 1000, keepDays: 30, ...options });
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  return opened.value;
}

function problem(): string {
  const opened = openSqliteJournal({ path, nowMs: 1_767_225_600_000, keepSignals: 1000, keepDays: 30 });
  assert.ok(!opened.ok, 'opening had to be refused');
  assert.ok(opened.problem.includes(folder), `says where: ${opened.problem}`);
  return opened.problem;
}

async function filled(count: number): Promise<void> {
  const journal = open();
  await journal.append(gaps(count));
  await journal.close();
}

/** Changes the file behind the journal's back. */
function meddle(sql: string): void {
  const file = new Connection(path);
  file.script(sql);
  file.close();
}

it('refuses what is no journal, says so, and leaves every byte', () => {
  const strangers: Readonly<Record<string, [() => void, RegExp]>> = {
    text: [() => writeFileSync(path, 'my notes\n'.repeat(200)), /not a journal.*name another path/],
    short: [() => writeFileSync(path, 'SQLite format 3\0'), /not a journal/],
    empty: [() => writeFileSync(path, ''), /empty.*backup/],
    foreign: [() => meddle('CREATE TABLE notes (a); PRAGMA user_version = 1'), /another program/],
  };
  for (const [name, [make, message]] of Object.entries(strangers)) {
    make();
    const before = readFileSync(path);
    assert.match(problem(), message, name);
    assert.deepEqual(readFileSync(path), before, name);
    rmSync(path);
  }
  mkdirSync(path);
  assert.match(problem(), /not a file/);
});

it('refuses a folder that is not there', () => {
  path = join(folder, 'missing', 'journal.db');
  assert.match(problem(), /cannot be used.*Check the disk and the path/);
});

it('refuses a journal of a newer program and leaves it', async () => {
  await filled(3);
  meddle(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  assert.match(problem(), /newer Tapewire.*update Tapewire/);
  meddle(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  const journal = open();
  assert.equal((await readAll(journal)).length, 3);
  await journal.close();
});

it('refuses a file that lost its tail', async () => {
  await filled(2000);
  truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
  assert.match(problem(), /damaged.*left as it is/);
});

it('refuses a file with a page of noise in it', async () => {
  await filled(2000);
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 * 10, 4096 * 11);
  writeFileSync(path, bytes);
  assert.match(problem(), /damaged/);
});

it('refuses a journal with a missing effect', async () => {
  await filled(2000);
  meddle('DELETE FROM effects WHERE seq = 1500');
  assert.match(problem(), /damaged.*effect 1500 is missing/);
});

it('refuses a journal that lost a signal which was open when the effects around it were dropped', async () => {
  await filled(3);
  meddle('UPDATE journal SET base_open = 1, base_crc32 = NULL');
  assert.match(problem(), /damaged.*0 open signals of 1/);
});

it('brings a journal of schema version 1 to the present, with its base and its effects', async () => {
  const file = new Connection(path);
  file.script(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(file, 0, MIGRATIONS.slice(0, 1));
  file.script(`INSERT INTO journal VALUES (1, 'the id', 5, 6, 2, 1767225600000001, 1)`);
  for (const effect of gaps(4, 3)) {
    const body = JSON.stringify(effect);
    const values = `${effect.seq}, 'gap_recorded', NULL, NULL, ${effect.seq + 1}, '${body}', ${crc32(body)}`;
    file.script(`INSERT INTO effects VALUES (${values})`);
  }
  file.close();
  // Version 1 dropped nothing while a signal was open. When each symbol had its last signal it did not keep.
  const base = { seq: 2, lastStampUs: 1_767_225_600_000_001, latestMs: 1_767_225_600_001, signalsIssued: 1 };
  const expected = { ...EMPTY_BASE, ...base };
  for (let opening = 0; opening < 2; opening += 1) {
    const journal = open();
    assert.deepEqual([journal.id, journal.base], ['the id', expected]);
    assert.deepEqual(await readAll(journal), gaps(4 + opening, 3));
    await journal.append([gap(7 + opening)]);
    await journal.close();
  }
});

it('brings a journal of schema version 3 to the present: what was live before deliveries were known is on offer', async () => {
  const file = new Connection(path);
  file.script(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(file, 0, MIGRATIONS.slice(0, 3));
  // Three effects were dropped while the signal of the second was open.
  const signal = { ...DRAFT, signalId: 'x', stampUs: 1_767_225_600_000_001, expiresAtMs: 1_767_225_900_000 };
  const issued: Effect = { seq: 2, kind: 'signal_issued', signal };
  const ended = {
    seq: 4,
    kind: 'signal_ended',
    signalId: 'x',
    state: 'EXPIRED',
    reason: 'late',
    atMs: signal.expiresAtMs,
  };
  const bodies = [issued, ended].map((effect) => JSON.stringify(effect));
  file.run('INSERT INTO journal VALUES (1, ?, 5, 6, 3, ?, 1, ?, 1, NULL)', 'the id', signal.stampUs, 1_767_225_600_001);
  file.run(
    'INSERT INTO effects VALUES (2, ?, ?, ?, ?, ?, ?)',
    'signal_issued',
    'x',
    signal.stampUs,
    1_767_225_600_000,
    bodies[0]!,
    crc32(bodies[0]!),
  );
  file.run(
    'INSERT INTO effects VALUES (4, ?, ?, NULL, ?, ?, ?)',
    'signal_ended',
    'x',
    signal.expiresAtMs,
    bodies[1]!,
    crc32(bodies[1]!),
  );
  file.close();
  for (let opening = 0; opening < 2; opening += 1) {
    const journal = open();
    const books = new Books(journal.base);
    assert.deepEqual([...books.signals.open], [signal]);
    assert.equal(books.deliveries.delivery('x.default')?.state, 'OFFERED');
    for await (const effect of journal.read(journal.base.seq)) books.apply(effect);
    assert.equal(books.deliveries.delivery('x.default')?.state, 'EXPIRED');
    assert.equal(books.signals.endedCount, 1);
    await journal.append([gap(5 + opening)]);
    await journal.close();
  }
});

it('notices when what is left of deliveries has changed', async () => {
  const session = { kind: 'session_opened', sessionId: 's', account: 'default', consumer: 'c', instance: 'i' } as const;
  const times = { epoch: 7, symbols: [], capabilities: [], atMs: 1, wallMs: 2 };
  const journal = open({ keepDays: 0.000_000_01 });
  await journal.append([{ seq: 1, ...session, ...times }, ...gaps(600, 2)]);
  await journal.append(gaps(1, 602));
  assert.equal(journal.base.delivery.accounts[0]?.epoch, 7);
  await journal.close();
  const again = open();
  assert.equal(again.base.delivery.accounts[0]?.epoch, 7);
  await again.close();
  for (const change of [
    `replace(base_delivery, '"epoch":7', '"epoch":6')`,
    'NULL',
    `'{}'`,
    `substr(base_delivery, 1, 9)`,
  ]) {
    copyFileSync(path, `${path}.whole`);
    meddle(`UPDATE journal SET base_delivery = ${change}`);
    assert.match(problem(), /damaged.*dropped effects does not match its check sum/, change);
    copyFileSync(`${path}.whole`, path);
  }
});

it('names the effect whose text changed on disk', async () => {
  const changes = [`replace(body, '12th', '13th')`, `substr(body, 1, 20)`, `'{}'`];
  for (const [index, change] of changes.entries()) {
    path = join(folder, `journal-${index}.db`);
    await filled(20);
    meddle(`UPDATE effects SET body = ${change} WHERE seq = 12`);
    const journal = open();
    const seqs: number[] = [];
    const read = async () => {
      for await (const { seq } of journal.read(0)) seqs.push(seq);
    };
    await assert.rejects(read, (error) => isTorn(error, /effect 12 does not match its check sum/));
    assert.equal(seqs.length, 11, 'what comes before is whole');
    await journal.close();
  }
});

it('names a damaged market position', async () => {
  const journal = open();
  await journal.writePosition({ marketTimeMs: 1, wallTimeMs: 1, speed: 1, source: 's', lastPrices: {} });
  await journal.close();
  meddle(`UPDATE position SET body = '{}'`);
  const again = open();
  await assert.rejects(
    () => again.readPosition(),
    (error) => isTorn(error, /market position/),
  );
  await again.close();
});

it('refuses a journal that cannot be written, at once', async () => {
  await filled(3);
  chmodSync(path, 0o444);
  chmodSync(folder, 0o777);
  chmodSync(`${path}.lock`, 0o666);
  // The rights of a file do not bind root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    assert.match(problem(), /cannot be written.*right to write/);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

it('takes nothing from a file that was left unfinished by a kill', async () => {
  writeFileSync(`${path}.new`, 'half a jour');
  await filled(3);
  assert.equal(statSync(`${path}.new`, { throwIfNoEntry: false }), undefined);
});

it('reads what a killed process left in the write-ahead log', async () => {
  const journal = open();
  await journal.append(gaps(50));
  for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, join(folder, `copy.db${suffix}`));
  await journal.close();
  path = join(folder, 'copy.db');
  const copy = open();
  assert.equal((await readAll(copy)).length, 50);
  await copy.close();
});

it('syncs every commit, in write-ahead mode, in a file that carries our mark', async () => {
  const journal = open();
  const file = new Connection(path);
  assert.deepEqual(file.row('PRAGMA journal_mode')?.journal_mode, 'wal');
  assert.equal(file.pragmaNumber('application_id'), APPLICATION_ID);
  file.close();
  await journal.close();
});

it('stays bounded: dropped effects leave room for new ones', async () => {
  const journal = open({ keepSignals: 1, keepDays: 0.000_01 });
  const sizes: number[] = [];
  for (let seq = 1; seq < 30_000; seq += 100) {
    await journal.append(gaps(100, seq));
    sizes.push(statSync(path).size + statSync(`${path}-wal`).size);
  }
  await journal.close();
  const [middle, late] = [Math.max(...sizes.slice(100, 200)), Math.max(...sizes.slice(200))];
  assert.ok(late <= middle, `the files grew from ${middle} to ${late} bytes`);
  assert.ok(statSync(path).size < 1_000_000, `${statSync(path).size} bytes for a few thousand kept effects`);
});

const isTorn = (error: unknown, message: RegExp): boolean =>
  error instanceof JournalError && error.code === 'torn' && message.test(error.message);
