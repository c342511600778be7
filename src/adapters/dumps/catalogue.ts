import type { Decoded } from '../../core/decoded.ts';

/** Where Binance publishes its dumps. The only place in the program that knows, and `--from-url` replaces it. */
export const DUMPS_URL = 'https://data.binance.vision';

/** USD-M and COIN-M futures, and spot, as the paths of the dumps name them. */
export const DUMP_MARKETS = { um: 'futures/um', cm: 'futures/cm', spot: 'spot' } as const;

export type DumpMarket = keyof typeof DUMP_MARKETS;

interface DumpKind {
  readonly markets: readonly DumpMarket[];
  /** Whether whole months are published as one file. */
  readonly monthly: boolean;
  readonly daily: boolean;
}

const EVERYWHERE = ['um', 'cm', 'spot'] as const;
const FUTURES = ['um', 'cm'] as const;

/** The kinds that can be fetched, by the word in the names of the files. `replay` reads the first four. */
export const DUMP_KINDS: Readonly<Record<string, DumpKind>> = {
  aggTrades: { markets: EVERYWHERE, monthly: true, daily: true },
  trades: { markets: EVERYWHERE, monthly: true, daily: true },
  '1m': { markets: EVERYWHERE, monthly: true, daily: true },
  bookTicker: { markets: FUTURES, monthly: true, daily: true },
  bookDepth: { markets: FUTURES, monthly: false, daily: true },
  metrics: { markets: FUTURES, monthly: false, daily: true },
  fundingRate: { markets: FUTURES, monthly: true, daily: false },
};

/** One published file. */
export interface Dump {
  /** As it is called there and here. */
  readonly name: string;
  /** Below the base URL, with a slash in front. */
  readonly path: string;
  /** What to fetch instead where this one is not published: the days of a month. */
  readonly instead: readonly Dump[];
}

export interface DumpOrder {
  readonly market: DumpMarket;
  readonly symbols: readonly string[];
  readonly kinds: readonly string[];
  /** Days in UTC, both included: `2024-07-18`. */
  readonly from: string;
  readonly to: string;
}

/** As exchanges spell instruments; anything else would lead out of the folder of its kind. */
const SYMBOL = /^[A-Za-z0-9_]+$/;

/**
 * The files that hold what was ordered: whole months as one, the rest by the day.
 * @param nowMs UTC milliseconds
 */
export function dumpsFor({ market, symbols, kinds, from, to }: DumpOrder, nowMs: number): Decoded<readonly Dump[]> {
  const range = rangeOf(from, to, nowMs);
  if (!range.ok) return range;
  const odd = symbols.find((symbol) => !SYMBOL.test(symbol));
  if (odd !== undefined) return refuse(`"${odd}" is no instrument such as BTCUSDT: letters, digits and _`);
  const dumps: Dump[] = [];
  for (const kind of kinds) {
    const known = Object.hasOwn(DUMP_KINDS, kind) ? DUMP_KINDS[kind] : undefined;
    if (known === undefined) {
      return refuse(`there are no dumps of "${kind}": ${Object.keys(DUMP_KINDS).join(', ')} can be fetched`);
    }
    if (!known.markets.includes(market)) return refuse(`there are no dumps of ${kind} for the market "${market}"`);
    for (const symbol of symbols) dumps.push(...dumpsOf(DUMP_MARKETS[market], symbol, kind, known, range.value));
  }
  return { ok: true, value: dumps };
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

function dumpsOf(market: string, symbol: string, kind: string, { monthly, daily }: DumpKind, range: Range): Dump[] {
  const place = kind === '1m' ? `klines/${symbol}/1m` : `${kind}/${symbol}`;
  const dump = (span: 'monthly' | 'daily', time: string, instead: readonly Dump[] = []): Dump => {
    const name = `${symbol}-${kind}-${time}.zip`;
    return { name, path: `/data/${market}/${span}/${place}/${name}`, instead };
  };
  const dumps: Dump[] = [];
  for (const month of monthsOf(range)) {
    const isWhole = month.days.length === month.length;
    const days = daily ? month.days.map((day) => dump('daily', day)) : [];
    if (monthly && (isWhole || !daily)) dumps.push(dump('monthly', month.name, days));
    else dumps.push(...days);
  }
  return dumps;
}

interface Month {
  /** `2024-07` */
  readonly name: string;
  /** Those in the range. */
  readonly days: string[];
  /** How many days it has. */
  readonly length: number;
}

const DAY_MS = 86_400_000;

function monthsOf({ fromMs, toMs }: Range): Month[] {
  const months: Month[] = [];
  for (let dayMs = fromMs; dayMs <= toMs; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    const text = day.toISOString().slice(0, 10);
    const name = text.slice(0, 7);
    if (months.at(-1)?.name !== name) {
      const length = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
      months.push({ name, days: [], length });
    }
    months.at(-1)!.days.push(text);
  }
  return months;
}

/** Binance opened in July of that year: no dump is older. */
const FIRST_DAY = '2017-01-01';

function rangeOf(from: string, to: string, nowMs: number): Decoded<Range> {
  const [fromMs, toMs] = [dayOf(from), dayOf(to)];
  if (fromMs === undefined) return refuse(`"${from}" is not a day such as 2024-07-18`);
  if (toMs === undefined) return refuse(`"${to}" is not a day such as 2024-07-18`);
  if (toMs < fromMs) return refuse(`the last day, ${to}, is before the first, ${from}`);
  const today = new Date(nowMs).toISOString().slice(0, 10);
  if (from < FIRST_DAY || to > today) {
    return refuse(`there are dumps of days from ${FIRST_DAY} to today, ${today} (UTC), not of ${from} to ${to}`);
  }
  return { ok: true, value: { fromMs, toMs } };
}

function dayOf(text: string): number | undefined {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // 2024-02-31 would be taken for the second of March.
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text) ? timeMs : undefined;
}

const refuse = (problem: string): Decoded<never> => ({ ok: false, problem });
