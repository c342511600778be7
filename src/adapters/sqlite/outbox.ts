import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Notice } from '../../contract/notice/notice.ts';
import { assert } from '../../core/assert.ts';
import type { Decoded } from '../../core/decoded.ts';
import type { Parcel, QueuedNotice } from '../../ports/notice-channel.ts';
import type { ChannelCounts, Heard, OutboxStore, Untold } from '../../ports/outbox-store.ts';
import { type Connection, journalErrorFor, type Row } from './connection.ts';
import { openOutboxFile } from './outbox-schema.ts';
import { asText } from './soundness.ts';

export interface OutboxOptions {
  /** So many may wait for one channel. */
  readonly waitingMax: number;
}

/** Keys are known for at least so many notices after their own: what was told is not told again. */
const KEYS_KEPT = 5_000;

const COLUMNS = `id, ${asText('channel')}, ${asText('body')}, body_crc32, batch, doubts, ${asText('level')}`;

/** Where the outbox of a data directory lies: one for all its markets, for every notice says which it is about. */
export const outboxPath = (dataDir: string): string => join(dataDir, 'outbox.db');

/** The lock of the data directory keeps a second process away. */
export function openSqliteOutbox(path: string, options: OutboxOptions): Decoded<SqliteOutbox> {
  const file = openOutboxFile(path);
  return file.ok ? { ok: true, value: new SqliteOutbox(file.value, options) } : file;
}

export class SqliteOutbox implements OutboxStore {
  readonly #file: Connection;
  readonly #waitingMax: number;

  /** For `openSqliteOutbox`. What was being sent when the last process ended may have arrived. */
  constructor(file: Connection, { waitingMax }: OutboxOptions) {
    assert(waitingMax >= 1, 'outbox: at least one notice must be able to wait');
    this.#file = file;
    this.#waitingMax = waitingMax;
    file.transaction(() => {
      const begun = file.rows(
        `SELECT ${asText('channel')}, COUNT(DISTINCT batch) AS attempts FROM notices WHERE begun = 1 GROUP BY channel`,
      );
      for (const { channel, attempts } of begun) this.#count(String(channel), 'doubtful', Number(attempts));
      file.run('UPDATE notices SET begun = 0, doubts = doubts + 1 WHERE begun = 1');
    });
  }

  heard(journalId: string): Heard | undefined {
    const row = this.#file.row(`SELECT seq, ${asText('memory')} FROM heard WHERE journal_id = ?`, journalId);
    return row && { seq: Number(row.seq), memory: this.#parsed(String(row.memory)) };
  }

  hear({ notices, untold = [], journal }: Parameters<OutboxStore['hear']>[0]): void {
    this.#file.transaction(() => {
      for (const { channel, notice } of notices) this.#insert(channel, notice);
      for (const each of untold) this.#addUntold(each.channel, each.untold);
      for (const channel of new Set(notices.map((each) => each.channel))) this.#makeRoom(channel);
      if (journal === undefined) return;
      const { seq, memory } = journal.heard;
      this.#file.run('REPLACE INTO heard VALUES (?, ?, ?)', journal.id, seq, JSON.stringify(memory ?? null));
    });
  }

  next(channel: string, combineFrom: number, combineMax: number): Parcel | undefined {
    const head = this.#waiting(channel, 1)[0];
    if (head === undefined) return undefined;
    if (head.batch !== null) {
      const batch = this.#file.rows(
        `SELECT ${COLUMNS} FROM notices WHERE channel = ? AND batch = ? ORDER BY place`,
        channel,
        Number(head.batch),
      );
      return this.#parcelOf(batch);
    }
    if (combineMax <= 1 || head.level === 'alarm' || this.#waitingCount(channel) < combineFrom) {
      return this.#parcelOf([head]);
    }
    const rows = this.#waiting(channel, combineMax);
    const end = rows.findIndex(({ level, batch }) => level === 'alarm' || batch !== null);
    return this.#parcelOf(end === -1 ? rows : rows.slice(0, end));
  }

  begin({ notices }: Parcel): void {
    const [{ id: batch }] = notices;
    this.#each(notices, 'batch = ?, begun = 1', batch);
  }

  failed({ notices, maybeRepeated }: Parcel, doubtful: boolean): void {
    // Only what may have arrived has to come again as it was.
    if (!doubtful && !maybeRepeated) this.#each(notices, 'begun = 0, batch = ?', null);
    else this.#each(notices, 'begun = 0, doubts = doubts + ?', doubtful ? 1 : 0);
    if (doubtful) this.#count(this.#channelOf(notices[0]), 'doubtful', 1);
  }

  finish({ notices }: Parcel, state: 'told' | 'refused', nowMs: number): void {
    const channel = this.#channelOf(notices[0]);
    this.#file.transaction(() => {
      for (const { id } of notices) {
        this.#file.run('UPDATE notices SET state = ?, begun = 0, batch = NULL WHERE id = ?', state, id);
      }
      this.#count(channel, state, notices.length);
      if (state === 'told') {
        this.#file.run('UPDATE counters SET last_told_ms = ? WHERE channel = ?', Math.floor(nowMs), channel);
      }
      const old = notices[0].id - KEYS_KEPT;
      this.#file.run("DELETE FROM notices WHERE channel = ? AND state <> 'waiting' AND id < ?", channel, old);
    });
  }

  untold(channel: string): readonly Untold[] {
    const columns = `${asText('why')}, count, from_ms, to_ms`;
    return this.#file
      .rows(`SELECT ${columns} FROM untold WHERE channel = ? ORDER BY why`, channel)
      .map(({ why, count, from_ms, to_ms }) => ({
        why: String(why) as Untold['why'],
        ...{ count: Number(count), fromMs: Number(from_ms), toMs: Number(to_ms) },
      }));
  }

  confess(channel: string, notice: Notice, untold: readonly Pick<Untold, 'why'>[]): void {
    this.#file.transaction(() => {
      this.#insert(channel, notice, 'ahead');
      for (const { why } of untold) this.#file.run('DELETE FROM untold WHERE channel = ? AND why = ?', channel, why);
    });
  }

  counts(channel: string): ChannelCounts {
    const row = this.#file.row(
      'SELECT told, refused, doubtful, lost, last_told_ms FROM counters WHERE channel = ?',
      channel,
    );
    return {
      waiting: this.#waitingCount(channel),
      told: Number(row?.told ?? 0),
      refused: Number(row?.refused ?? 0),
      doubtful: Number(row?.doubtful ?? 0),
      lost: Number(row?.lost ?? 0),
      lastToldMs: typeof row?.last_told_ms === 'number' ? row.last_told_ms : undefined,
    };
  }

  remember(name: string, value: unknown): void {
    this.#file.script('PRAGMA synchronous = FULL');
    try {
      if (value === undefined) this.#file.run('DELETE FROM memo WHERE name = ?', name);
      else this.#file.run('REPLACE INTO memo VALUES (?, ?)', name, JSON.stringify(value));
    } finally {
      this.#file.script('PRAGMA synchronous = NORMAL');
    }
  }

  recall(name: string): unknown {
    const row = this.#file.row(`SELECT ${asText('body')} FROM memo WHERE name = ?`, name);
    return row && this.#parsed(String(row.body));
  }

  close(): void {
    this.#file.close();
  }

  #insert(channel: string, notice: Notice, where: 'behind' | 'ahead' = 'behind'): void {
    const body = JSON.stringify(notice);
    const place =
      where === 'behind'
        ? "(SELECT COALESCE(MAX(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'notices')"
        : "(SELECT COALESCE(MIN(place), 0) - 1 FROM notices WHERE state = 'waiting')";
    this.#file.run(
      `INSERT OR IGNORE INTO notices (channel, place, key, level, at_ms, body, body_crc32)
        VALUES (?, ${place}, ?, ?, ?, ?, ?)`,
      ...[channel, notice.key, notice.level, Math.floor(notice.atMs), body, crc32(body)],
    );
  }

  /** Those that have waited longest go first: what is new is worth more. Alarms only when nothing else is left. */
  #makeRoom(channel: string): void {
    for (const level of ["level <> 'alarm'", '1']) {
      const tooMany = this.#waitingCount(channel) - this.#waitingMax;
      if (tooMany <= 0) return;
      const which = `SELECT id FROM notices WHERE channel = ? AND state = 'waiting' AND batch IS NULL AND ${level}
        ORDER BY place LIMIT ?`;
      const sums = `SELECT COUNT(*) AS count, MIN(at_ms) AS from_ms, MAX(at_ms) AS to_ms FROM notices WHERE id IN (${which})`;
      const { count, from_ms, to_ms } = this.#file.row(sums, channel, tooMany) ?? {};
      if (Number(count) === 0) continue;
      this.#file.run(`DELETE FROM notices WHERE id IN (${which})`, channel, tooMany);
      this.#addUntold(channel, { why: 'full', count: Number(count), fromMs: Number(from_ms), toMs: Number(to_ms) });
      this.#count(channel, 'lost', Number(count));
    }
  }

  #addUntold(channel: string, { why, count, fromMs, toMs }: Untold): void {
    this.#file.run(
      `INSERT INTO untold VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, why) DO UPDATE SET
        count = count + excluded.count, from_ms = MIN(from_ms, excluded.from_ms), to_ms = MAX(to_ms, excluded.to_ms)`,
      ...[channel, why, count, Math.floor(fromMs), Math.floor(toMs)],
    );
  }

  #count(channel: string, what: 'told' | 'refused' | 'doubtful' | 'lost', by: number): void {
    this.#file.run(
      `INSERT INTO counters (channel, ${what}) VALUES (?, ?) ON CONFLICT (channel) DO UPDATE SET ${what} = ${what} + excluded.${what}`,
      channel,
      by,
    );
  }

  #each(notices: readonly QueuedNotice[], change: string, value: number | null): void {
    this.#file.transaction(() => {
      for (const { id } of notices) this.#file.run(`UPDATE notices SET ${change} WHERE id = ?`, value, id);
    });
  }

  #waiting(channel: string, limit: number): Row[] {
    const sql = `SELECT ${COLUMNS} FROM notices WHERE channel = ? AND state = 'waiting' ORDER BY place LIMIT ?`;
    return this.#file.rows(sql, channel, limit);
  }

  #waitingCount(channel: string): number {
    const sql = "SELECT COUNT(*) AS count FROM notices WHERE channel = ? AND state = 'waiting'";
    return Number(this.#file.row(sql, channel)?.count);
  }

  #channelOf({ id }: QueuedNotice): string {
    return String(this.#file.row(`SELECT ${asText('channel')} FROM notices WHERE id = ?`, id)?.channel);
  }

  #parcelOf(rows: readonly Row[]): Parcel {
    const notices = rows.map(({ id, body, body_crc32 }): QueuedNotice => {
      const text = String(body);
      if (crc32(text) !== body_crc32) throw this.#torn(`notice ${String(id)} is not what was written`);
      return { id: Number(id), notice: this.#parsed(text) as Notice };
    });
    const [first, ...others] = notices;
    assert(first !== undefined, 'outbox: a parcel holds at least one notice');
    return { notices: [first, ...others], maybeRepeated: rows.some(({ doubts }) => Number(doubts) > 0) };
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.#torn(`it holds what is no JSON: ${String(error)}`);
    }
  }

  #torn(detail: string): Error {
    return journalErrorFor('torn', this.#file.path, detail);
  }
}
