import type { Decoded } from '../../core/decoded.ts';
import { decimalsOf } from '../../core/market/instrument.ts';

/** What the venue accepts for one contract: the grid of its prices and quantities. */
export interface Filters {
  readonly symbol: string;
  readonly tickSize: number;
  /** Of market orders, or of all when that is coarser. Exits are market orders. */
  readonly stepSize: number;
  readonly qtyMin: number;
  readonly qtyMax: number;
  /** In the quote currency; not asked of what only reduces. */
  readonly notionalMin: number;
}

/** `GET /fapi/v1/exchangeInfo`: the contracts that trade. One that does not fit is left out, and cannot be traded. */
export function decodeFilters(body: unknown): Decoded<ReadonlyMap<string, Filters>> {
  const symbols = (body as { readonly symbols?: unknown } | null)?.symbols;
  if (!Array.isArray(symbols)) return { ok: false, problem: 'exchangeInfo has no symbols' };
  const found = new Map<string, Filters>();
  for (const row of symbols as readonly Readonly<Record<string, unknown>>[]) {
    const filters = row.status === 'TRADING' ? filtersOf(row) : undefined;
    if (filters !== undefined) found.set(filters.symbol, filters);
  }
  return { ok: true, value: found };
}

function filtersOf({ symbol, filters }: Readonly<Record<string, unknown>>): Filters | undefined {
  if (typeof symbol !== 'string' || !Array.isArray(filters)) return undefined;
  const rows = filters as readonly Readonly<Record<string, unknown>>[];
  const of = (type: string, field: string): number =>
    Number(rows.find(({ filterType }) => filterType === type)?.[field] ?? Number.NaN);
  const read: Filters = {
    symbol,
    tickSize: of('PRICE_FILTER', 'tickSize'),
    stepSize: Math.max(of('LOT_SIZE', 'stepSize'), of('MARKET_LOT_SIZE', 'stepSize')),
    qtyMin: Math.max(of('LOT_SIZE', 'minQty'), of('MARKET_LOT_SIZE', 'minQty')),
    qtyMax: Math.min(of('LOT_SIZE', 'maxQty'), of('MARKET_LOT_SIZE', 'maxQty')),
    notionalMin: of('MIN_NOTIONAL', 'notional'),
  };
  const numbers = [read.tickSize, read.stepSize, read.qtyMin, read.qtyMax, read.notionalMin];
  return numbers.every((value) => Number.isFinite(value) && value > 0) ? read : undefined;
}

/** Binary dust is not a step: 0.30000000000000004 / 0.1 is three of them. */
const DUST = 1e-9;

/** Never more than was asked for. */
export const qtyDown = (qty: number, { stepSize }: Filters): number =>
  onGrid(Math.floor(qty / stepSize + DUST), stepSize);

/** Not above `price`: what a buyer is ready to pay, and where a seller's stop may at most be late. */
export const priceDown = (price: number, { tickSize }: Filters): number =>
  onGrid(Math.floor(price / tickSize + DUST), tickSize);

/** Not below `price`. */
export const priceUp = (price: number, { tickSize }: Filters): number =>
  onGrid(Math.ceil(price / tickSize - DUST), tickSize);

function onGrid(count: number, step: number): number {
  return Number((count * step).toFixed(decimalsOf(step)));
}

/** As the wire wants it: never `1e-7`. */
export const decimalText = (value: number, step: number): string => value.toFixed(decimalsOf(step));
