import type { Decoded } from '../../core/decoded.ts';
import { isName, isObject, notNegative, refuse } from './fields.ts';

/** The answer of `GET /fapi/v1/ticker/24hr`: the quote volume of 24 hours by symbol. */
export function decodeTickers(body: unknown): Decoded<ReadonlyMap<string, number>> {
  if (!Array.isArray(body)) return refuse('ticker24h', body);
  const volumes = new Map<string, number>();
  for (const row of body) {
    if (!isObject(row) || !isName(row.symbol)) return refuse('ticker24h.symbol', row);
    const quoteVolume = notNegative(row.quoteVolume);
    if (quoteVolume === undefined) return refuse('ticker24h.quoteVolume', row.quoteVolume);
    volumes.set(row.symbol, quoteVolume);
  }
  return { ok: true, value: volumes };
}
