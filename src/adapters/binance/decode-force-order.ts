import type { Decoded } from '../../core/decoded.ts';
import type { Side } from '../../core/market/trade.ts';
import { type Fields, isCount, isName, isObject, positive, refuse } from './fields.ts';

export interface Liquidation {
  readonly symbol: string;
  /** The side of the liquidation order: `sell` closes a long. */
  readonly side: Side;
  readonly averagePrice: number;
  readonly size: number;
  readonly eventTimeMs: number;
}

/**
 * One frame of `!forceOrder@arr`. The venue sends at most the largest one per instrument and second, so they can be
 * counted and not summed.
 *   { "e": "forceOrder", "E": …, "o": { "s": "BTCUSDT", "S": "SELL", "q": "0.014", "ap": "9910", "T": 1568014460893, … } }
 * Source: Binance USD-M, "Liquidation Order Streams".
 */
export function decodeForceOrder(frame: Fields): Decoded<Liquidation> {
  const { o } = frame;
  if (!isObject(o)) return refuse('forceOrder.o', o);
  const { s, S, ap, q, T } = o;
  if (!isName(s)) return refuse('forceOrder.s', s);
  if (S !== 'BUY' && S !== 'SELL') return refuse('forceOrder.S', S);
  const averagePrice = positive(ap);
  if (averagePrice === undefined) return refuse('forceOrder.ap', ap);
  const size = positive(q);
  if (size === undefined) return refuse('forceOrder.q', q);
  if (!isCount(T)) return refuse('forceOrder.T', T);
  const side = S === 'BUY' ? 'buy' : 'sell';
  return { ok: true, value: { symbol: s, side, averagePrice, size, eventTimeMs: T } };
}
