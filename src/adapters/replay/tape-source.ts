import type { Decoded } from '../../core/decoded.ts';

/** What a recorded file holds, in the words of the dumps. */
export const TAPE_KINDS = ['aggTrades', 'trades', 'klines', 'bookTicker', 'book_snapshot'] as const;

export type TapeKind = (typeof TAPE_KINDS)[number];

/** A recorded file, and what it holds if its name does not say so. */
export interface TapeSource {
  readonly path: string;
  readonly symbol?: string | undefined;
  /** A kind as it stands in file names: `aggTrades`, `trades`, `1m`, `bookTicker`, `book_snapshot_10`. */
  readonly kind?: string | undefined;
}

/** A source of which everything is known that can be known without opening it. */
export interface NamedSource {
  readonly path: string;
  /** The last part of the path, for messages. */
  readonly name: string;
  readonly symbol: string;
  readonly kind: TapeKind;
}

const HOW_TO_SAY =
  'say what it holds: SYMBOL:kind=path, with kind one of aggTrades, trades, 1m, bookTicker, book_snapshot_N';

/** `ETHUSDT:aggTrades=some/file.csv` or only a path. A drive letter is not a symbol: it has no kind and `=` after it. */
export function parseSource(argument: string): TapeSource {
  const given = /^([^:=/\\]+):([A-Za-z0-9_]+)=(.+)$/.exec(argument);
  if (given === null) return { path: argument };
  return { symbol: given[1]!, kind: given[2]!, path: given[3]! };
}

/** Fills in from the file name what was not given. */
export function nameSource(source: TapeSource): Decoded<NamedSource> {
  const name = source.path.split(/[/\\]/).at(-1)!;
  const read = readName(name);
  const symbol = source.symbol ?? read.symbol;
  const kindText = source.kind ?? read.kind;
  // A recording is known by its content, not by its name: this one has none that could be read.
  if (kindText === undefined && name.endsWith('.tape'))
    return refuse(name, 'it is no recording: it does not begin like one');
  if (kindText === undefined) return refuse(name, `its name does not tell what it holds; ${HOW_TO_SAY}`);
  const kind = kindOf(kindText);
  if (!kind.ok) return refuse(name, kind.problem);
  if (symbol === undefined || symbol === '')
    return refuse(name, `its name does not tell the instrument; ${HOW_TO_SAY}`);
  return { ok: true, value: { path: source.path, name, symbol, kind: kind.value } };
}

const KIND_IN_NAME = 'aggTrades|trades|klines|bookTicker|book_snapshot_\\d+(?:_[0-9a-z]+)?|\\d+(?:s|mo|m|h|d|w)';
/** Binance: `ETHUSDT-1m-2025-05.csv`, `BTC-USD-trades-2026-01-05.csv.gz`. */
const BINANCE_NAME = new RegExp(`^(.+?)-(${KIND_IN_NAME})(?:[-.].*)?$`, 'i');
/** Tardis: `binance-futures_book_snapshot_25_2020-09-01_BTCUSDT.csv.gz`. */
const TARDIS_NAME = /_(book_snapshot_\d+)_\d{4}-\d{2}-\d{2}_([^.]+)\.csv/i;
/** A name of the same build, but of something else: `BTCUSDT-fundingRate-2025-03.csv`. */
const OTHER_NAME = /^(.+?)-([A-Za-z]+)-\d{4}/;

function readName(name: string): { readonly symbol?: string; readonly kind?: string } {
  const tardis = TARDIS_NAME.exec(name);
  if (tardis !== null) return { kind: tardis[1]!, symbol: tardis[2]! };
  const binance = BINANCE_NAME.exec(name) ?? OTHER_NAME.exec(name);
  return binance === null ? {} : { symbol: binance[1]!, kind: binance[2]! };
}

function kindOf(text: string): Decoded<TapeKind> {
  const lower = text.toLowerCase();
  if (lower === '1m') return { ok: true, value: 'klines' };
  if (/^\d+(s|mo|m|h|d|w)$/.test(lower)) {
    return { ok: false, problem: `bars of ${text} are not read: give the 1m bars, 3m and 5m are made of them` };
  }
  const kind = TAPE_KINDS.find((known) => known.toLowerCase() === lower);
  if (kind !== undefined) return { ok: true, value: kind };
  if (/^book_snapshot_\d+/.test(lower)) return { ok: true, value: 'book_snapshot' };
  return { ok: false, problem: `${text} is not a kind of tape that can be read; ${HOW_TO_SAY}` };
}

const refuse = (name: string, problem: string): Decoded<never> => ({ ok: false, problem: `${name}: ${problem}` });
