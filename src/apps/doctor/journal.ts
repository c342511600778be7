import { existsSync } from 'node:fs';
import { journalPath } from '../../adapters/sqlite/data-dir.ts';
import { readLockHolder } from '../../adapters/sqlite/data-dir-lock.ts';
import { type JournalSummary, readJournalSummary } from '../../adapters/sqlite/summary.ts';
import { type Check, fail, ok } from './check.ts';

export interface JournalChecks {
  readonly checks: readonly Check[];
  readonly summary: JournalSummary | undefined;
}

/** Who holds the data directory, and is its journal whole? Reads beside a running server, which does not notice. */
export function checkJournal(dataDir: string): JournalChecks {
  if (!existsSync(dataDir)) return { checks: [ok('journal', 'none yet')], summary: undefined };
  const lock = readLockHolder(dataDir);
  const checks = [
    lock.ok ? ok('lock', describeLock(lock.value)) : fail('lock', lock.problem, 'name another data directory'),
  ];
  const read = readJournalSummary(journalPath(dataDir), { check: true });
  if (!read.ok) {
    const remedy = 'keep a copy of the file; a fresh data directory (--data-dir) starts a new journal';
    return { checks: [...checks, fail('journal', read.problem, remedy)], summary: undefined };
  }
  const summary = read.value;
  return { checks: [...checks, ok('journal', summary === undefined ? 'none yet' : describe(summary))], summary };
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
