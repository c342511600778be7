import type { Bar } from '../market/bar.ts';
import { BarAggregator } from '../market/bar-builder.ts';
import type { Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import { MINUTE_MS, SECOND_MS } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';
import type { Opinion, Strategy, StrategyDefinition } from './strategy.ts';

export type TapeEvent = Bar | Trade | Quote | Book;

const SYMBOL = 'ETHUSDT';

export function create<Options>(
  definition: StrategyDefinition<Options>,
  changes: Partial<Options> = {},
  tickSize = 0.1,
): Strategy {
  const context = { instrument: { symbol: SYMBOL, tickSize, stepSize: 0.001 }, timeframe: '1m' } as const;
  return definition.create(context, { ...definition.defaults, ...changes });
}

/** Minute `index` of the day. Without high and low the bar only touches its open and close. */
export function minuteBar(index: number, values: Partial<Bar> & { readonly close: number }): Bar {
  const { close, open = close } = values;
  return {
    kind: 'bar',
    symbol: SYMBOL,
    timeframe: '1m',
    openTimeMs: index * MINUTE_MS,
    closeTimeMs: (index + 1) * MINUTE_MS,
    open,
    high: Math.max(open, close),
    low: Math.min(open, close),
    volume: 10,
    buyVolume: undefined,
    ...values,
  };
}

/** Minutes that open where the last one closed. */
export function minutesOf(closes: readonly number[]): Bar[] {
  return closes.map((close, index) => minuteBar(index, { close, open: closes[index - 1] ?? close }));
}

/** Each minute followed by the 3m and 5m bar that it completes. */
export function withLongerBars(minutes: readonly Bar[]): Bar[] {
  const longer = [new BarAggregator('3m'), new BarAggregator('5m')];
  return minutes.flatMap((minute) => [minute, ...longer.flatMap((aggregator) => aggregator.add(minute) ?? [])]);
}

export function trade(eventTimeMs: number, aggressor: Side, size: number, price = 1_000): Trade {
  return { kind: 'trade', symbol: SYMBOL, tradeId: eventTimeMs, price, size, aggressor, eventTimeMs };
}

export function quote(eventTimeMs: number, bid: readonly [number, number], ask: readonly [number, number]): Quote {
  const [[bidPrice, bidSize], [askPrice, askSize]] = [bid, ask];
  return { kind: 'quote', symbol: SYMBOL, bidPrice, bidSize, askPrice, askSize, eventTimeMs };
}

/** Sizes best level first; level prices one tick of 1 apart. */
export function book(
  eventTimeMs: number,
  bestBid: number,
  bidSizes: readonly number[],
  askSizes: readonly number[],
): Book {
  const bidPrices = bidSizes.map((_, level) => bestBid - level);
  const askPrices = askSizes.map((_, level) => bestBid + 1 + level);
  return { kind: 'book', symbol: SYMBOL, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs };
}

/**
 * Feeds what lies before each whole second in `(fromMs, untilMs]`, closing the seconds; answers the opinion after each.
 * Reasons are read at once, as their contract says.
 */
export function opinionsBySecond(
  strategy: Strategy,
  events: readonly TapeEvent[],
  untilMs: number,
  fromMs = 0,
): Opinion[] {
  const opinions: Opinion[] = [];
  let next = 0;
  for (let secondMs = fromMs + SECOND_MS; secondMs <= untilMs; secondMs += SECOND_MS) {
    for (; next < events.length && timeOf(events[next]!) < secondMs; next += 1) feed(strategy, events[next]!);
    strategy.onSecond?.(secondMs);
    opinions.push(written(strategy.opinion));
  }
  return opinions;
}

export function opinionsByBar(strategy: Strategy, bars: readonly Bar[]): Opinion[] {
  return bars.map((bar) => {
    feed(strategy, bar);
    return written(strategy.opinion);
  });
}

function written(opinion: Opinion): Opinion {
  return opinion.side === undefined
    ? opinion
    : { side: opinion.side, strength: opinion.strength, reason: opinion.reason };
}

/** Hands over a copy of the event and destroys it afterwards, as a source may that uses its objects again. */
export function feed(strategy: Strategy, event: TapeEvent): void {
  const fields = Object.entries(event).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value]);
  const copy: Record<string, unknown> = Object.fromEntries(fields);
  const handed = copy as unknown as TapeEvent;
  if (handed.kind === 'trade') strategy.onTrade?.(handed);
  else if (handed.kind === 'quote') strategy.onQuote?.(handed);
  else if (handed.kind === 'book') strategy.onBook?.(handed);
  else strategy.onBar?.(handed);
  for (const [key, value] of Object.entries(copy)) {
    if (Array.isArray(value)) value.fill(Number.NaN);
    else if (typeof value === 'number') copy[key] = Number.NaN;
  }
}

export const timeOf = (event: TapeEvent): number => (event.kind === 'bar' ? event.closeTimeMs : event.eventTimeMs);

/** The tape of a market where everything is the other way up: price p is `about` - p, buying is selling. */
export function mirrored(event: TapeEvent, about: number): TapeEvent {
  const flip = (price: number): number => about - price;
  switch (event.kind) {
    case 'bar': {
      const { open, high, low, close, volume, buyVolume } = event;
      const sold = buyVolume === undefined ? undefined : volume - buyVolume;
      return { ...event, open: flip(open), high: flip(low), low: flip(high), close: flip(close), buyVolume: sold };
    }
    case 'trade':
      return { ...event, price: flip(event.price), aggressor: event.aggressor === 'buy' ? 'sell' : 'buy' };
    case 'quote': {
      const { bidPrice, bidSize, askPrice, askSize } = event;
      return { ...event, bidPrice: flip(askPrice), bidSize: askSize, askPrice: flip(bidPrice), askSize: bidSize };
    }
    case 'book': {
      const { bidPrices, bidSizes, askPrices, askSizes } = event;
      const [bids, asks] = [Array.from(askPrices, flip), Array.from(bidPrices, flip)];
      return { ...event, bidPrices: bids, bidSizes: askSizes, askPrices: asks, askSizes: bidSizes };
    }
  }
}

/** The same tape quoted in another unit of price and of size. */
export function scaled(event: TapeEvent, priceBy: number, sizeBy: number): TapeEvent {
  const prices = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * priceBy);
  const sizes = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * sizeBy);
  switch (event.kind) {
    case 'bar': {
      const { open, high, low, close, volume, buyVolume } = event;
      const bought = buyVolume === undefined ? undefined : buyVolume * sizeBy;
      const [o, h, l, c] = [open * priceBy, high * priceBy, low * priceBy, close * priceBy];
      return { ...event, open: o, high: h, low: l, close: c, volume: volume * sizeBy, buyVolume: bought };
    }
    case 'trade':
      return { ...event, price: event.price * priceBy, size: event.size * sizeBy };
    case 'quote': {
      const [bidPrice, askPrice] = [event.bidPrice * priceBy, event.askPrice * priceBy];
      return { ...event, bidPrice, askPrice, bidSize: event.bidSize * sizeBy, askSize: event.askSize * sizeBy };
    }
    case 'book': {
      const [bidPrices, askPrices] = [prices(event.bidPrices), prices(event.askPrices)];
      return { ...event, bidPrices, askPrices, bidSizes: sizes(event.bidSizes), askSizes: sizes(event.askSizes) };
    }
  }
}
