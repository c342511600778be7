import type { Bar } from '../../core/market/bar.ts';
import type { Book } from '../../core/market/book.ts';
import type { Quote } from '../../core/market/quote.ts';
import { TIMEFRAMES } from '../../core/market/timeframe.ts';
import type { Trade } from '../../core/market/trade.ts';
import { type ByteReader, UnreadableBytes } from './bytes.ts';
import type { DecimalSeries } from './decimal-series.ts';
import type { RecordedStep } from './step.ts';
import { TAG, type Track, trackOf } from './step-format.ts';

/** Reads what a `StepEncoder` wrote, block after block of one file. Throws `UnreadableBytes` at what it cannot know. */
export class StepDecoder {
  readonly #tracks: Track[] = [];
  #timeMs = 0;

  /** Every step of a block. */
  read(bytes: ByteReader): RecordedStep[] {
    const steps: RecordedStep[] = [];
    while (!bytes.isAtEnd) {
      const step = this.#step(bytes.byte(), bytes);
      if (step !== undefined) steps.push(step);
    }
    return steps;
  }

  #step(tag: number, bytes: ByteReader): RecordedStep | undefined {
    switch (tag) {
      case TAG.symbol:
        this.#tracks.push(trackOf(this.#tracks.length, bytes.text()));
        return undefined;
      case TAG.bought:
      case TAG.sold:
        return this.#trade(bytes, tag === TAG.bought ? 'buy' : 'sell');
      case TAG.quote:
        return this.#quote(bytes);
      case TAG.book:
        return this.#book(bytes);
      case TAG.bar:
        return this.#bar(bytes);
      case TAG.clock:
        return { kind: 'clock', eventTimeMs: this.#time(bytes) };
      case TAG.catch_up:
        return { kind: 'catch_up', untilMs: this.#time(bytes) };
      case TAG.signal:
        return { kind: 'signal', checksum: bytes.varint() };
      case TAG.json:
        return JSON.parse(bytes.text()) as RecordedStep;
      default:
        throw new UnreadableBytes(`there is a step of kind ${tag}, which this version does not know`);
    }
  }

  #trade(bytes: ByteReader, aggressor: Trade['aggressor']): Trade {
    const track = this.#track(bytes);
    const eventTimeMs = this.#time(bytes);
    track.tradeId += bytes.signed();
    const price = track.prices.read(bytes);
    const size = track.sizes.read(bytes);
    return { kind: 'trade', symbol: track.symbol, tradeId: track.tradeId, price, size, aggressor, eventTimeMs };
  }

  #quote(bytes: ByteReader): Quote {
    const { symbol, prices, sizes } = this.#track(bytes);
    const eventTimeMs = this.#time(bytes);
    const bidPrice = prices.read(bytes);
    const askPrice = prices.read(bytes);
    const bidSize = sizes.read(bytes);
    const askSize = sizes.read(bytes);
    return { kind: 'quote', symbol, bidPrice, bidSize, askPrice, askSize, eventTimeMs };
  }

  #book(bytes: ByteReader): Book {
    const { symbol, prices, sizes } = this.#track(bytes);
    const eventTimeMs = this.#time(bytes);
    const [bids, asks, bidSizeCount, askSizeCount] = [bytes.varint(), bytes.varint(), bytes.varint(), bytes.varint()];
    const side = (series: DecimalSeries, count: number): number[] => {
      const numbers: number[] = [];
      for (let level = 0; level < count; level += 1) numbers.push(series.read(bytes));
      return numbers;
    };
    const bidPrices = side(prices, bids);
    const askPrices = side(prices, asks);
    const bidSizes = side(sizes, bidSizeCount);
    const askSizes = side(sizes, askSizeCount);
    return { kind: 'book', symbol, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs };
  }

  #bar(bytes: ByteReader): Bar {
    const { symbol, prices, volumes } = this.#track(bytes);
    const form = bytes.byte();
    const timeframe = TIMEFRAMES[form >> 1];
    if (timeframe === undefined)
      throw new UnreadableBytes('there is a bar of a timeframe that this version does not know');
    const openTimeMs = this.#time(bytes);
    const closeTimeMs = openTimeMs + bytes.signed();
    const open = prices.read(bytes);
    const high = prices.read(bytes);
    const low = prices.read(bytes);
    const close = prices.read(bytes);
    const volume = volumes.read(bytes);
    const buyVolume = form % 2 === 1 ? volumes.read(bytes) : undefined;
    return { kind: 'bar', symbol, timeframe, openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume };
  }

  #time(bytes: ByteReader): number {
    this.#timeMs += bytes.signed();
    return this.#timeMs;
  }

  #track(bytes: ByteReader): Track {
    const track = this.#tracks[bytes.varint()];
    if (track === undefined) throw new UnreadableBytes('there is an instrument that was never named');
    return track;
  }
}
