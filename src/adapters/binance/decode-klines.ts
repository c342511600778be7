import type { Decoded } from '../../core/decoded.ts';
import type { Bar } from '../../core/market/bar.ts';
import { MINUTE_MS } from '../../core/market/timeframe.ts';
import { isCount, notNegative, positive, refuse } from './fields.ts';

/**
 * The answer of `GET /fapi/v1/klines` for minutes, oldest first. The last may still be forming: who asked knows the time.
 *   [[openTime, "open", "high", "low", "close", "volume", closeTime, "quoteVolume", count, "takerBuyVolume", …], …]
 * One row that does not fit refuses them all: a hole would be taken for a minute that nobody has.
 */
export function decodeKlines(body: unknown, symbol: string): Decoded<readonly Bar[]> {
  if (!Array.isArray(body)) return refuse('klines', body);
  const bars: Bar[] = [];
  for (const row of body) {
    const bar = decodeKline(row, symbol);
    if (!bar.ok) return bar;
    if (bar.value.openTimeMs <= (bars.at(-1)?.openTimeMs ?? -1)) return refuse('klines.order', bar.value.openTimeMs);
    bars.push(bar.value);
  }
  return { ok: true, value: bars };
}

function decodeKline(row: unknown, symbol: string): Decoded<Bar> {
  if (!Array.isArray(row)) return refuse('kline', row);
  const openTimeMs: unknown = row[0];
  if (!isCount(openTimeMs) || openTimeMs % MINUTE_MS !== 0) return refuse('kline.openTime', openTimeMs);
  const [open, high, low, close] = [positive(row[1]), positive(row[2]), positive(row[3]), positive(row[4])];
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    return refuse('kline.price', row.slice(1, 5));
  }
  if (high < open || high < close || low > open || low > close) return refuse('kline.range', row.slice(1, 5));
  const volume = notNegative(row[5]);
  if (volume === undefined) return refuse('kline.volume', row[5]);
  if (row[6] !== openTimeMs + MINUTE_MS - 1) return refuse('kline.closeTime', row[6]);
  const buyVolume = notNegative(row[9]);
  if (buyVolume === undefined || buyVolume > volume) return refuse('kline.takerBuyVolume', row[9]);
  const closeTimeMs = openTimeMs + MINUTE_MS;
  return {
    ok: true,
    value: { kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume },
  };
}
