import type { Bar } from '../../core/market/bar.ts';
import type { Book } from '../../core/market/book.ts';
import type { Quote } from '../../core/market/quote.ts';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { ByteWriter } from './bytes.ts';
import type { RecordedStep } from './step.ts';
import { TAG, type Track, trackOf } from './step-format.ts';

/** The compiler's word that every field of the steps that have bytes of their own is written. */
type Fields<T, Written extends keyof T> = Exclude<keyof T, Written> extends never ? true : never;
type MarketFields = 'kind' | 'symbol' | 'eventTimeMs';
const ALL_FIELDS_ARE_WRITTEN: readonly [
  Fields<Trade, MarketFields | 'tradeId' | 'price' | 'size' | 'aggressor'>,
  Fields<Quote, MarketFields | 'bidPrice' | 'bidSize' | 'askPrice' | 'askSize'>,
  Fields<Book, MarketFields | 'bidPrices' | 'bidSizes' | 'askPrices' | 'askSizes'>,
  Fields<
    Bar,
    | Exclude<MarketFields, 'eventTimeMs'>
    | ('timeframe' | 'openTimeMs' | 'closeTimeMs' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'buyVolume')
  >,
] = [true, true, true, true];
void ALL_FIELDS_ARE_WRITTEN;

/**
 * Writes steps as bytes. Trades, quotes, books, bars and the clock are short; everything else is JSON, so that a kind of
 * event that is new is recorded as well. What is remembered from step to step lasts as long as the file.
 */
export class StepEncoder {
  readonly #out: ByteWriter;
  readonly #tracks = new Map<string, Track>();
  #timeMs = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  write(step: RecordedStep): void {
    if (!isOrdinary(step)) {
      this.#json(step);
      return;
    }
    switch (step.kind) {
      case 'trade':
        this.#trade(step);
        break;
      case 'quote':
        this.#quote(step);
        break;
      case 'book':
        this.#book(step);
        break;
      case 'bar':
        this.#bar(step);
        break;
      case 'clock':
        this.#out.byte(TAG.clock);
        this.#time(step.eventTimeMs);
        break;
      case 'catch_up':
        this.#out.byte(TAG.catch_up);
        this.#time(step.untilMs);
        break;
      case 'signal':
        this.#out.byte(TAG.signal);
        this.#out.varint(step.checksum);
        break;
      default:
        this.#json(step);
    }
  }

  #trade(trade: Trade): void {
    const out = this.#out;
    const track = this.#track(trade.symbol);
    out.byte(trade.aggressor === 'buy' ? TAG.bought : TAG.sold);
    out.varint(track.id);
    this.#time(trade.eventTimeMs);
    out.signed(trade.tradeId - track.tradeId);
    track.tradeId = trade.tradeId;
    track.prices.write(trade.price, out);
    track.sizes.write(trade.size, out);
  }

  #quote(quote: Quote): void {
    const out = this.#out;
    const { id, prices, sizes } = this.#track(quote.symbol);
    out.byte(TAG.quote);
    out.varint(id);
    this.#time(quote.eventTimeMs);
    prices.write(quote.bidPrice, out);
    prices.write(quote.askPrice, out);
    sizes.write(quote.bidSize, out);
    sizes.write(quote.askSize, out);
  }

  #book(book: Book): void {
    const out = this.#out;
    const { id, prices, sizes } = this.#track(book.symbol);
    out.byte(TAG.book);
    out.varint(id);
    this.#time(book.eventTimeMs);
    for (const side of [book.bidPrices, book.askPrices, book.bidSizes, book.askSizes]) out.varint(side.length);
    for (const side of [book.bidPrices, book.askPrices]) {
      for (let level = 0; level < side.length; level += 1) prices.write(side[level]!, out);
    }
    for (const side of [book.bidSizes, book.askSizes]) {
      for (let level = 0; level < side.length; level += 1) sizes.write(side[level]!, out);
    }
  }

  #bar(bar: Bar): void {
    const out = this.#out;
    const { id, prices, volumes } = this.#track(bar.symbol);
    out.byte(TAG.bar);
    out.varint(id);
    out.byte(2 * TIMEFRAMES.indexOf(bar.timeframe) + (bar.buyVolume === undefined ? 0 : 1));
    this.#time(bar.openTimeMs);
    out.signed(bar.closeTimeMs - bar.openTimeMs);
    for (const price of [bar.open, bar.high, bar.low, bar.close]) prices.write(price, out);
    volumes.write(bar.volume, out);
    if (bar.buyVolume !== undefined) volumes.write(bar.buyVolume, out);
  }

  #json(step: RecordedStep): void {
    this.#out.byte(TAG.json);
    this.#out.text(JSON.stringify(step));
  }

  #time(timeMs: number): void {
    this.#out.signed(timeMs - this.#timeMs);
    this.#timeMs = timeMs;
  }

  #track(symbol: string): Track {
    const known = this.#tracks.get(symbol);
    if (known !== undefined) return known;
    const track = trackOf(this.#tracks.size, symbol);
    this.#tracks.set(symbol, track);
    this.#out.byte(TAG.symbol);
    this.#out.text(symbol);
    return track;
  }
}

/** Whether its times and ids are whole numbers, as they are meant to be: then their distance from the last one is exact. */
function isOrdinary(step: RecordedStep): boolean {
  switch (step.kind) {
    case 'trade':
      return isWhole(step.eventTimeMs) && isWhole(step.tradeId);
    case 'quote':
    case 'book':
    case 'clock':
      return isWhole(step.eventTimeMs);
    case 'bar':
      return isWhole(step.openTimeMs) && isWhole(step.closeTimeMs);
    case 'catch_up':
      return isWhole(step.untilMs);
    default:
      return true;
  }
}

const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 51;
