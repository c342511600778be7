// How long a commit takes beside a bare write and fdatasync on the same disk, in one run; and opening and folding.
//   node dist/bench/journal.js [--commits 2000] [--effects 100000] [--dir <a folder on the disk in question>]
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteJournal, type SqliteJournal } from '../src/adapters/sqlite/journal.ts';
import { oneAfterAnother } from '../test/journal/effects.testing.ts';

const { values } = parseArgs({
  options: {
    commits: { type: 'string', default: '2000' },
    effects: { type: 'string', default: '100000' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const commits = Number(values.commits);
const effects = Number(values.effects);
const folder = mkdtempSync(join(values.dir, 'tapewire-bench-'));

function open(name: string): SqliteJournal {
  const path = join(folder, name);
  const opened = openSqliteJournal({ path, nowMs: Date.now(), keepSignals: 1_000_000, keepDays: 36_500 });
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}

function report(name: string, timesMs: number[]): void {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(2);
  console.log(`${name.padEnd(34)} p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   max ${at(1)} ms`);
}

/** Both in turn, so that a busy neighbour slows both. The bare loop appends as many bytes as a signal has. */
async function measureCommits(): Promise<void> {
  const journal = open('commits.db');
  const bytes = Buffer.from(JSON.stringify(oneAfterAnother(1)));
  const bare = openSync(join(folder, 'bare'), 'w');
  const times = { journal: [] as number[], bare: [] as number[] };
  for (let commit = 0; commit < commits; commit += 1) {
    let startMs = performance.now();
    await journal.append(oneAfterAnother(1, commit * 2 + 1));
    times.journal.push(performance.now() - startMs);
    startMs = performance.now();
    writeSync(bare, bytes);
    fdatasyncSync(bare);
    times.bare.push(performance.now() - startMs);
  }
  closeSync(bare);
  await journal.close();
  report('append of a signal and its end', times.journal);
  report('bare write + fdatasync', times.bare);
}

async function measureOpening(): Promise<void> {
  const filling = open('fold.db');
  for (let seq = 1; seq < effects; seq += 1000) await filling.append(oneAfterAnother(500, seq));
  await filling.close();
  let startMs = performance.now();
  const journal = open('fold.db');
  const openMs = performance.now() - startMs;
  startMs = performance.now();
  let count = 0;
  for await (const _ of journal.read(0)) count += 1;
  const readMs = performance.now() - startMs;
  await journal.close();
  const megabytes = (statSync(join(folder, 'fold.db')).size / 1e6).toFixed(1);
  console.log(`${count} effects, ${megabytes} MB: open ${openMs.toFixed(0)} ms, read all ${readMs.toFixed(0)} ms`);
}

try {
  await measureCommits();
  await measureOpening();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
