/*
 * What Binance USD-M allows. Sources: developers.binance.com, USDⓈ-M Futures, "General Info" (IP limits), "Websocket
 * Market Streams" (connections) and the pages of the requests (weights).
 */

/** Weight per minute and address. `exchangeInfo` tells it, too; this is what holds until then. */
export const WEIGHT_PER_MINUTE = 2_400;
/** What we leave to others behind the same address, and to what cannot wait. */
export const WEIGHT_SHARE = 0.8;

/** Streams of one connection. The venue allows 1,024; fewer lose less when a connection breaks. */
export const STREAMS_PER_CONNECTION = 256;
/** Messages from us per second and connection, pings included; more and the venue hangs up. It allows 10. */
export const MESSAGES_PER_SECOND = 5;
/** Streams named in one SUBSCRIBE message. */
export const STREAMS_PER_MESSAGE = 100;
/** The venue ends a connection after 24 hours; we have another by then. */
export const CONNECTION_LIFE_MS = 23.5 * 3_600_000;

/** Levels of the book that a snapshot asks for. */
export const SNAPSHOT_LEVELS = 1_000;
/** Rows of klines per request: the most that cost a weight of 2, which is the cheapest per row. */
export const KLINE_ROWS = 499;

/** What a request for klines weighs. */
export function klinesWeight(rows: number): number {
  if (rows < 100) return 1;
  if (rows < 500) return 2;
  return rows <= 1_000 ? 5 : 10;
}

/** What a request for the book weighs. */
export function depthWeight(levels: number): number {
  if (levels <= 50) return 2;
  if (levels <= 100) return 5;
  return levels <= 500 ? 10 : 20;
}

export const EXCHANGE_INFO_WEIGHT = 1;
export const TIME_WEIGHT = 1;
/** Of all symbols at once. */
export const TICKERS_WEIGHT = 40;
