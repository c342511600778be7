import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { Effect } from '../../core/engine/effect.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { openSqliteJournal, type SqliteJournal } from './journal.ts';

// Windows neither deletes nor moves an open file.
const options = { skip: process.platform === 'win32' };
const POSITION = { marketTimeMs: 1, wallTimeMs: 1, speed: 1, source: 's', lastPrices: {} };

const gap = (seq: number): Effect => {
  return { seq, kind: 'gap_recorded', symbol: undefined, fromMs: 0, toMs: seq, reason: 'a restart' };
};

async function openAt(t: TestContext): Promise<{ journal: SqliteJournal; path: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-identity-'));
  const path = join(folder, 'journal.db');
  const opened = openSqliteJournal({ path, nowMs: 1000, keepSignals: 1000, keepDays: 30 });
  assert.ok(opened.ok);
  t.after(async () => {
    await opened.value.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await opened.value.append([gap(1)]);
  return { journal: opened.value, path };
}

const isGone = (error: unknown): boolean =>
  error instanceof JournalError && error.code === 'io' && /journal\.db is gone.*Start again/.test(error.message);

const LOSSES: Readonly<Record<string, (path: string) => void>> = {
  deleted: (path) => rmSync(path),
  'deleted with all that stands beside it': (path) => {
    for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${path}${suffix}`);
  },
  'without its log': (path) => rmSync(`${path}-wal`),
  'moved away': (path) => renameSync(path, `${path}.old`),
  'replaced by a copy': (path) => {
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
  },
};

for (const [name, lose] of Object.entries(LOSSES)) {
  it(`takes nothing more once its file is ${name}`, options, async (t) => {
    const { journal, path } = await openAt(t);
    lose(path);
    await assert.rejects(journal.append([gap(2)]), isGone);
    await assert.rejects(journal.writePosition(POSITION), isGone);
    await assert.rejects(journal.append([gap(2)]), isGone, 'and it stays so');
  });
}

it('finds out by the position alone, for effects may be rare', options, async (t) => {
  const { journal, path } = await openAt(t);
  rmSync(path);
  await assert.rejects(journal.writePosition(POSITION), isGone);
  await assert.rejects(journal.append([gap(2)]), isGone);
});
