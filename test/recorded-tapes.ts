import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Bar } from '../src/core/market/bar.ts';
import { BarAggregator } from '../src/core/market/bar-builder.ts';
import type { Book } from '../src/core/market/book.ts';
import { BOOK_LEVELS } from '../src/core/market/book.ts';
import type { Quote } from '../src/core/market/quote.ts';
import { TIMEFRAME_MS } from '../src/core/market/timeframe.ts';
import type { Trade } from '../src/core/market/trade.ts';

/** Recorded market data lie beside the repository and are no part of it; the code runs from `dist/test`. */
const SHARED_DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Why a test on recorded data has to be skipped; `undefined` when the data are there. */
export function whyNoTapes(): string | undefined {
  return existsSync(join(SHARED_DATA, 'README.md')) ? undefined : 'recorded tapes are not at ../shared/data';
}

/** A file below ../shared/data. */
export function tapePath(path: string): string {
  return join(SHARED_DATA, path);
}

/** The rows of a `.csv.gz` below ../shared/data without its header line, split at commas. A small reader for tests. */
function* rowsOf(path: string): Generator<string[]> {
  const text = gunzipSync(readFileSync(tapePath(path))).toString('utf8');
  let from = text.indexOf('\n') + 1;
  while (from > 0 && from < text.length) {
    const end = text.indexOf('\n', from);
    yield text.slice(from, end < 0 ? undefined : end).split(',');
    from = end + 1;
  }
}

/** One-minute candles. A row with volume and both taker columns 0 did not record who crossed the spread. */
export function readKlines(path: string, symbol: string): Bar[] {
  return [...rowsOf(path)].map((row) => {
    const [openTimeMs, open, high, low, close, volume] = row.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const takerUnknown = volume > 0 && Number(row[9]) === 0 && Number(row[10]) === 0;
    const buyVolume = takerUnknown ? undefined : Number(row[9]);
    const closeTimeMs = openTimeMs + TIMEFRAME_MS['1m'];
    return { kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume };
  });
}

/** Each minute followed by the 3m and 5m bar that it completes. A longer bar with a missing minute is left out. */
export function withLongerBars(minutes: readonly Bar[]): Bar[] {
  const longer = [new BarAggregator('3m'), new BarAggregator('5m')];
  return minutes.flatMap((minute) => [minute, ...longer.flatMap((aggregator) => aggregator.add(minute) ?? [])]);
}

/** `trades` (id,price,qty,quote_qty,time,is_buyer_maker) and `aggTrades` (id,price,qty,first,last,time,is_buyer_maker). */
export function readTrades(path: string, symbol: string): Trade[] {
  return [...rowsOf(path)].map((row) => {
    const [tradeId, price, size] = row.map(Number) as [number, number, number];
    const aggressor = row.at(-1) === 'true' ? 'sell' : 'buy';
    return { kind: 'trade', symbol, tradeId, price, size, aggressor, eventTimeMs: Number(row.at(-2)) };
  });
}

/** `bookTicker`: update_id,bid,bid_qty,ask,ask_qty,transaction_time,event_time. */
export function readQuotes(path: string, symbol: string): Quote[] {
  return [...rowsOf(path)].map((row) => {
    const [, bidPrice, bidSize, askPrice, askSize, eventTimeMs] = row.map(Number) as [number, ...number[]];
    return { kind: 'quote', symbol, bidPrice, bidSize, askPrice, askSize, eventTimeMs } as Quote;
  });
}

/** Tardis `book_snapshot_10`: exchange,symbol,us,us, then ask price, ask size, bid price, bid size per level. */
export function readBooks(path: string, symbol: string): Book[] {
  return [...rowsOf(path)].map((row) => {
    const levels = row.slice(4).map(Number);
    const column = (offset: number): number[] =>
      Array.from({ length: BOOK_LEVELS }, (_, level) => levels[level * 4 + offset]!);
    const eventTimeMs = Math.floor(Number(row[2]) / 1_000);
    const [askPrices, askSizes, bidPrices, bidSizes] = [column(0), column(1), column(2), column(3)];
    return { kind: 'book', symbol, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs };
  });
}

/** Several recordings of one instrument as one tape, in the order of exchange time. */
export function merge<E extends { readonly eventTimeMs: number }>(...tapes: readonly (readonly E[])[]): E[] {
  return tapes.flat().sort((a, b) => a.eventTimeMs - b.eventTimeMs);
}
