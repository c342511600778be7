import type { Bar } from '../../core/market/bar.ts';
import { BOOK_LEVELS, type Book } from '../../core/market/book.ts';
import type { Quote } from '../../core/market/quote.ts';
import { MINUTE_MS } from '../../core/market/timeframe.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { Columns } from './columns.ts';
import type { CsvRow } from './csv-row.ts';
import type { RowProblem } from './row-problem.ts';
import type { TapeKind } from './tape-source.ts';

export type TapeEvent = Trade | Quote | Book | Bar;

/** When an event is to be delivered: a bar is known when it closes. */
export function timeOf(event: TapeEvent): number {
  return event.kind === 'bar' ? event.closeTimeMs : event.eventTimeMs;
}

/**
 * Turns one row into an event, or into the name of what is wrong with it; a row that does not fit is never repaired.
 * A string instead of a `Decoded` because this runs a million times a second. `timeMs` is the row's own time column,
 * already read; `unitsPerMs` is 1 or 1,000, what the file counts its times in.
 */
export type DecodeRow = (row: CsvRow, timeMs: number, unitsPerMs: number) => TapeEvent | RowProblem;

export function rowDecoder(kind: TapeKind, symbol: string, columns: Columns): DecodeRow {
  switch (kind) {
    case 'aggTrades':
    case 'trades':
      return tradeDecoder(symbol, columns);
    case 'klines':
      return barDecoder(symbol, columns);
    case 'bookTicker':
      return quoteDecoder(symbol, columns);
    case 'book_snapshot':
      return bookDecoder(symbol, columns);
  }
}

/** The buyer was the maker, so the aggressor sold. An aggregate's id is that of the aggregate. */
function tradeDecoder(symbol: string, columns: Columns): DecodeRow {
  const [, idAt, priceAt, sizeAt, makerAt] = columns as readonly [number, number, number, number, number];
  return (row, eventTimeMs) => {
    const tradeId = row.integer(idAt);
    if (!(tradeId >= 0)) return 'bad id';
    const price = row.decimal(priceAt);
    if (!(price > 0)) return 'bad price';
    const size = row.decimal(sizeAt);
    if (!(size > 0)) return 'bad size';
    const buyerIsMaker = row.boolean(makerAt);
    if (buyerIsMaker === undefined) return 'bad side';
    return { kind: 'trade', symbol, tradeId, price, size, aggressor: buyerIsMaker ? 'sell' : 'buy', eventTimeMs };
  };
}

/**
 * The dumps write the last instant of the minute as close time (…59999), we the first of the next. Both taker columns
 * 0 in a row with volume means that nobody recorded who crossed the spread: a real minute without a single
 * aggressive buy has to be taken for that as well, and it is the smaller harm.
 */
function barDecoder(symbol: string, columns: Columns): DecodeRow {
  const [, openAt, highAt, lowAt, closeAt, volumeAt, closeTimeAt, takerAt, takerQuoteAt] = columns as readonly [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  return (row, openTimeMs, unitsPerMs) => {
    const spanMs = Math.floor(row.integer(closeTimeAt) / unitsPerMs) - openTimeMs;
    if (openTimeMs % MINUTE_MS !== 0 || (spanMs !== MINUTE_MS - 1 && spanMs !== MINUTE_MS))
      return 'not a one-minute bar';
    const open = row.decimal(openAt);
    const high = row.decimal(highAt);
    const low = row.decimal(lowAt);
    const close = row.decimal(closeAt);
    if (!(open > 0 && high > 0 && low > 0 && close > 0)) return 'bad price';
    if (high < open || high < close || low > open || low > close) return 'high and low do not hold the bar';
    const volume = row.decimal(volumeAt);
    const taker = row.decimal(takerAt);
    const takerQuote = row.decimal(takerQuoteAt);
    if (!(volume >= 0 && taker >= 0 && takerQuote >= 0)) return 'bad size';
    if (taker > volume) return 'taker volume above volume';
    const buyVolume = volume > 0 && taker === 0 && takerQuote === 0 ? undefined : taker;
    const closeTimeMs = openTimeMs + MINUTE_MS;
    return { kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume };
  };
}

/** A size of 0 stays 0: the source did not record it. */
function quoteDecoder(symbol: string, columns: Columns): DecodeRow {
  const [, bidAt, bidSizeAt, askAt, askSizeAt] = columns as readonly [number, number, number, number, number];
  return (row, eventTimeMs) => {
    const bidPrice = row.decimal(bidAt);
    const askPrice = row.decimal(askAt);
    if (!(bidPrice > 0 && askPrice > 0)) return 'bad price';
    const bidSize = row.decimal(bidSizeAt);
    const askSize = row.decimal(askSizeAt);
    if (!(bidSize >= 0 && askSize >= 0)) return 'bad size';
    if (bidPrice > askPrice) return 'crossed';
    return { kind: 'quote', symbol, bidPrice, bidSize, askPrice, askSize, eventTimeMs };
  };
}

/** Levels beyond the tenth are not read. A side may end early (empty cells), but it must have a first level. */
function bookDecoder(symbol: string, columns: Columns): DecodeRow {
  const [, symbolAt] = columns as readonly [number, number];
  const levels = columns.slice(2, 2 + 4 * BOOK_LEVELS);
  let symbolInFile: string | undefined;
  return (row, eventTimeMs) => {
    const named = row.text(symbolAt);
    symbolInFile ??= named;
    if (named !== symbolInFile) return 'other symbol';
    const askPrices: number[] = [];
    const askSizes: number[] = [];
    const bidPrices: number[] = [];
    const bidSizes: number[] = [];
    const problem =
      readSide(row, levels, 0, askPrices, askSizes, 1) ?? readSide(row, levels, 2, bidPrices, bidSizes, -1);
    if (problem !== undefined) return problem;
    if (bidPrices[0]! > askPrices[0]!) return 'crossed';
    return { kind: 'book', symbol, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs };
  };
}

/** @param away 1 when prices must rise from the best level on (asks), -1 when they must fall (bids). */
function readSide(
  row: CsvRow,
  levels: Columns,
  offset: 0 | 2,
  prices: number[],
  sizes: number[],
  away: 1 | -1,
): RowProblem | undefined {
  let ended = false;
  for (let at = offset; at < levels.length; at += 4) {
    const [priceAt, sizeAt] = [levels[at]!, levels[at + 1]!];
    if (at > offset && row.isEmpty(priceAt) && row.isEmpty(sizeAt)) {
      ended = true;
      continue;
    }
    const price = row.decimal(priceAt);
    if (ended || !(price > 0)) return 'bad price';
    const size = row.decimal(sizeAt);
    if (!(size > 0)) return 'bad size';
    if (prices.length > 0 && (price - prices.at(-1)!) * away <= 0) return 'levels out of order';
    prices.push(price);
    sizes.push(size);
  }
  return undefined;
}
