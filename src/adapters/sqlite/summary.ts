import { existsSync, statSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { Connection } from './connection.ts';
import { APPLICATION_ID, checkVersion, SCHEMA_VERSION } from './schema.ts';

/** What a person may want to know of a journal without folding it. */
export interface JournalSummary {
  readonly id: string;
  readonly schemaVersion: number;
  readonly createdAtMs: number;
  readonly openedAtMs: number;
  /** The highest dropped `seq`, 0 when nothing was dropped. */
  readonly baseSeq: number;
  /** The highest `seq`, dropped ones included. */
  readonly lastSeq: number;
  /** Kept effects by kind. */
  readonly effects: Readonly<Record<string, number>>;
  /** The file and its write-ahead log. */
  readonly bytes: number;
}

/**
 * Reads beside a running server, without a lock that it would notice. `check` also walks the whole file for damage,
 * which takes about a second per gigabyte. `undefined` when there is no journal yet.
 */
export function readJournalSummary(path: string, { check = false } = {}): Decoded<JournalSummary | undefined> {
  if (!existsSync(path)) return { ok: true, value: undefined };
  let file: Connection | undefined;
  try {
    file = new Connection(path, { readOnly: true });
    return summarise(file, check);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { ok: false, problem: error.message };
  } finally {
    file?.close();
  }
}

function summarise(file: Connection, check: boolean): Decoded<JournalSummary> {
  const { path } = file;
  if (file.pragmaNumber('application_id') !== APPLICATION_ID) {
    return { ok: false, problem: `${path} is not a journal of Tapewire: name another data directory, or move it away` };
  }
  const version = checkVersion(file, SCHEMA_VERSION);
  if (!version.ok) return version;
  if (check) {
    const damage = Object.values(file.row('PRAGMA quick_check(1)') ?? {})[0];
    if (damage !== 'ok') {
      return {
        ok: false,
        problem: `${path} is damaged: ${damage}. Stop the server and restore the file from a backup`,
      };
    }
  }
  const journal = file.row('SELECT * FROM journal');
  if (journal === undefined) return { ok: false, problem: `${path} is damaged: the journal row is missing` };
  const kinds = file.rows('SELECT kind, count(*) AS n, max(seq) AS last_seq FROM effects GROUP BY kind ORDER BY kind');
  const baseSeq = Number(journal.base_seq);
  const summary = {
    id: String(journal.id),
    schemaVersion: version.value,
    createdAtMs: Number(journal.created_at_ms),
    openedAtMs: Number(journal.opened_at_ms),
    baseSeq,
    lastSeq: Math.max(baseSeq, ...kinds.map((row) => Number(row.last_seq))),
    effects: Object.fromEntries(kinds.map((row) => [String(row.kind), Number(row.n)])),
    bytes: sizeOf(path) + sizeOf(`${path}-wal`),
  };
  return { ok: true, value: summary };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
