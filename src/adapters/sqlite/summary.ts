import { existsSync, statSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { BASE_DAMAGE, crcOfBase, readBaseRow } from './base-row.ts';
import { Connection } from './connection.ts';
import { EFFECT_COLUMNS, effectOfRow, POSITION_COLUMNS, positionOfRow } from './effect-row.ts';
import { APPLICATION_ID, checkVersion, SCHEMA_VERSION } from './schema.ts';
import { asNumber, asText, schemaDamage } from './soundness.ts';

/** Rows per read: bounds memory. */
const PAGE_ROWS = 512;

const JOURNAL_COLUMNS = [asText('id'), ...['created_at_ms', 'opened_at_ms', 'base_seq'].map(asNumber)].join(', ');

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
 * Reads beside a running server, without a lock that it would notice. `check` also walks the whole file for damage and
 * reads every row against its check sum, which takes some ten seconds per gigabyte and the memory of a page of rows.
 * `undefined` when there is no journal yet.
 */
export function readJournalSummary(path: string, { check = false } = {}): Decoded<JournalSummary | undefined> {
  if (!existsSync(path)) return { ok: true, value: undefined };
  let file: Connection | undefined;
  try {
    file = new Connection(path, { readOnly: true });
    return file.snapshot((moment) => summarise(moment, check));
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
  const damaged = schemaDamage(file, version.value) ?? (check ? damageOf(file, version.value) : undefined);
  if (damaged !== undefined) return refuseDamaged(path, damaged);
  const journal = file.row(`SELECT ${JOURNAL_COLUMNS} FROM journal`);
  if (journal === undefined) return refuseDamaged(path, 'the journal row is missing');
  const sql = `SELECT ${asText('kind')}, count(*) AS n, max(seq) AS last_seq FROM effects GROUP BY kind ORDER BY kind`;
  const kinds = file.rows(sql);
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

/** The first thing that is wrong with what the file holds. */
function damageOf(file: Connection, version: number): string | undefined {
  const structure = Object.values(file.row('PRAGMA quick_check(1)') ?? {})[0];
  if (structure !== 'ok') return String(structure);
  for (const row of file.rows(`SELECT ${POSITION_COLUMNS} FROM position`)) {
    const position = positionOfRow(row);
    if (!position.ok) return position.problem;
  }
  if (version === SCHEMA_VERSION) {
    const kept = readBaseRow(file);
    if (kept?.crc !== undefined && kept.crc !== crcOfBase(kept.base)) return BASE_DAMAGE;
  }
  return effectDamage(file, Number(file.row(`SELECT ${asNumber('base_seq')} FROM journal`)?.base_seq));
}

function effectDamage(file: Connection, baseSeq: number): string | undefined {
  let seq = 0;
  for (;;) {
    const page = file.rows(`SELECT ${EFFECT_COLUMNS} FROM effects WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`, seq);
    for (const row of page) {
      const effect = effectOfRow(row);
      if (!effect.ok) return effect.problem;
      const previous = Math.max(seq, baseSeq);
      seq = effect.value.seq;
      // Up to the base there are only open signals, and after it no number is left out.
      if (seq > baseSeq && seq !== previous + 1) return `effect ${previous + 1} is missing`;
    }
    if (page.length < PAGE_ROWS) return undefined;
  }
}

function refuseDamaged(path: string, damage: string): Decoded<never> {
  const remedy = 'It was left as it is: stop the server and restore the file from a backup';
  return { ok: false, problem: `${path} is damaged: ${damage}. ${remedy}` };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
