import type { Decoded } from '../../core/decoded.ts';
import type { DepthChange, DepthSnapshot } from '../../core/feed/book-sync.ts';
import { type Fields, isCount, isName, isObject, levels, refuse } from './fields.ts';

/**
 * One frame of `<symbol>@depth`: absolute sizes of the levels that changed.
 *   { "e": "depthUpdate", "E": …, "T": …, "s": "BTCUSDT", "U": 157, "u": 160, "pu": 149,
 *     "b": [["0.0024", "10"]], "a": [["0.0026", "100"]] }
 * Source: Binance USD-M, "Diff. Book Depth Streams".
 */
export function decodeDepthUpdate(frame: Fields): Decoded<DepthChange> {
  const { s, U, u, pu, b, a, T } = frame;
  if (!isName(s)) return refuse('depthUpdate.s', s);
  if (!isCount(U)) return refuse('depthUpdate.U', U);
  if (!isCount(u) || u < U) return refuse('depthUpdate.u', u);
  if (!isCount(pu)) return refuse('depthUpdate.pu', pu);
  const bids = levels(b);
  if (bids === undefined) return refuse('depthUpdate.b', b);
  const asks = levels(a);
  if (asks === undefined) return refuse('depthUpdate.a', a);
  if (!isCount(T)) return refuse('depthUpdate.T', T);
  return { ok: true, value: { symbol: s, firstId: U, lastId: u, previousId: pu, bids, asks, eventTimeMs: T } };
}

/**
 * The answer of `GET /fapi/v1/depth`, which does not say of which instrument it is.
 *   { "lastUpdateId": 1027024, "E": …, "T": …, "bids": [["4.00", "431.0"]], "asks": [["4.02", "12.2"]] }
 */
export function decodeDepthSnapshot(body: unknown, symbol: string): Decoded<DepthSnapshot> {
  if (!isObject(body)) return refuse('depth', body);
  const { lastUpdateId, bids, asks, T } = body;
  if (!isCount(lastUpdateId)) return refuse('depth.lastUpdateId', lastUpdateId);
  const bidLevels = levels(bids);
  if (bidLevels === undefined) return refuse('depth.bids', bids);
  const askLevels = levels(asks);
  if (askLevels === undefined) return refuse('depth.asks', asks);
  if (!isCount(T)) return refuse('depth.T', T);
  return { ok: true, value: { symbol, lastId: lastUpdateId, bids: bidLevels, asks: askLevels, eventTimeMs: T } };
}
