// Opens copies of a journal with one flipped bit each, in a process of its own: a crash of the driver cannot be caught.
// Arguments: the journal, what it holds as JSON, the seed, how many flips. Prints a line before and one after each.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { JournalError } from '../../ports/journal-error.ts';
import { readAll } from '../../ports/read-all.testing.ts';
import { openSqliteJournal, type SqliteJournal } from './journal.ts';
import { readJournalSummary } from './summary.ts';

const [path = '', contentPath = '', seed = '', count = ''] = process.argv.slice(2);
const whole = readFileSync(path);
const content = readFileSync(contentPath, 'utf8');
const chance = chanceFrom(Number(seed));
for (let flip = 0; flip < Number(count); flip += 1) {
  const bit = Math.floor(chance() * whole.length * 8);
  process.stdout.write(`bit ${bit}: `);
  process.stdout.write(`${await open(bit)}\n`);
}

async function open(bit: number): Promise<string> {
  const damaged = Buffer.from(whole);
  damaged[bit >> 3]! ^= 1 << (bit & 7);
  const copy = `${path}.${bit}.db`;
  writeFileSync(copy, damaged);
  const summary = readJournalSummary(copy, { check: true });
  const opened = openSqliteJournal({ path: copy, nowMs: 2000, keepSignals: 1000, keepDays: 30 });
  const found = opened.ok ? await read(opened.value) : `refused: ${opened.problem}`;
  if (opened.ok) await opened.value.close();
  // Windows removes no open file; there the folder goes later.
  if (process.platform !== 'win32') {
    for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(`${copy}${suffix}`, { force: true });
  }
  const doctor = summary.ok ? 'whole' : 'damaged';
  return `${found} (doctor: ${doctor})`.replaceAll('\n', ' ');
}

async function read(journal: SqliteJournal): Promise<string> {
  try {
    return (await contentOf(journal)) === content ? 'intact' : 'CHANGED';
  } catch (error) {
    if (error instanceof JournalError) return `refused: ${error.message}`;
    throw error;
  }
}

async function contentOf(journal: SqliteJournal): Promise<string> {
  const { id, base } = journal;
  return JSON.stringify({ id, base, effects: await readAll(journal), position: await journal.readPosition() });
}

/** xorshift32: the same flips for the same seed. */
function chanceFrom(start: number): () => number {
  let state = start;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
