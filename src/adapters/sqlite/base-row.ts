import { crc32 } from 'node:zlib';
import type { Connection, Row } from './connection.ts';
import { asNumber, asText } from './soundness.ts';

const BASE_NUMBERS = ['seq', 'last_stamp_us', 'latest_ms', 'signals_issued', 'open', 'crc32'];

/** What is left of dropped effects, but for the open signals, which stay among the effects. */
export interface BaseRow {
  readonly id: string;
  readonly seq: number;
  readonly lastStampUs: number;
  readonly latestMs: number;
  readonly signalsIssued: number;
  /** How many of the effects up to `seq` must be there. */
  readonly openCount: number;
  /** Market time, by symbol. */
  readonly lastIssuedMs: Readonly<Record<string, number>>;
  /** A DeliveryBookBase as JSON; `null` when nothing was ever dropped. */
  readonly delivery: string | null;
}

/** @returns `undefined` when the row is not there; `crc` is `undefined` until an opening has written it */
export function readBaseRow(file: Connection): { base: BaseRow; crc: number | undefined } | undefined {
  const columns = [asText('id'), asText('base_delivery'), ...BASE_NUMBERS.map((name) => asNumber(`base_${name}`))].join(
    ', ',
  );
  const row = file.row(`SELECT ${columns} FROM journal`);
  if (row === undefined) return undefined;
  const lastIssued = file.rows(`SELECT ${asText('symbol')}, ${asNumber('at_ms')} FROM last_issued`);
  const base = {
    id: String(row.id),
    seq: Number(row.base_seq),
    lastStampUs: Number(row.base_last_stamp_us),
    latestMs: Number(row.base_latest_ms),
    signalsIssued: Number(row.base_signals_issued),
    openCount: Number(row.base_open),
    lastIssuedMs: Object.fromEntries(lastIssued.map(({ symbol, at_ms }: Row) => [String(symbol), Number(at_ms)])),
    delivery: row.base_delivery === null ? null : String(row.base_delivery),
  };
  return { base, crc: row.base_crc32 === null ? undefined : Number(row.base_crc32) };
}

export function crcOfBase(base: BaseRow): number {
  const { id, seq, lastStampUs, latestMs, signalsIssued, openCount, lastIssuedMs, delivery } = base;
  const bySymbol = Object.entries(lastIssuedMs).sort(([a], [b]) => (a < b ? -1 : 1));
  const said = [id, seq, lastStampUs, latestMs, signalsIssued, openCount, bySymbol];
  return crc32(JSON.stringify(delivery === null ? said : [...said, delivery]));
}

export const BASE_DAMAGE = 'what it says of dropped effects does not match its check sum';
