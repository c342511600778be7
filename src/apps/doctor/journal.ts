import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readLockHolder } from '../../adapters/sqlite/data-dir-lock.ts';
import { type JournalSummary, readJournalSummary } from '../../adapters/sqlite/summary.ts';
import { type Check, fail, ok } from './check.ts';

/** Every market has its own: journal-sim.db, journal-replay.db, journal-demo.db. */
const JOURNAL = /^journal.*\.db$/;

export interface JournalChecks {
  readonly checks: readonly Check[];
  /** When the newest of them was last opened, UTC milliseconds; `undefined` without a journal. */
  readonly openedAtMs: number | undefined;
}

/** Who holds the data directory, and are its journals whole? Reads beside a running server, which does not notice. */
export function checkJournals(dataDir: string): JournalChecks {
  // What is there but no folder is told by the check of the disk.
  const there = statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = there ? readdirSync(dataDir).filter((name) => JOURNAL.test(name)) : [];
  const checks = there ? [checkLock(dataDir)] : [];
  if (names.length === 0) return { checks: [...checks, ok('journal', 'none yet')], openedAtMs: undefined };
  let openedAtMs = 0;
  for (const name of names) {
    const read = readJournalSummary(join(dataDir, name), { check: true });
    if (!read.ok) checks.push(fail('journal', read.problem, 'keep the file; a fresh --data-dir starts a new journal'));
    else if (read.value !== undefined) {
      checks.push(ok('journal', `${name} is ${describe(read.value)}`));
      openedAtMs = Math.max(openedAtMs, read.value.openedAtMs);
    }
  }
  return { checks, openedAtMs };
}

function checkLock(dataDir: string): Check {
  const lock = readLockHolder(dataDir);
  return lock.ok ? ok('lock', describeLock(lock.value)) : fail('lock', lock.problem, 'name another data directory');
}

type LockState = Extract<ReturnType<typeof readLockHolder>, { ok: true }>['value'];

function describeLock({ held, holder }: LockState): string {
  if (!held) return 'free: no server uses this data directory';
  if (holder === undefined) return 'held by a running Tapewire';
  const port = holder.port === undefined ? '' : `, port ${holder.port}`;
  return `held by a running Tapewire: process ${holder.pid}${port}, since ${new Date(holder.startedAtMs).toISOString()}`;
}

function describe({ id, schemaVersion, lastSeq, effects, bytes }: JournalSummary): string {
  const signals = effects.signal_issued ?? 0;
  const mb = (bytes / 1_000_000).toFixed(1);
  return `whole: ${signals} signals kept, last number ${lastSeq}, ${mb} MB, version ${schemaVersion}, id ${id.slice(0, 8)}`;
}
