import type { Decoded } from '../../core/decoded.ts';
import type { Trade } from '../../core/market/trade.ts';
import { type Fields, isCount, isName, positive, refuse } from './fields.ts';

/**
 * One frame of `<symbol>@aggTrade`: fills of one taker order at one price within 100 ms. `a` counts without holes.
 *   { "e": "aggTrade", "E": 1617647797640, "a": 9445517, "s": "SANDUSDT", "p": "0.69067", "q": "369",
 *     "f": 12821738, "l": 12821738, "T": 1617647797485, "m": true }
 * `m` is true when the buyer was the maker, so the aggressor sold. Source: Binance USD-M, "Aggregate Trade Streams".
 */
export function decodeAggTrade(frame: Fields): Decoded<Trade> {
  const { s, a, p, q, T, m } = frame;
  if (!isName(s)) return refuse('aggTrade.s', s);
  if (!isCount(a)) return refuse('aggTrade.a', a);
  const price = positive(p);
  if (price === undefined) return refuse('aggTrade.p', p);
  const size = positive(q);
  if (size === undefined) return refuse('aggTrade.q', q);
  if (!isCount(T)) return refuse('aggTrade.T', T);
  if (typeof m !== 'boolean') return refuse('aggTrade.m', m);
  const aggressor = m ? 'sell' : 'buy';
  return { ok: true, value: { kind: 'trade', symbol: s, tradeId: a, price, size, aggressor, eventTimeMs: T } };
}
