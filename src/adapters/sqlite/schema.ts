import type { Decoded } from '../../core/decoded.ts';
import type { Connection } from './connection.ts';

/** Marks a SQLite file as a journal of ours: "TpWr" in ASCII. */
export const APPLICATION_ID = 0x54705772;

/** Brings a file from one schema version to the next. Runs inside a transaction. */
export type Migration = (file: Connection) => void;

/** The step at index v leads from version v to v + 1. A released step is never changed: a new one is added. */
export const MIGRATIONS: readonly Migration[] = [
  (file) =>
    file.script(`
      CREATE TABLE journal (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        id TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        opened_at_ms INTEGER NOT NULL,
        base_seq INTEGER NOT NULL,
        base_last_stamp_us INTEGER NOT NULL,
        base_signals_issued INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE position (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        body TEXT NOT NULL,
        body_crc32 INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE effects (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        signal_id TEXT,
        stamp_us INTEGER,
        at_ms INTEGER NOT NULL,
        body TEXT NOT NULL,
        body_crc32 INTEGER NOT NULL
      ) STRICT;`),
  // A prefix may be dropped while signals of it are open: their effects stay, with a seq up to base_seq, as many as
  // base_open says. Scripts alone, for the sake of `createJournalFile`.
  (file) =>
    file.script(`
      ALTER TABLE journal ADD COLUMN base_latest_ms INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE journal ADD COLUMN base_open INTEGER NOT NULL DEFAULT 0;
      UPDATE journal SET base_latest_ms = (base_last_stamp_us + 999) / 1000;
      CREATE TABLE last_issued (symbol TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;`),
  // The check sum of the journal row and last_issued. Unknown until the next opening, which only then can tell.
  (file) => file.script('ALTER TABLE journal ADD COLUMN base_crc32 INTEGER'),
  // What is left of deliveries whose effects were dropped, as JSON. NULL: nothing. The same check sum covers it.
  (file) => file.script('ALTER TABLE journal ADD COLUMN base_delivery TEXT'),
];

/** The schema version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** The schema version of a journal of ours, refused when it is newer than this program. Changes nothing. */
export function checkVersion(file: Connection, newestVersion: number): Decoded<number> {
  const version = file.pragmaNumber('user_version');
  if (version <= newestVersion) return { ok: true, value: version };
  const problem =
    `${file.path} was written by a newer Tapewire (its schema version is ${version}, this program knows ` +
    `${newestVersion}). It was left as it is: update Tapewire, or name another data directory`;
  return { ok: false, problem };
}

/** All missing steps in one transaction: a fault or a kill leaves the old version whole. */
export function migrate(file: Connection, fromVersion: number, migrations: readonly Migration[]): void {
  if (fromVersion === migrations.length) return;
  file.transaction(() => {
    for (const step of migrations.slice(fromVersion)) step(file);
    file.script(`PRAGMA user_version = ${migrations.length}`);
  });
}
