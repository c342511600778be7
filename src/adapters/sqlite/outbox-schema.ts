import { existsSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { Connection } from './connection.ts';

/** Marks a SQLite file as an outbox of ours: "TpOb" in ASCII. */
const APPLICATION_ID = 0x54704f62;
const VERSION = 1;

/*
 * notices   what waits, and the last that was done with: a key is known for as long as its row is kept
 *   place     the order of sending within a channel; `id`, but for what is told ahead of others
 *   batch     `id` of the first of those that are sent together, once their sending has begun
 *   begun     sending has begun, and no answer is known
 *   doubts    attempts that may have arrived
 */
const TABLES = `
  CREATE TABLE notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    level TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    body_crc32 INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    batch INTEGER,
    begun INTEGER NOT NULL DEFAULT 0,
    doubts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (channel, key)
  ) STRICT;
  CREATE INDEX notices_by_place ON notices (channel, state, place);
  CREATE TABLE counters (
    channel TEXT PRIMARY KEY,
    told INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    doubtful INTEGER NOT NULL DEFAULT 0,
    lost INTEGER NOT NULL DEFAULT 0,
    last_told_ms INTEGER
  ) STRICT;
  CREATE TABLE untold (
    channel TEXT NOT NULL,
    why TEXT NOT NULL,
    count INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    PRIMARY KEY (channel, why)
  ) STRICT;
  CREATE TABLE heard (journal_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, memory TEXT NOT NULL) STRICT;
  CREATE TABLE memo (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;`;

/**
 * Opens the file, and makes it when it is missing. What is no whole outbox of ours is refused in words and left as it is.
 * Commits are written, not synced: a killed process loses none of them, a power cut the last.
 */
export function openOutboxFile(path: string): Decoded<Connection> {
  let file: Connection | undefined;
  try {
    const isNew = !existsSync(path);
    const opened = new Connection(path);
    file = opened;
    opened.script('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304');
    if (isNew) create(opened);
    const problem = unusable(opened);
    if (problem === undefined) return { ok: true, value: opened };
    opened.close();
    return { ok: false, problem: `${path} ${problem}` };
  } catch (error) {
    file?.close();
    if (!(error instanceof JournalError)) throw error;
    return { ok: false, problem: error.message };
  }
}

function create(file: Connection): void {
  file.transaction(() => {
    file.script(TABLES);
    file.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${VERSION}`);
  });
}

function unusable(file: Connection): string | undefined {
  const version = file.pragmaNumber('user_version');
  // A process that was killed while it made the file left an empty one.
  if (version === 0 && file.pragmaNumber('page_count') <= 1 && file.row('SELECT 1 FROM sqlite_master') === undefined) {
    create(file);
    return undefined;
  }
  if (file.pragmaNumber('application_id') !== APPLICATION_ID) return 'is no outbox of Tapewire: move it away';
  if (version > VERSION) return 'was written by a newer Tapewire: update, or move it away';
  const found = String(Object.values(file.row('PRAGMA quick_check(1)') ?? {})[0]);
  return found === 'ok' ? undefined : 'is damaged: move it away; what had not been told by then is lost';
}
