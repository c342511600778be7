import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import type { Effect } from '../../core/engine/effect.ts';
import { Connection } from './connection.ts';
import { openSqliteJournal } from './journal.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { readJournalSummary } from './summary.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapewire-summary-'));
  path = join(folder, 'journal.db');
});

afterEach(() => {
  // Windows removes no open file, and the driver closes some only with the process.
  if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
});

function openJournal() {
  const opened = openSqliteJournal({ path, nowMs: 1000, keepSignals: 1000, keepDays: 30 });
  assert.ok(opened.ok, opened.ok ? '' : opened.problem);
  return opened.value;
}

const gap = (seq: number): Effect => {
  return { seq, kind: 'gap_recorded', symbol: undefined, fromMs: 0, toMs: seq, reason: 'a restart' };
};

it('reads beside an open journal, which does not notice', async () => {
  const journal = openJournal();
  for (const seq of [1, 2, 3]) {
    await journal.append([gap(seq)]);
    const summary = readJournalSummary(path, { check: true });
    assert.ok(summary.ok && summary.value);
    const { bytes, ...rest } = summary.value;
    assert.ok(bytes > 0);
    const times = { createdAtMs: 1000, openedAtMs: 1000 };
    const expected = { id: journal.id, schemaVersion: SCHEMA_VERSION, ...times, baseSeq: 0, lastSeq: seq };
    assert.deepEqual(rest, { ...expected, effects: { gap_recorded: seq } });
  }
  await journal.close();
});

it('says that there is none, and makes none', () => {
  assert.deepEqual(readJournalSummary(path), { ok: true, value: undefined });
  assert.deepEqual(readJournalSummary(path), { ok: true, value: undefined });
});

it('names a stranger and a damaged file', async () => {
  writeFileSync(path, 'my notes\n'.repeat(200));
  const stranger = readJournalSummary(path);
  assert.match(stranger.ok ? '' : stranger.problem, /damaged/);
  rmSync(path);

  const journal = openJournal();
  await journal.append(Array.from({ length: 2000 }, (_, index) => gap(index + 1)));
  await journal.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096 * 10, 4096 * 11);
  writeFileSync(path, bytes);
  const damaged = readJournalSummary(path, { check: true });
  assert.match(damaged.ok ? '' : damaged.problem, /damaged/);
});

it('reads every row against its check sum when asked to check, and names the first that does not match', async () => {
  const journal = openJournal();
  await journal.append(Array.from({ length: 1200 }, (_, index) => gap(index + 1)));
  await journal.writePosition({ marketTimeMs: 1, wallTimeMs: 1, speed: 1, source: 's', lastPrices: {} });
  await journal.close();
  const whole = readFileSync(path);
  const damages: readonly (readonly [string, RegExp])[] = [
    [`UPDATE effects SET body = replace(body, 'restart', 'reboots') WHERE seq = 700`, /effect 700 does not match/],
    ['UPDATE effects SET at_ms = at_ms + 1 WHERE seq = 700', /effect 700 is another one/],
    ['DELETE FROM effects WHERE seq = 700', /effect 700 is missing/],
    [`UPDATE position SET body = '{}'`, /the market position does not match/],
    ['UPDATE journal SET base_last_stamp_us = 5', /dropped effects does not match/],
    ['ALTER TABLE effects RENAME COLUMN kind TO sort', /its tables are not those of a journal/],
    ['DELETE FROM journal', /the journal row is missing/],
  ];
  for (const [index, [sql, found]] of damages.entries()) {
    path = join(folder, `damaged-${index}.db`);
    writeFileSync(path, whole);
    const file = new Connection(path);
    file.script(sql);
    file.close();
    const checked = readJournalSummary(path, { check: true });
    assert.match(checked.ok ? 'whole' : checked.problem, found, sql);
    assert.match(checked.ok ? '' : checked.problem, /is damaged.*restore the file from a backup/, sql);
  }
});

it('holds up nobody after it has read', async () => {
  const journal = openJournal();
  await journal.append([gap(1)]);
  assert.ok(readJournalSummary(path, { check: true }).ok);
  await journal.close();
  assert.equal(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0, 0, 'the log was tidied at close');
});
