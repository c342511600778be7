import type { Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import type { Trade } from '../market/trade.ts';

/** The last millisecond that a date can name. */
const TIME_MAX_MS = 8.64e15;
/** Beyond this nothing is a price or a size, and sums of squares stay finite below it. */
const NUMBER_MAX = 1e15;

// Comparisons are made so that NaN fails them.
const isTime = (timeMs: number): boolean => timeMs > 0 && timeMs <= TIME_MAX_MS;
const isPrice = (price: number): boolean => price > 0 && price < NUMBER_MAX;
const isSize = (size: number): boolean => size >= 0 && size < NUMBER_MAX;

/**
 * Whether it can be computed with. Feeds refuse what is not, each in its own words, and say where it came from; this is the
 * second door, because one NaN that reaches an indicator stays in it.
 */
export function isSound(event: Trade | Quote | Book): boolean {
  if (!isTime(event.eventTimeMs)) return false;
  switch (event.kind) {
    case 'trade':
      return isPrice(event.price) && isSize(event.size);
    case 'quote':
      return isPrice(event.bidPrice) && isPrice(event.askPrice) && isSize(event.bidSize) && isSize(event.askSize);
    case 'book':
      return areLevels(event.bidPrices, event.bidSizes) && areLevels(event.askPrices, event.askSizes);
  }
}

function areLevels(prices: ArrayLike<number>, sizes: ArrayLike<number>): boolean {
  for (let level = 0; level < prices.length; level += 1) {
    if (!isPrice(prices[level]!) || !isSize(sizes[level]!)) return false;
  }
  return true;
}
