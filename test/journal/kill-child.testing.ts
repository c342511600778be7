import { writeSync } from 'node:fs';
import { journalPath } from '../../src/adapters/sqlite/data-dir.ts';
import { acquireDataDirLock } from '../../src/adapters/sqlite/data-dir-lock.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { laggingAt } from './overlaps.testing.ts';

/**
 * Appends without end and prints every sequence number once it is acknowledged, until it is killed. Its first lines
 * are `locked`, or the problem, and the last sequence number that it found.
 */
const [dataDir = '', keepSignals = '1000000'] = process.argv.slice(2);
// Straight to the pipe: a buffered line would be lost with the process, and the test would miss an acknowledgement.
const say = (line: string | number) => writeSync(1, `${line}\n`);

const lock = acquireDataDirLock(dataDir, { pid: process.pid, startedAtMs: Date.now(), port: undefined });
if (!lock.ok) throw new Error(lock.problem);
say('locked');
const policy = { keepSignals: Number(keepSignals), keepDays: 36_500 };
const opened = openSqliteJournal({ path: journalPath(dataDir, 'sim'), nowMs: Date.now(), ...policy });
if (!opened.ok) throw new Error(opened.problem);
const journal = opened.value;

let seq = journal.base.seq;
for await (const effect of journal.read(0)) seq = effect.seq;
say(seq);
for (;;) {
  const batch = Array.from({ length: 1 + (seq % 5) }, (_, index) => laggingAt(seq + 1 + index));
  await journal.append(batch);
  seq += batch.length;
  say(seq);
  await journal.writePosition({ marketTimeMs: seq, wallTimeMs: seq, speed: 1, source: 'kill', lastPrices: {} });
}
