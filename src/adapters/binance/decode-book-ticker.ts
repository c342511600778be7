import type { Decoded } from '../../core/decoded.ts';
import type { Quote } from '../../core/market/quote.ts';
import { type Fields, isCount, isName, notNegative, positive, refuse } from './fields.ts';

export interface NumberedQuote {
  readonly quote: Quote;
  /** Grows with every change of the venue's books. */
  readonly updateId: number;
}

/**
 * One frame of `<symbol>@bookTicker`: the best bid and ask whenever they change. Crossed ones are judged later: they say
 * something of the feed.
 *   { "e": "bookTicker", "u": 400900217, "s": "BNBUSDT", "b": "25.35", "B": "31.21", "a": "25.36", "A": "40.66",
 *     "T": 1568014460891, "E": 1568014460893 }
 * Source: Binance USD-M, "Individual Symbol Book Ticker Streams".
 */
export function decodeBookTicker(frame: Fields): Decoded<NumberedQuote> {
  const { s, u, b, B, a, A, T } = frame;
  if (!isName(s)) return refuse('bookTicker.s', s);
  if (!isCount(u)) return refuse('bookTicker.u', u);
  const bidPrice = positive(b);
  if (bidPrice === undefined) return refuse('bookTicker.b', b);
  const bidSize = notNegative(B);
  if (bidSize === undefined) return refuse('bookTicker.B', B);
  const askPrice = positive(a);
  if (askPrice === undefined) return refuse('bookTicker.a', a);
  const askSize = notNegative(A);
  if (askSize === undefined) return refuse('bookTicker.A', A);
  if (!isCount(T)) return refuse('bookTicker.T', T);
  const quote: Quote = { kind: 'quote', symbol: s, bidPrice, bidSize, askPrice, askSize, eventTimeMs: T };
  return { ok: true, value: { quote, updateId: u } };
}
