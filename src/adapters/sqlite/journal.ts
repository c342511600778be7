import { existsSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { assert } from '../../core/assert.ts';
import type { Decoded } from '../../core/decoded.ts';
import { openWith } from '../../core/delivery/books.ts';
import type { DeliveryBookBase } from '../../core/delivery/delivery-book.ts';
import type { Effect, SignalIssued } from '../../core/engine/effect.ts';
import { faultWords } from '../../ports/fault-words.ts';
import type { Journal, JournalBase, MarketPosition } from '../../ports/journal.ts';
import { JournalError } from '../../ports/journal-error.ts';
import { baseAfter, digestOf, Retention, type RetentionPolicy } from '../../ports/journal-retention.ts';
import { BASE_DAMAGE, type BaseRow, crcOfBase, readBaseRow } from './base-row.ts';
import { Connection, journalErrorFor, type Row } from './connection.ts';
import { createJournalFile } from './create.ts';
import {
  DIGEST_COLUMNS,
  digestOfRow,
  EFFECT_COLUMNS,
  effectOfRow,
  POSITION_COLUMNS,
  positionOfRow,
} from './effect-row.ts';
import { type HeldFile, holdExclusively } from './exclusive-file.ts';
import { checkHeader } from './header.ts';
import { FileIdentity } from './identity.ts';
import { checkVersion, MIGRATIONS, migrate, SCHEMA_VERSION } from './schema.ts';
import { schemaDamage } from './soundness.ts';

export interface SqliteJournalOptions extends RetentionPolicy {
  /** Of the file; its folder must exist. `<path>.lock`, `-wal` and `-shm` stand beside it. */
  readonly path: string;
  /** The wall clock, for the record of when the journal was made and opened. */
  readonly nowMs: number;
  /** The file never grows beyond this; what finds no room fails as on a full disk. Default: the disk is the limit. */
  readonly sizeMaxBytes?: number;
}

/** Effects per read: bounds memory, and no cursor stays open while somebody appends. */
const PAGE_ROWS = 512;

/**
 * The journal as one SQLite file: write-ahead log, every commit synced to disk before `append` resolves. Opening
 * creates a missing file and refuses whatever is not a whole journal of ours, in words for a person; it repairs and
 * deletes nothing. A second opening is refused while the first is open, here or in another process.
 */
export function openSqliteJournal(options: SqliteJournalOptions): Decoded<SqliteJournal> {
  const { path } = options;
  if (existsSync(path) && !statSync(path).isFile()) {
    return { ok: false, problem: `${path} is not a file, so it cannot be the journal: name another path` };
  }
  const lock = holdExclusively(`${path}.lock`);
  if (!lock.ok) return lock;
  if (lock.value === undefined) {
    return { ok: false, problem: `${path} is open in another Tapewire. Stop that one first, or name another path` };
  }
  const opened = openLocked(options, lock.value);
  if (!opened.ok) lock.value.release();
  return opened;
}

function openLocked(options: SqliteJournalOptions, lock: HeldFile): Decoded<SqliteJournal> {
  const { path, nowMs } = options;
  let file: Connection | undefined;
  try {
    if (!existsSync(path)) createJournalFile(path, nowMs);
    const header = checkHeader(path);
    if (!header.ok) return header;
    file = new Connection(path);
    const version = checkVersion(file, SCHEMA_VERSION);
    if (!version.ok) {
      file.close();
      return version;
    }
    const damage = schemaDamage(file, version.value);
    if (damage !== undefined) throw journalErrorFor('torn', path, damage);
    makeDurable(file);
    if (options.sizeMaxBytes !== undefined) limitSize(file, options.sizeMaxBytes);
    migrate(file, version.value, MIGRATIONS);
    // A write at once: a file that cannot be written is found now and not with the first signal.
    file.run('UPDATE journal SET opened_at_ms = ?', nowMs);
    return { ok: true, value: new SqliteJournal(file, lock, options) };
  } catch (error) {
    file?.close();
    if (error instanceof JournalError) return { ok: false, problem: error.message };
    if (isSystemError(error)) return { ok: false, problem: `${path} cannot be opened: ${faultWords(error)}` };
    throw error;
  }
}

/** Every commit is synced before it returns; on macOS down to the platter. Reads back what it set. */
function makeDurable(file: Connection): void {
  const mode = file.row('PRAGMA journal_mode = WAL')?.journal_mode;
  if (mode !== 'wal') throw journalErrorFor('io', file.path, `no write-ahead log here, only ${mode}: a network drive?`);
  file.script('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA journal_size_limit = 8388608');
  assert(file.pragmaNumber('synchronous') === 2, 'journal: SQLite must sync every commit');
}

function limitSize(file: Connection, sizeMaxBytes: number): void {
  const pagesMax = Math.floor(sizeMaxBytes / file.pragmaNumber('page_size'));
  file.script(`PRAGMA max_page_count = ${Math.max(1, pagesMax)}`);
}

export class SqliteJournal implements Journal {
  readonly id: string;
  readonly #file: Connection;
  readonly #lock: HeldFile;
  readonly #retention: Retention;
  readonly #identity: FileIdentity;
  #base: JournalBase;
  #lastSeq: number;
  #state: 'open' | 'closed' | JournalError = 'open';

  /** For `openSqliteJournal`. Reads every kept row once and throws a JournalError when one is missing. */
  constructor(file: Connection, lock: HeldFile, policy: RetentionPolicy) {
    this.#file = file;
    this.#lock = lock;
    this.#identity = new FileIdentity(file.path);
    const row = readBaseRow(file);
    if (row === undefined) throw this.#torn('the journal row is missing');
    this.id = row.base.id;
    const crc = crcOfBase(row.base);
    if (row.crc === undefined) file.run('UPDATE journal SET base_crc32 = ?', crc);
    else if (row.crc !== crc) throw this.#torn(BASE_DAMAGE);
    this.#base = this.#baseOf(row.base);
    this.#lastSeq = this.#base.seq;
    this.#retention = new Retention(policy, this.#base);
    for (const effect of this.#pages(DIGEST_COLUMNS, this.#base.seq)) {
      this.#retention.note(digestOfRow(effect));
      this.#lastSeq = Number(effect.seq);
    }
  }

  get base(): JournalBase {
    return this.#base;
  }

  async append(effects: readonly Effect[]): Promise<void> {
    const first = effects[0];
    if (first === undefined) return;
    effects.forEach((effect, index) => {
      assert(effect.seq === this.#lastSeq + 1 + index, `journal: seq ${effect.seq} does not follow ${this.#lastSeq}`);
    });
    const digests = effects.map(digestOf);
    const cut = this.#retention.cut();
    const base = cut === undefined ? undefined : baseAfter(this.#base, this.#upTo(cut));
    this.#commit(() => {
      digests.forEach(({ seq, kind, signalId, stampUs, atMs }, index) => {
        const body = JSON.stringify(effects[index]);
        const values = [seq, kind, signalId ?? null, stampUs ?? null, atMs, body, crc32(body)];
        this.#file.run('INSERT INTO effects VALUES (?, ?, ?, ?, ?, ?, ?)', ...values);
      });
      if (base !== undefined) this.#drop(base);
    });
    this.#lastSeq += effects.length;
    for (const digest of digests) this.#retention.note(digest);
    if (base === undefined) return;
    this.#base = base;
    this.#retention.cutTo(base.seq);
  }

  async *read(afterSeq: number): AsyncGenerator<Effect> {
    for (const row of this.#pages(EFFECT_COLUMNS, afterSeq)) yield this.#effectOf(row);
  }

  async readPosition(): Promise<MarketPosition | undefined> {
    this.#assertOpen();
    const row = this.#file.row(`SELECT ${POSITION_COLUMNS} FROM position`);
    return row && this.#sound(positionOfRow(row));
  }

  async writePosition(position: MarketPosition): Promise<void> {
    const body = JSON.stringify(position);
    this.#commit(() => this.#file.run('REPLACE INTO position VALUES (1, ?, ?)', body, crc32(body)));
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    try {
      this.#file.script('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // Tidying found no room, or a reader in its way. Nothing is lost: the next opening reads the log as it is.
      if (!(error instanceof JournalError)) throw error;
    } finally {
      this.#file.close();
      this.#lock.release();
    }
  }

  /** Rows after `afterSeq` that are there now, oldest first; a hole among them is damage. */
  *#pages(columns: string, afterSeq: number): Generator<Row> {
    this.#assertOpen();
    const sql = `SELECT ${columns} FROM effects WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`;
    let seq = Math.max(afterSeq, this.#base.seq);
    for (;;) {
      // Somebody may append while the reader is busy with the page.
      const lastSeq = this.#lastSeq;
      const page = this.#file.rows(sql, seq);
      for (const row of page) {
        seq += 1;
        if (row.seq !== seq) throw this.#torn(`effect ${seq} is missing`);
        yield row;
      }
      if (page.length < PAGE_ROWS) {
        if (seq < lastSeq) throw this.#torn(`effects ${seq + 1} to ${lastSeq} are missing`);
        return;
      }
      this.#assertOpen();
      // Retention may have dropped rows while the reader was busy with the page before.
      seq = Math.max(seq, this.#base.seq);
    }
  }

  *#upTo(lastSeq: number): Generator<Effect> {
    for (const row of this.#pages(EFFECT_COLUMNS, this.#base.seq)) {
      if (Number(row.seq) > lastSeq) return;
      yield this.#effectOf(row);
    }
  }

  #baseOf({ id: _, openCount, delivery, ...base }: BaseRow): JournalBase {
    const sql = `SELECT ${EFFECT_COLUMNS} FROM effects WHERE seq <= ? ORDER BY seq`;
    const open = this.#file.rows(sql, base.seq).map((kept) => this.#effectOf(kept) as SignalIssued);
    if (open.length !== openCount) throw this.#torn(`${open.length} open signals of ${openCount} are there`);
    return { ...base, ...openWith(open, this.#deliveryOf(delivery)) };
  }

  /** @returns `undefined` when what was dropped was dropped by a program that knew of no deliveries, or nothing was */
  #deliveryOf(text: string | null): DeliveryBookBase | undefined {
    if (text === null) return undefined;
    try {
      return JSON.parse(text) as DeliveryBookBase;
    } catch (error) {
      throw this.#torn(`what it says of deliveries is not JSON: ${String(error)}`);
    }
  }

  /** Leaves the effects of open signals where they are: they are not written again at every cut. */
  #drop(base: JournalBase): void {
    const { seq, lastStampUs, latestMs, signalsIssued, open, lastIssuedMs } = base;
    const openSeqs = JSON.stringify(open.map((effect) => effect.seq));
    this.#file.run('DELETE FROM effects WHERE seq <= ? AND seq NOT IN (SELECT value FROM json_each(?))', seq, openSeqs);
    for (const [symbol, atMs] of Object.entries(lastIssuedMs)) {
      if (atMs === this.#base.lastIssuedMs[symbol]) continue;
      this.#file.run('REPLACE INTO last_issued VALUES (?, ?)', symbol, atMs);
    }
    const sql = `UPDATE journal SET base_seq = ?, base_last_stamp_us = ?, base_latest_ms = ?,
      base_signals_issued = ?, base_open = ?, base_delivery = ?, base_crc32 = ?`;
    const delivery = JSON.stringify(base.delivery);
    const crc = crcOfBase({ id: this.id, openCount: open.length, ...base, delivery });
    this.#file.run(sql, seq, lastStampUs, latestMs, signalsIssued, open.length, delivery, crc);
  }

  #commit(work: () => void): void {
    this.#assertOpen();
    if (this.#state instanceof JournalError) throw this.#state;
    try {
      this.#file.transaction(work);
      // After the commit: what follows is told only when a restart will find it.
      this.#identity.verify();
    } catch (error) {
      // After a failed sync nobody knows what the disk holds. Only a new opening can tell, so nothing follows.
      if (error instanceof JournalError && error.code === 'io') this.#state = error;
      throw error;
    }
  }

  #effectOf(row: Row): Effect {
    return this.#sound(effectOfRow(row));
  }

  #sound<T>(decoded: Decoded<T>): T {
    if (!decoded.ok) throw this.#torn(decoded.problem);
    return decoded.value;
  }

  #assertOpen(): void {
    assert(this.#state !== 'closed', 'journal: used after close');
  }

  #torn(detail: string): JournalError {
    return journalErrorFor('torn', this.#file.path, detail);
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'code' in error;
