import type { Decoded } from '../../core/decoded.ts';
import type { Bar } from '../../core/market/bar.ts';
import { BOOK_LEVELS, type Book } from '../../core/market/book.ts';
import type { Instrument } from '../../core/market/instrument.ts';
import { MINUTE_MS } from '../../core/market/timeframe.ts';
import type { Trade } from '../../core/market/trade.ts';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;
const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const refuse = (field: string, value: unknown): Decoded<never> => ({
  ok: false,
  problem: `${field} cannot be ${String(JSON.stringify(value)).slice(0, 40)}`,
});

/** ccxt counts precision in steps in this mode, and in digits after the point in the others. */
const TICK_SIZE = 4;

export interface CcxtMarket {
  /** ccxt's own name, `ETH/USDT:USDT`. */
  readonly name: string;
  readonly instrument: Instrument;
  readonly isSwap: boolean;
}

/** A market that is traded now: a linear perpetual, or spot. `undefined` for all others. */
export function decodeMarket(market: unknown, precisionMode: unknown): CcxtMarket | undefined {
  if (!isObject(market) || market.active === false || !isObject(market.precision)) return undefined;
  const { symbol, base, quote, swap, linear, spot, precision } = market;
  if (typeof symbol !== 'string' || typeof base !== 'string' || typeof quote !== 'string') return undefined;
  const isSwap = swap === true && linear === true;
  if (!isSwap && spot !== true) return undefined;
  const tickSize = stepOf(precision.price, precisionMode);
  const stepSize = stepOf(precision.amount, precisionMode);
  if (tickSize === undefined || stepSize === undefined) return undefined;
  const name = `${base}${quote}`.toUpperCase();
  return { name: symbol, instrument: { symbol: name, tickSize, stepSize }, isSwap };
}

function stepOf(precision: unknown, mode: unknown): number | undefined {
  if (mode === TICK_SIZE) return isPositive(precision) ? precision : undefined;
  return Number.isInteger(precision) ? Number(`1e-${precision as number}`) : undefined;
}

/** A trade before it has its number: exchanges have ids of all kinds, or none. */
export interface UnnumberedTrade extends Omit<Trade, 'tradeId'> {
  readonly id: string | undefined;
}

export function decodeTrade(trade: unknown, symbol: string): Decoded<UnnumberedTrade> {
  if (!isObject(trade)) return refuse('trade', trade);
  const { id, price, amount, side, timestamp } = trade;
  if (!isPositive(price)) return refuse('trade.price', price);
  if (!isPositive(amount)) return refuse('trade.amount', amount);
  if (side !== 'buy' && side !== 'sell') return refuse('trade.side', side);
  if (!isTime(timestamp)) return refuse('trade.timestamp', timestamp);
  const known = typeof id === 'string' && id !== '' ? id : undefined;
  return {
    ok: true,
    value: { kind: 'trade', symbol, id: known, price, size: amount, aggressor: side, eventTimeMs: timestamp },
  };
}

/** @param nowMs the time of a book that carries none */
export function decodeBook(book: unknown, symbol: string, nowMs: number): Decoded<Book> {
  if (!isObject(book)) return refuse('book', book);
  const bids = decodeSide(book.bids);
  if (bids === undefined) return refuse('book.bids', book.bids);
  const asks = decodeSide(book.asks);
  if (asks === undefined) return refuse('book.asks', book.asks);
  const eventTimeMs = isTime(book.timestamp) ? book.timestamp : nowMs;
  const [bidPrices, askPrices] = [bids.map(([price]) => price), asks.map(([price]) => price)];
  const [bidSizes, askSizes] = [bids.map(([, size]) => size), asks.map(([, size]) => size)];
  return { ok: true, value: { kind: 'book', symbol, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs } };
}

function decodeSide(side: unknown): (readonly [number, number])[] | undefined {
  if (!Array.isArray(side) || side.length === 0) return undefined;
  const levels: (readonly [number, number])[] = [];
  for (const row of side.slice(0, BOOK_LEVELS) as unknown[]) {
    if (!Array.isArray(row) || !isPositive(row[0]) || !isPositive(row[1])) return undefined;
    levels.push([row[0], row[1]]);
  }
  return levels;
}

/** Minutes, oldest first. Who bought is not told, so strategies that need it abstain. */
export function decodeCandles(rows: unknown, symbol: string): Decoded<readonly Bar[]> {
  if (!Array.isArray(rows)) return refuse('candles', rows);
  const bars: Bar[] = [];
  for (const row of rows as unknown[]) {
    if (!Array.isArray(row)) return refuse('candle', row);
    const [openTimeMs, open, high, low, close, volume] = row as unknown[];
    if (!isTime(openTimeMs) || openTimeMs % MINUTE_MS !== 0) return refuse('candle.time', openTimeMs);
    if (!isPositive(open) || !isPositive(high) || !isPositive(low) || !isPositive(close))
      return refuse('candle.price', row);
    if (high < open || high < close || low > open || low > close) return refuse('candle.range', row);
    if (volume !== 0 && !isPositive(volume)) return refuse('candle.volume', volume);
    if (openTimeMs <= (bars.at(-1)?.openTimeMs ?? -1)) return refuse('candles.order', openTimeMs);
    const closeTimeMs = openTimeMs + MINUTE_MS;
    const prices = { open, high, low, close, volume, buyVolume: undefined };
    bars.push({ kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs, ...prices });
  }
  return { ok: true, value: bars };
}
