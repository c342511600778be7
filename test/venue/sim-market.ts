import type { MarketEvent } from '../../src/core/engine/event.ts';
import type { Book } from '../../src/core/market/book.ts';
import type { Quote } from '../../src/core/market/quote.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { Trade } from '../../src/core/market/trade.ts';
import type { SimulatedInstrument } from '../../src/core/simulation/instruments.ts';
import { SCENARIOS, type ScenarioName } from '../../src/core/simulation/scenarios.ts';
import { SimulatedMarket } from '../../src/core/simulation/simulated-market.ts';
import { Contract } from './contract.ts';
import { listInstruments } from './listing.ts';
import type {
  AggregateTrade,
  BestPrices,
  BookSnapshot,
  DayStatistics,
  MarkPrice,
  Publisher,
  VenueMarket,
} from './market.ts';
import { aggregate, type MinuteBar, MinuteBars } from './minute-bars.ts';
import { aggTradePayload, bookTickerPayload, forceOrderPayload, markPricePayload, tickerPayload } from './payloads.ts';
import { SimBook } from './sim-book.ts';
import { SimHistory } from './sim-history.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
/** The part of the last 24 hours that was before the start is summed up anew this often, market time. */
const DAY_BEFORE_KEPT_MS = 5 * MINUTE_MS;
const FUNDING_MS = 8 * 60 * MINUTE_MS;
/** Trades that `GET /fapi/v1/aggTrades` can still show. */
const TRADES_REMEMBERED = 2_000;
/** Every so-manieth trade of a contract is told as a liquidation. */
const LIQUIDATION_EVERY = 500;

export interface SimMarketOptions {
  /** How many contracts trade, at most 540. */
  readonly instruments: number;
  /** Further contracts that are not listed yet: a `list` fault lets them trade. */
  readonly unlisted: number;
  /** Trades per second of all contracts together; as the embedded market has them when absent. */
  readonly tradesPerSecond: number | undefined;
  readonly seed: number;
  readonly scenario: ScenarioName;
  /** A whole minute, UTC. */
  readonly startTimeMs: number;
  readonly historyMinutes: number;
}

/** One contract while it trades. */
interface Desk {
  readonly instrument: SimulatedInstrument;
  readonly contract: Contract;
  readonly book: SimBook;
  readonly bars: MinuteBars;
  readonly trades: AggregateTrade[];
  readonly streams: Readonly<
    Record<'aggTrade' | 'bookTicker' | 'forceOrder' | 'markPrice' | 'markPrice3s' | 'ticker', string>
  >;
  best: BestPrices | undefined;
  dayBefore: { readonly madeAtMs: number; readonly bar: MinuteBar | undefined } | undefined;
}

/** The embedded market as a venue sees it: contracts, books with update ids, klines, and what the streams say. */
export class SimVenueMarket implements VenueMarket {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly startTimeMs: number;
  readonly endTimeMs = undefined;
  positionMs: number;
  readonly #market: SimulatedMarket;
  readonly #history: SimHistory;
  readonly #desks: ReadonlyMap<string, Desk>;
  /** Ids of updates are one sequence for the whole venue, as on the real one. */
  #updateId: number;

  constructor(options: SimMarketOptions) {
    const { seed, startTimeMs } = options;
    const instruments = listInstruments(options.instruments + options.unlisted, options.tradesPerSecond);
    this.startTimeMs = startTimeMs;
    this.positionMs = startTimeMs;
    this.#updateId = startTimeMs;
    this.#market = new SimulatedMarket({ seed, scenario: options.scenario, startTimeMs, instruments });
    const scenario = SCENARIOS[options.scenario];
    this.#history = new SimHistory({ seed, scenario, startTimeMs, minutes: options.historyMinutes });
    this.#desks = new Map(
      instruments.map((it, index) => [it.symbol, openDesk(it, index < options.instruments, startTimeMs)]),
    );
    this.contracts = new Map([...this.#desks].map(([symbol, desk]) => [symbol, desk.contract]));
  }

  advance(untilMs: number, publisher: Publisher): void {
    this.#market.advance(untilMs, (event) => this.#take(event, publisher));
    this.positionMs = Math.max(this.positionMs, untilMs);
  }

  book(symbol: string): BookSnapshot | undefined {
    return this.#desks.get(symbol)?.book.snapshot();
  }

  best(symbol: string): BestPrices | undefined {
    return this.#desks.get(symbol)?.best;
  }

  trades(symbol: string): readonly AggregateTrade[] {
    return this.#desks.get(symbol)?.trades ?? [];
  }

  minutes(symbol: string, fromMs: number, toMs: number): MinuteBar[] {
    const desk = this.#desks.get(symbol);
    if (desk === undefined) return [];
    const before = this.#history.minutes(desk.instrument, fromMs, toMs);
    return [...before, ...desk.bars.between(fromMs, toMs, this.positionMs)];
  }

  mark(symbol: string): MarkPrice | undefined {
    const desk = this.#desks.get(symbol);
    const best = desk?.best;
    if (desk === undefined || best === undefined) return undefined;
    const middle = (Number(best.bid[0]) + Number(best.ask[0])) / 2;
    const nextFundingTimeMs = this.positionMs - (this.positionMs % FUNDING_MS) + FUNDING_MS;
    const index = (middle * 0.9998).toFixed(8);
    return { mark: middle.toFixed(8), index, fundingRate: '0.00010000', nextFundingTimeMs, timeMs: this.positionMs };
  }

  day(symbol: string): DayStatistics | undefined {
    const desk = this.#desks.get(symbol);
    if (desk === undefined) return undefined;
    const nowMs = this.positionMs;
    if (desk.dayBefore === undefined || nowMs - desk.dayBefore.madeAtMs > DAY_BEFORE_KEPT_MS) {
      const history = this.#history.minutes(desk.instrument, nowMs - DAY_MS, this.startTimeMs - 1);
      desk.dayBefore = { madeAtMs: nowMs, bar: history.length === 0 ? undefined : aggregate(history, Infinity)[0] };
    }
    const live = desk.bars.between(nowMs - DAY_MS, nowMs, nowMs);
    const [bar] = aggregate(desk.dayBefore.bar === undefined ? live : [desk.dayBefore.bar, ...live], Infinity);
    return bar === undefined ? undefined : { ...bar, last: bar.close };
  }

  #take(event: MarketEvent, publisher: Publisher): void {
    if (event.kind === 'clock') this.#second(event.eventTimeMs, publisher);
    if (event.kind !== 'trade' && event.kind !== 'quote' && event.kind !== 'book') return;
    const desk = this.#desks.get(event.symbol)!;
    // Nothing is heard of a contract that is not listed, or not any more.
    if (desk.contract.status !== 'TRADING') return;
    if (event.kind === 'trade') this.#trade(desk, event, publisher);
    else if (event.kind === 'quote') this.#quote(desk, event, publisher);
    else this.#book(desk, event, publisher);
  }

  #trade({ contract, streams, bars, trades }: Desk, event: Trade, publisher: Publisher): void {
    const { symbol } = contract;
    const bought = event.aggressor === 'buy';
    const { tradeId, size, eventTimeMs } = event;
    const ticks = contract.wireTicks(event.price, bought ? 'ask' : 'bid');
    const price = contract.priceText(ticks);
    const trade: AggregateTrade = {
      id: tradeId,
      price,
      quantity: contract.sizeText(size),
      firstTradeId: tradeId,
      lastTradeId: tradeId,
      timeMs: eventTimeMs,
      buyerIsMaker: !bought,
    };
    bars.add(eventTimeMs, contract.priceOf(ticks), size, bought);
    trades.push(trade);
    if (trades.length >= 2 * TRADES_REMEMBERED) trades.splice(0, TRADES_REMEMBERED);
    if (publisher.wants(streams.aggTrade)) publisher.publish(symbol, streams.aggTrade, aggTradePayload(symbol, trade));
    if (tradeId % LIQUIDATION_EVERY !== 0) return;
    for (const stream of [streams.forceOrder, '!forceOrder@arr']) {
      if (publisher.wants(stream)) publisher.publish(symbol, stream, forceOrderPayload(symbol, trade));
    }
  }

  #quote(desk: Desk, event: Quote, publisher: Publisher): void {
    const { contract, streams } = desk;
    this.#updateId += 1;
    desk.book.touched(this.#updateId);
    desk.best = {
      updateId: this.#updateId,
      bid: [contract.priceText(contract.wireTicks(event.bidPrice, 'bid')), contract.sizeText(event.bidSize)],
      ask: [contract.priceText(contract.wireTicks(event.askPrice, 'ask')), contract.sizeText(event.askSize)],
      timeMs: event.eventTimeMs,
    };
    for (const stream of [streams.bookTicker, '!bookTicker']) {
      if (publisher.wants(stream)) {
        publisher.publish(contract.symbol, stream, bookTickerPayload(contract.symbol, desk.best));
      }
    }
  }

  #book({ contract, book }: Desk, event: Book, publisher: Publisher): void {
    this.#updateId += 1;
    const update = book.update(event, this.#updateId, publisher.wantsDepth(contract.symbol));
    if (update !== undefined) publisher.publishDepth(contract.symbol, update);
  }

  /** Once a market second: mark prices and tickers. */
  #second(nowMs: number, publisher: Publisher): void {
    this.positionMs = Math.max(this.positionMs, nowMs);
    const everything = publisher.wants('!markPrice@arr@1s') || publisher.wants('!markPrice@arr');
    const marks: string[] = [];
    for (const [symbol, { contract, streams }] of this.#desks) {
      if (contract.status !== 'TRADING') continue;
      const wanted = everything || publisher.wants(streams.markPrice) || publisher.wants(streams.markPrice3s);
      const mark = wanted ? this.mark(symbol) : undefined;
      if (mark !== undefined) {
        const payload = markPricePayload(symbol, mark);
        marks.push(payload);
        publisher.publish(symbol, streams.markPrice, payload);
        if (nowMs % 3_000 === 0) publisher.publish(symbol, streams.markPrice3s, payload);
      }
      const day = publisher.wants(streams.ticker) ? this.day(symbol) : undefined;
      if (day !== undefined) publisher.publish(symbol, streams.ticker, tickerPayload(contract, day, nowMs));
    }
    if (!everything || marks.length === 0) return;
    publisher.publish('', '!markPrice@arr@1s', `[${marks.join(',')}]`);
    if (nowMs % 3_000 === 0) publisher.publish('', '!markPrice@arr', `[${marks.join(',')}]`);
  }
}

function openDesk(instrument: SimulatedInstrument, listed: boolean, startTimeMs: number): Desk {
  const { symbol, tickSize, stepSize, startPrice } = instrument;
  const contract = new Contract(symbol, tickSize, stepSize, listed ? 'TRADING' : 'PENDING_TRADING');
  const bars = new MinuteBars();
  bars.begin(startTimeMs, startPrice);
  const { lower } = contract;
  const streams = {
    aggTrade: `${lower}@aggTrade`,
    bookTicker: `${lower}@bookTicker`,
    forceOrder: `${lower}@forceOrder`,
    markPrice: `${lower}@markPrice@1s`,
    markPrice3s: `${lower}@markPrice`,
    ticker: `${lower}@ticker`,
  };
  const book = new SimBook(contract, tickSize);
  return { instrument, contract, book, bars, trades: [], streams, best: undefined, dayBefore: undefined };
}
