import type { Decoded } from '../../core/decoded.ts';

/** What the feed uses of a ccxt exchange, as it comes: nothing in it is believed before it was looked at. */
export interface CcxtExchange {
  readonly has: Readonly<Record<string, unknown>>;
  readonly markets: Readonly<Record<string, unknown>>;
  readonly precisionMode: unknown;
  loadHttpProxyAgent?(): Promise<unknown>;
  loadMarkets(): Promise<unknown>;
  fetchTickers(): Promise<unknown>;
  fetchTime(): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number): Promise<unknown>;
  watchTrades(symbol: string): Promise<unknown>;
  watchOrderBook(symbol: string, limit?: number): Promise<unknown>;
  close(): Promise<unknown>;
}

type ExchangeClass = new (options: Readonly<Record<string, unknown>>) => CcxtExchange;

/**
 * Opens an exchange by its ccxt id. ccxt is large and is loaded only here.
 * @param venueUrl another server that speaks the exchange's protocol; known for Binance USD-M alone
 */
export async function openExchange(id: string, venueUrl: string | undefined): Promise<Decoded<CcxtExchange>> {
  const { default: ccxt } = await import('ccxt');
  const classes = (ccxt as unknown as { readonly pro: Readonly<Record<string, ExchangeClass | undefined>> }).pro;
  const Exchange = Object.hasOwn(classes, id) ? classes[id] : undefined;
  if (Exchange === undefined) {
    return { ok: false, problem: `ccxt has no exchange "${id}" with streams: its ids are listed in its manual` };
  }
  if (venueUrl !== undefined && id !== 'binanceusdm') {
    return { ok: false, problem: `market.live.venueUrl is obeyed by ccxt:binanceusdm only, not by ccxt:${id}` };
  }
  const exchange = new Exchange({ enableRateLimit: true, newUpdates: true, ...settingsOf(id, venueUrl) });
  for (const method of ['watchTrades', 'watchOrderBook', 'fetchOHLCV']) {
    if (exchange.has[method] === true) continue;
    return { ok: false, problem: `ccxt:${id} cannot be used: it has no ${method}` };
  }
  return { ok: true, value: exchange };
}

function settingsOf(id: string, venueUrl: string | undefined): Readonly<Record<string, unknown>> {
  // Aggregates are what Binance documents for futures, and what the feed that was made for it uses.
  const trades = id.startsWith('binance') ? { watchTrades: { name: 'aggTrade' } } : {};
  if (venueUrl === undefined) return { options: trades };
  const rest = venueUrl.replace(/\/+$/, '');
  const sockets = rest.replace(/^http/, 'ws');
  const api = {
    ...{ fapiPublic: `${rest}/fapi/v1`, fapiPublicV2: `${rest}/fapi/v2`, fapiPublicV3: `${rest}/fapi/v3` },
    ws: { future: `${sockets}/ws` },
  };
  // Without keys there are no currencies to be had, and none are needed.
  return { options: { ...trades, fetchCurrencies: false, fetchMargins: false }, urls: { api } };
}
