import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { JournalError, type JournalFailure } from '../../ports/journal-error.ts';

export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

type Statement = ReturnType<InstanceType<typeof Libsql>['prepare']>;

/** Throws at what is not UTF-8, and takes a byte order mark for text like any other. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How long a patient statement waits for somebody else's short lock: a reader's probe, a checkpoint. */
const BUSY_TIMEOUT_MS = 300;

/**
 * One SQLite file, by the few calls we need, so that another driver is a change of this file alone. Every fault of the
 * file or the disk is a JournalError; the driver never shows through.
 *
 * Traps of the driver: it ignores `readonly` and `fileMustExist` (hence the URI), it keeps a closed file open until
 * its prepared statements are collected (what must be closed at once uses `script` alone), and its own transaction
 * helper hides the first error behind a failing ROLLBACK.
 *
 * A trap of POSIX: closing any descriptor of a file drops all of the process's locks on it. Never open a file that is
 * open here by other means, not even to read it.
 */
export class Connection {
  readonly path: string;
  readonly #file: InstanceType<typeof Libsql>;
  readonly #statements = new Map<string, Statement>();

  constructor(path: string, { readOnly = false, patient = true } = {}) {
    this.path = path;
    const location = readOnly ? `${pathToFileURL(path).href}?mode=ro` : path;
    const timeout = patient ? BUSY_TIMEOUT_MS : 0;
    this.#file = this.#guarded(() => new Libsql(location, { timeout }));
  }

  script(sql: string): void {
    this.#guarded(() => this.#file.exec(sql));
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#guarded(() => this.#prepared(sql).run(values));
  }

  rows(sql: string, ...values: readonly SqlValue[]): Row[] {
    const rows = this.#guarded(() => this.#prepared(sql).all(values) as Record<string, unknown>[]);
    for (const row of rows) {
      for (const name in row) if (row[name] instanceof ArrayBuffer) row[name] = this.#textOf(row[name]);
    }
    return rows;
  }

  row(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.rows(sql, ...values)[0];
  }

  pragmaNumber(name: string): number {
    return Number(Object.values(this.row(`PRAGMA ${name}`) ?? {})[0]);
  }

  /** All of `work` or nothing. When it throws, the file is as it was. */
  transaction(work: () => void): void {
    this.script('BEGIN IMMEDIATE');
    try {
      work();
      this.script('COMMIT');
    } catch (error) {
      // Some faults (a full disk) end the transaction by themselves.
      if (this.#file.inTransaction) this.script('ROLLBACK');
      throw error;
    }
  }

  /** One moment of the file for all that `work` reads, whatever others write meanwhile. */
  snapshot<T>(work: (file: Connection) => T): T {
    this.script('BEGIN');
    try {
      return work(this);
    } finally {
      // Not left to `close`, after which the file may still be open: a reader holds up whoever tidies the log.
      if (this.#file.inTransaction) this.script('ROLLBACK');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#file.close();
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#file.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** We store no bytes, so bytes are a text that was asked for in this way: see soundness.ts. */
  #textOf(bytes: ArrayBuffer): string {
    try {
      return UTF_8.decode(bytes);
    } catch (error) {
      throw journalErrorFor('torn', this.path, 'it holds text that is not UTF-8', error);
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw journalErrorOf(error, this.path);
    }
  }
}

const REMEDIES: Readonly<Record<JournalFailure, string>> = {
  full: 'cannot grow: the disk is full. Free some space, then start again; nothing that was acknowledged is lost',
  readonly:
    'cannot be written. Give this user the right to write the file and its folder (a read-only file system has to be mounted for writing), then start again',
  torn: 'is damaged. It was left as it is: restore it from a backup, or move it away to begin a new one',
  locked: 'is in use by another program. Stop that program, then start again',
  io: 'cannot be used: the disk or the system reported an error. Check the disk and the path, then start again',
};

const DETAIL_CHARS_MAX = 160;

export function journalErrorFor(code: JournalFailure, path: string, detail: string, cause?: unknown): JournalError {
  // SQLite quotes whole statements where it finds them damaged.
  const brief = detail.replace(/\s+/g, ' ').slice(0, DETAIL_CHARS_MAX);
  return new JournalError(code, `${path} ${REMEDIES[code]} (${brief})`, cause);
}

function journalErrorOf(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const failure = failureOf('code' in error ? String(error.code) : '', error.message);
  return failure === undefined ? error : journalErrorFor(failure, path, error.message, error);
}

function failureOf(code: string, message: string): JournalFailure | undefined {
  if (code.startsWith('SQLITE_FULL')) return 'full';
  if (/^SQLITE_(READONLY|PERM)/.test(code)) return 'readonly';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)|^SQLITE_IOERR_SHORT_READ/.test(code)) return 'torn';
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return 'locked';
  // Other SQLite errors (a wrong statement, a broken constraint) are bugs of ours and stay what they are.
  return /^SQLITE_(IOERR|CANTOPEN|NOLFS)/.test(code) || message.startsWith('ConnectionFailed') ? 'io' : undefined;
}
