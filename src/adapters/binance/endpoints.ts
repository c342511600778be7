/** Where a venue that speaks Binance USD-M's protocol is reached. No other file names a host. */
export interface Endpoints {
  /** REST, up to and without the path `/fapi/v1/…`. */
  readonly rest: string;
  /** Combined streams of high frequency: bookTicker and depth. */
  readonly publicStreams: string;
  /** Combined streams of everything else: aggTrade, markPrice, forceOrder. */
  readonly marketStreams: string;
}

/**
 * The venue itself. Streams are split by path since 2026-03, and the paths without a category have given out nothing but
 * public streams since 2026-04-23. Source: developers.binance.com, USDⓈ-M Futures, "Important WebSocket Change Notice".
 */
const BINANCE: Endpoints = {
  rest: 'https://fapi.binance.com',
  publicStreams: 'wss://fstream.binance.com/public/stream',
  marketStreams: 'wss://fstream.binance.com/market/stream',
};

/** @param venueUrl `http://127.0.0.1:8900`: a simulator that has everything below one address; `undefined` for the venue */
export function endpointsOf(venueUrl: string | undefined): Endpoints {
  if (venueUrl === undefined) return BINANCE;
  const rest = venueUrl.replace(/\/+$/, '');
  const sockets = rest.replace(/^http/, 'ws');
  return { rest, publicStreams: `${sockets}/public/stream`, marketStreams: `${sockets}/market/stream` };
}
