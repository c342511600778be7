import type { Decoded } from '../../core/decoded.ts';
import type { CsvRow } from './csv-row.ts';
import type { TapeKind } from './tape-source.ts';

/**
 * Where the columns that are read lie, in the order of COLUMNS[kind]; for book snapshots the first two are followed by
 * the first ask price, its amount, the first bid price, its amount, and the same four of each next level.
 */
export type Columns = readonly number[];

/** The columns that are read, each with the names it has in the headers of the dumps, and its place without a header. */
const COLUMNS: Readonly<Record<Exclude<TapeKind, 'book_snapshot'>, readonly (readonly [number, ...string[]])[]>> = {
  aggTrades: [
    [5, 'transacttime', 'time', 'timestamp'],
    [0, 'aggtradeid', 'aggregatetradeid', 'id'],
    [1, 'price'],
    [2, 'quantity', 'qty'],
    [6, 'isbuyermaker', 'wasthebuyerthemaker'],
  ],
  trades: [
    [4, 'time', 'transacttime', 'timestamp'],
    [0, 'id', 'tradeid'],
    [1, 'price'],
    [2, 'qty', 'quantity'],
    [5, 'isbuyermaker', 'wasthebuyerthemaker'],
  ],
  klines: [
    [0, 'opentime'],
    [1, 'open'],
    [2, 'high'],
    [3, 'low'],
    [4, 'close'],
    [5, 'volume'],
    [6, 'closetime'],
    [9, 'takerbuyvolume', 'takerbuybaseassetvolume', 'takerbuybasevolume'],
    [10, 'takerbuyquotevolume', 'takerbuyquoteassetvolume'],
  ],
  bookTicker: [
    [5, 'transactiontime', 'transacttime', 'time'],
    [1, 'bestbidprice', 'bidprice'],
    [2, 'bestbidqty', 'bidqty'],
    [3, 'bestaskprice', 'askprice'],
    [4, 'bestaskqty', 'askqty'],
  ],
};

/** How many columns the dumps have, spot and futures, when no header line says so. */
const COLUMN_COUNTS: Readonly<Record<Exclude<TapeKind, 'book_snapshot'>, readonly number[]>> = {
  aggTrades: [7, 8],
  trades: [6, 7],
  klines: [12],
  bookTicker: [7],
};

/** The columns of a file from its first line: by name if it is a header, else by their usual places. */
export function columnsOf(kind: TapeKind, first: CsvRow): Decoded<{ columns: Columns; isHeader: boolean }> {
  const names = Array.from({ length: first.fieldCount }, (_, field) => normal(first.text(field)));
  const found = kind === 'book_snapshot' ? bookByName(names) : byName(COLUMNS[kind], names);
  const missing = found.indexOf(-1);
  if (missing === -1) return { ok: true, value: { columns: found, isHeader: true } };
  const isHeader = found.some((place) => place !== -1);
  if (isHeader) {
    const wanted = kind === 'book_snapshot' ? (BOOK_NAMES[missing] ?? 'a level') : COLUMNS[kind][missing]![1];
    return {
      ok: false,
      problem: `the header line has no column for ${wanted}; it reads ${names.join(',').slice(0, 200)}`,
    };
  }
  if (kind === 'book_snapshot') return { ok: true, value: { columns: bookByPlace(names.length), isHeader } };
  return { ok: true, value: { columns: COLUMNS[kind].map(([place]) => place), isHeader } };
}

/** Whether a headerless row of this many columns can be of the kind; the first row that can fixes it for the file. */
export function fits(kind: TapeKind, fieldCount: number): boolean {
  if (kind === 'book_snapshot') return fieldCount >= 8 && (fieldCount - 4) % 4 === 0;
  return COLUMN_COUNTS[kind].includes(fieldCount);
}

const BOOK_NAMES = ['timestamp', 'symbol', 'asks[0].price', 'asks[0].amount', 'bids[0].price', 'bids[0].amount'];

function byName(wanted: readonly (readonly [number, ...string[]])[], names: readonly string[]): Columns {
  return wanted.map(([, ...known]) => names.findIndex((name) => known.includes(name)));
}

function bookByName(names: readonly string[]): Columns {
  const place = (name: string): number => names.indexOf(normal(name));
  const columns = BOOK_NAMES.map(place);
  for (let level = 1; place(`asks[${level}].price`) !== -1; level += 1) {
    const [askPrice, askSize] = [place(`asks[${level}].price`), place(`asks[${level}].amount`)];
    columns.push(askPrice, askSize, place(`bids[${level}].price`), place(`bids[${level}].amount`));
  }
  return columns;
}

/** Tardis: exchange, symbol, timestamp, local_timestamp, then ask price and amount, bid price and amount per level. */
function bookByPlace(fieldCount: number): Columns {
  return [2, 1, ...Array.from({ length: Math.max(0, fieldCount - 4) }, (_, index) => 4 + index)];
}

/** `Open time`, `openTime` and `open_time` are one name. */
const normal = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
