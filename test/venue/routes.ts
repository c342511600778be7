import type { Contract } from './contract.ts';
import { exchangeInfo } from './exchange-info.ts';
import type { VenueLimits } from './limits.ts';
import type { BookSnapshot, VenueMarket } from './market.ts';
import { aggregate, type MinuteBar } from './minute-bars.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const FUNDING_MS = 8 * HOUR_MS;
/** `GET /fapi/v1/aggTrades` looks back this far. */
const TRADES_WINDOW_MS = 48 * HOUR_MS;

const INTERVAL_MS: Readonly<Record<string, number>> = {
  ...{ '1m': MINUTE_MS, '3m': 3 * MINUTE_MS, '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS },
  ...{ '1h': HOUR_MS, '2h': 2 * HOUR_MS, '4h': 4 * HOUR_MS, '6h': 6 * HOUR_MS, '8h': 8 * HOUR_MS, '12h': 12 * HOUR_MS },
  '1d': 24 * HOUR_MS,
};

/** Refused: `{"code":-1121,"msg":"Invalid symbol."}` with status 400. */
export class VenueError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the routes answer from. */
export interface RouteSource {
  readonly market: VenueMarket;
  readonly limits: VenueLimits;
  /** The venue's time, and its clock may be wrong. */
  nowMs(): number;
  /** The book as the venue shows it to a request, which may be an older one. */
  bookFor(symbol: string): BookSnapshot | undefined;
}

type Route = (source: RouteSource, query: URLSearchParams) => unknown;

export const ROUTES: Readonly<Record<string, Route>> = {
  '/fapi/v1/ping': () => ({}),
  '/fapi/v1/time': (source) => ({ serverTime: source.nowMs() }),
  '/fapi/v1/exchangeInfo': (source) => exchangeInfo(source.market.contracts.values(), source.limits, source.nowMs()),
  '/fapi/v1/ticker/24hr': (source, query) => perContract(source, query, (contract) => dayTicker(source, contract)),
  '/fapi/v1/ticker/price': (source, query) =>
    perContract(source, query, ({ symbol }) => {
      const last = source.market.trades(symbol).at(-1);
      const price = last?.price ?? source.market.best(symbol)?.bid[0];
      return price === undefined ? undefined : { symbol, price, time: last?.timeMs ?? source.nowMs() };
    }),
  '/fapi/v1/ticker/bookTicker': (source, query) =>
    perContract(source, query, ({ symbol }) => {
      const best = source.market.best(symbol);
      if (best === undefined) return undefined;
      const { updateId, bid, ask, timeMs } = best;
      return {
        ...{ symbol, bidPrice: bid[0], bidQty: bid[1], askPrice: ask[0], askQty: ask[1] },
        ...{ time: timeMs, lastUpdateId: updateId },
      };
    }),
  '/fapi/v1/depth': depth,
  '/fapi/v1/klines': klines,
  '/fapi/v1/aggTrades': aggTrades,
  '/fapi/v1/premiumIndex': (source, query) =>
    perContract(source, query, ({ symbol }) => {
      const price = source.market.mark(symbol);
      if (price === undefined) return undefined;
      return {
        ...{ symbol, markPrice: price.mark, indexPrice: price.index, estimatedSettlePrice: price.mark },
        ...{ lastFundingRate: price.fundingRate, interestRate: '0.00010000' },
        ...{ nextFundingTime: price.nextFundingTimeMs, time: price.timeMs },
      };
    }),
  '/fapi/v1/fundingRate': fundingRate,
  '/fapi/v1/fundingInfo': (source) =>
    [...source.market.contracts.keys()].map((symbol, index) => ({
      ...{ symbol, adjustedFundingRateCap: '0.02000000', adjustedFundingRateFloor: '-0.02000000' },
      ...{ fundingIntervalHours: index % 3 === 2 ? 4 : 8, disclaimer: false, updateTime: null },
    })),
};

function depth(source: RouteSource, query: URLSearchParams): unknown {
  const { symbol } = contractOf(source, query);
  const limit = query.get('limit') ?? '500';
  if (!['5', '10', '20', '50', '100', '500', '1000'].includes(limit)) {
    throw new VenueError(-4021, `${limit} is not valid depth limit`);
  }
  const book = source.bookFor(symbol);
  if (book === undefined) throw new VenueError(-1122, 'Invalid symbol status.');
  const { lastUpdateId, eventTimeMs, transactionTimeMs, bids, asks } = book;
  const levels = Number(limit);
  return {
    lastUpdateId,
    E: eventTimeMs,
    T: transactionTimeMs,
    bids: bids.slice(0, levels),
    asks: asks.slice(0, levels),
  };
}

function klines(source: RouteSource, query: URLSearchParams): unknown {
  const contract = contractOf(source, query);
  const intervalMs = INTERVAL_MS[query.get('interval') ?? ''];
  if (intervalMs === undefined) throw new VenueError(-1120, 'Invalid interval.');
  const limit = countOf(query, 'limit', 500, 1_500);
  const startMs = timeOf(query, 'startTime');
  const endMs = timeOf(query, 'endTime') ?? source.market.positionMs;
  // With a start the first ones, else the last ones.
  const fromMs = startMs ?? Math.max(0, endMs - (endMs % intervalMs) - (limit - 1) * intervalMs);
  const toMs = startMs === undefined ? endMs : Math.min(endMs, startMs + (limit + 1) * intervalMs);
  const firstOpenMs = Math.ceil(fromMs / intervalMs) * intervalMs;
  const rows = aggregate(source.market.minutes(contract.symbol, firstOpenMs, toMs), intervalMs);
  return rows.slice(0, limit).map((bar) => klineRow(contract, bar, intervalMs));
}

function klineRow(contract: Contract, bar: MinuteBar, intervalMs: number): unknown {
  const price = (value: number): string => value.toFixed(contract.priceDecimals);
  const { openTimeMs, open, high, low, close, volume, quoteVolume, count, takerBuyVolume, takerBuyQuoteVolume } = bar;
  return [
    ...[openTimeMs, price(open), price(high), price(low), price(close), contract.sizeText(volume)],
    ...[openTimeMs + intervalMs - 1, quoteVolume.toFixed(4), count],
    ...[contract.sizeText(takerBuyVolume), takerBuyQuoteVolume.toFixed(4), '0'],
  ];
}

function aggTrades(source: RouteSource, query: URLSearchParams): unknown {
  const { symbol } = contractOf(source, query);
  const limit = countOf(query, 'limit', 500, 1_000);
  const fromId = timeOf(query, 'fromId');
  const startMs = timeOf(query, 'startTime');
  const endMs = timeOf(query, 'endTime');
  if (startMs !== undefined && startMs < source.nowMs() - TRADES_WINDOW_MS) {
    throw new VenueError(-4166, 'Search window is restricted to recent 2 days only.');
  }
  const found = source.market
    .trades(symbol)
    .filter(({ id, timeMs }) => id >= (fromId ?? 0) && timeMs >= (startMs ?? 0) && timeMs <= (endMs ?? Infinity));
  const page = fromId === undefined && startMs === undefined ? found.slice(-limit) : found.slice(0, limit);
  return page.map(({ id, price, quantity, firstTradeId, lastTradeId, timeMs, buyerIsMaker }) => ({
    ...{ a: id, p: price, q: quantity, nq: quantity, f: firstTradeId, l: lastTradeId, T: timeMs, m: buyerIsMaker },
  }));
}

function fundingRate(source: RouteSource, query: URLSearchParams): unknown {
  const limit = countOf(query, 'limit', 100, 1_000);
  const startMs = timeOf(query, 'startTime');
  const endMs = Math.min(timeOf(query, 'endTime') ?? Infinity, source.nowMs());
  const symbols = query.has('symbol') ? [contractOf(source, query).symbol] : [...source.market.contracts.keys()];
  const lastMs = endMs - (endMs % FUNDING_MS);
  const firstMs = Math.max(
    startMs === undefined ? 0 : Math.ceil(startMs / FUNDING_MS) * FUNDING_MS,
    startMs === undefined ? lastMs - (Math.ceil(limit / symbols.length) - 1) * FUNDING_MS : 0,
  );
  const rows: unknown[] = [];
  for (let timeMs = firstMs; timeMs <= lastMs && rows.length < limit; timeMs += FUNDING_MS) {
    for (const symbol of symbols) {
      const markPrice = source.market.mark(symbol)?.mark ?? '';
      if (rows.length < limit) rows.push({ symbol, fundingTime: timeMs, fundingRate: '0.00010000', markPrice });
    }
  }
  return rows;
}

function dayTicker(source: RouteSource, contract: Contract): unknown {
  const { symbol } = contract;
  const day = source.market.day(symbol);
  if (day === undefined) return undefined;
  const price = (value: number): string => value.toFixed(contract.priceDecimals);
  const last = source.market.trades(symbol).at(-1);
  const nowMs = source.nowMs();
  return {
    ...{ symbol, priceChange: price(day.last - day.open) },
    priceChangePercent: (((day.last - day.open) / day.open) * 100).toFixed(3),
    weightedAvgPrice: price(day.volume === 0 ? day.last : day.quoteVolume / day.volume),
    ...{ lastPrice: price(day.last), lastQty: last?.quantity ?? contract.sizeText(0), openPrice: price(day.open) },
    ...{ highPrice: price(day.high), lowPrice: price(day.low), volume: contract.sizeText(day.volume) },
    ...{ quoteVolume: day.quoteVolume.toFixed(2), openTime: nowMs - 24 * HOUR_MS, closeTime: nowMs },
    ...{ firstId: 1, lastId: last?.id ?? 1, count: day.count },
  };
}

/** One row for `symbol`, else one for each contract that trades and has something to say. */
function perContract(source: RouteSource, query: URLSearchParams, row: (contract: Contract) => unknown): unknown {
  if ((query.get('symbol') ?? '') !== '') return row(contractOf(source, query)) ?? {};
  return [...source.market.contracts.values()]
    .filter(({ status }) => status === 'TRADING')
    .map(row)
    .filter((each) => each !== undefined);
}

function contractOf(source: RouteSource, query: URLSearchParams): Contract {
  const symbol = query.get('symbol') ?? '';
  if (symbol === '') {
    throw new VenueError(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  }
  const contract = source.market.contracts.get(symbol.toUpperCase());
  if (contract === undefined || contract.status === 'PENDING_TRADING') throw new VenueError(-1121, 'Invalid symbol.');
  return contract;
}

function countOf(query: URLSearchParams, name: string, otherwise: number, most: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d+$/.test(text)) throw malformed(name);
  if (Number(text) < 1 || Number(text) > most)
    throw new VenueError(-1130, `Data sent for parameter '${name}' is not valid.`);
  return Number(text);
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw malformed(name);
  return Number(text);
}

function malformed(name: string): VenueError {
  return new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}
