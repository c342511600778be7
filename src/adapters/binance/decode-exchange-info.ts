import type { Decoded } from '../../core/decoded.ts';
import type { Instrument } from '../../core/market/instrument.ts';
import { isCount, isName, isObject, positive, refuse } from './fields.ts';

export interface Listing {
  /** Perpetual contracts that are traded now. */
  readonly instruments: readonly Instrument[];
  /** Weight per minute and address, when the venue says it. */
  readonly weightPerMinute: number | undefined;
  /** Contracts that are traded and cannot be understood, with what is wrong. */
  readonly refused: readonly string[];
}

/**
 * The answer of `GET /fapi/v1/exchangeInfo`. An instrument that is settling, closed or not perpetual is not there; one
 * whose filters make no sense is refused alone, so that it does not take the others with it.
 */
export function decodeExchangeInfo(body: unknown): Decoded<Listing> {
  if (!isObject(body) || !Array.isArray(body.symbols)) return refuse('exchangeInfo.symbols', body);
  const instruments: Instrument[] = [];
  const refused: string[] = [];
  for (const entry of body.symbols) {
    if (!isObject(entry) || !isName(entry.symbol)) return refuse('exchangeInfo.symbol', entry);
    if (entry.contractType !== 'PERPETUAL' || entry.status !== 'TRADING') continue;
    const tickSize = stepOf(entry.filters, 'PRICE_FILTER', 'tickSize');
    const stepSize = stepOf(entry.filters, 'LOT_SIZE', 'stepSize');
    if (tickSize === undefined || stepSize === undefined) refused.push(entry.symbol);
    else instruments.push({ symbol: entry.symbol, tickSize, stepSize });
  }
  return { ok: true, value: { instruments, weightPerMinute: weightOf(body.rateLimits), refused } };
}

function stepOf(filters: unknown, filterType: string, field: string): number | undefined {
  if (!Array.isArray(filters)) return undefined;
  const filter: unknown = filters.find((each) => isObject(each) && each.filterType === filterType);
  return isObject(filter) ? positive(filter[field]) : undefined;
}

function weightOf(rateLimits: unknown): number | undefined {
  if (!Array.isArray(rateLimits)) return undefined;
  const row: unknown = rateLimits.find(
    (each) =>
      isObject(each) && each.rateLimitType === 'REQUEST_WEIGHT' && each.interval === 'MINUTE' && each.intervalNum === 1,
  );
  return isObject(row) && isCount(row.limit) && row.limit > 0 ? row.limit : undefined;
}
