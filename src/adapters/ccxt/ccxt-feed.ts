import { setTimeout as sleep } from 'node:timers/promises';
import type { Decoded } from '../../core/decoded.ts';
import type { MarketEvent } from '../../core/engine/event.ts';
import { LiveMarket, type Want } from '../../core/feed/live-market.ts';
import type { StreamKind } from '../../core/feed/watched-streams.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventSink, FeedStatus, MarketFeed } from '../../ports/market-feed.ts';
import { type CcxtMarket, decodeBook, decodeCandles, decodeMarket, decodeTrade } from './decode.ts';
import type { CcxtExchange } from './exchange.ts';
import { TradeNumbers } from './trade-numbers.ts';

const LOOK_MS = 10;
const ASK_EVERY_MS = 100;
const TIME_EVERY_MS = 30_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 30_000;
/** Every exchange gives at least this many candles at once. */
const CHUNK_MINUTES = 100;
const IN_FLIGHT_MAX = 4;
/** ccxt costs several times as much per message as the feed that was made for one venue. */
const INSTRUMENTS_MAX = 50;

export interface CcxtFeedOptions {
  readonly exchange: CcxtExchange;
  readonly label: string;
  readonly clock: MarketClock;
  readonly gap: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly symbols: 'all' | readonly string[];
  readonly top: number;
  readonly exclude: readonly string[];
  readonly historyMinutes: number;
  readonly settleMs: number;
  readonly warn: (sentence: string) => void;
}

/**
 * Any exchange that ccxt can stream. The same market behind it as the one behind Binance, as far as the exchange gives
 * ids: a trade that is missing while the connection stands cannot be noticed here, and after every break something is
 * taken to be missing.
 */
export class CcxtFeed implements MarketFeed {
  readonly kind = 'LIVE';
  readonly label: string;
  readonly live: LiveMarket;
  readonly #options: CcxtFeedOptions;
  readonly #names = new Map<string, string>();
  readonly #refusals: Record<string, number> = {};
  readonly #inFlight = new Set<string>();
  readonly #retryAtMs = new Map<string, number>();
  #waiting: (() => void)[] = [];
  #wake: (() => void) | undefined;
  #deliver: (event: MarketEvent) => void = () => undefined;
  #state: FeedStatus['state'] = 'warming';
  #sinceMs: number;
  #askedMs = 0;
  #timeAskedMs = Number.NEGATIVE_INFINITY;
  #timeKnown = false;

  constructor(options: CcxtFeedOptions) {
    this.#options = options;
    this.label = options.label;
    this.#sinceMs = options.clock.nowMs();
    this.live = new LiveMarket({
      deliver: (event) => this.#deliver(event),
      ...{ settleMs: options.settleMs, historyMinutes: options.historyMinutes, chunkMinutes: CHUNK_MINUTES },
      ...{ gaplessIds: false, streams: ['trades', 'depth'], marks: false },
    });
  }

  get symbols(): readonly string[] {
    return [...this.live.lines.keys()];
  }

  get status(): FeedStatus {
    const liveCount = [...this.live.lines.values()].filter(({ phase }) => phase === 'live').length;
    const { standing, symbolCount } = this.live.doubts;
    const ofAll = standing.find(({ symbols }) => symbols === undefined);
    const worst = ofAll ?? (liveCount > 0 && symbolCount >= liveCount / 2 ? standing[0] : undefined);
    const state = worst !== undefined ? 'degraded' : liveCount === 0 ? 'warming' : 'flowing';
    if (state !== this.#state) {
      this.#state = state;
      this.#sinceMs = this.#options.clock.nowMs();
    }
    return {
      state,
      reason: worst?.reason ?? (state === 'warming' ? 'the history of the instruments is being fetched' : undefined),
      sinceMs: this.#sinceMs,
      problems: { ...this.live.problems, ...this.#refusals },
      doubts: standing,
      measures: { instruments: this.live.lines.size, instruments_live: liveCount, instruments_in_doubt: symbolCount },
    };
  }

  async run(sink: EventSink, stop: AbortSignal): Promise<void> {
    const { gap, exchange } = this.#options;
    if (gap !== undefined) {
      const reason = 'the program was not running';
      await sink((deliver) => deliver({ kind: 'gap', symbol: undefined, ...gap, reason }));
    }
    const timer = setInterval(() => this.#look(stop), LOOK_MS);
    const release = (): void => this.#wake?.();
    stop.addEventListener('abort', release);
    void this.#begin(stop);
    try {
      while (!stop.aborted) {
        if (this.#waiting.length === 0) await this.#somethingWaits();
        const jobs = this.#waiting;
        this.#waiting = [];
        if (jobs.length === 0) continue;
        await sink((deliver) => {
          this.#deliver = deliver;
          for (const job of jobs) job();
        });
      }
    } finally {
      clearInterval(timer);
      stop.removeEventListener('abort', release);
      await exchange
        .close()
        .catch((error: unknown) => this.#options.warn(`the exchange did not close: ${String(error)}`));
    }
  }

  #somethingWaits(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #take(job: () => void): void {
    this.#waiting.push(job);
    this.#wake?.();
  }

  /** Lists the instruments and opens their streams; goes on trying until the exchange answers. */
  async #begin(stop: AbortSignal): Promise<void> {
    const chosen = await this.#persist('markets', stop, () => this.#choose());
    if (chosen === undefined) return;
    chosen.forEach(({ market, activity }, index) => {
      const { symbol } = market.instrument;
      this.#names.set(symbol, market.name);
      this.#take(() => this.live.list(market.instrument, { activity, depth: false }, this.#options.clock.nowMs()));
      void this.#watch('trades', symbol, 2 * index, stop);
      void this.#watch('depth', symbol, 2 * index + 1, stop);
    });
  }

  async #choose(): Promise<{ readonly market: CcxtMarket; readonly activity: number }[]> {
    const { exchange, symbols, exclude, top } = this.#options;
    await exchange.loadHttpProxyAgent?.();
    await exchange.loadMarkets();
    const bySymbol = new Map<string, CcxtMarket>();
    for (const each of Object.values(exchange.markets)) {
      const market = decodeMarket(each, exchange.precisionMode);
      if (market === undefined || exclude.includes(market.instrument.symbol)) continue;
      const known = bySymbol.get(market.instrument.symbol);
      if (known === undefined || (market.isSwap && !known.isSwap)) bySymbol.set(market.instrument.symbol, market);
    }
    const tickers = symbols === 'all' && exchange.has.fetchTickers === true ? await exchange.fetchTickers() : {};
    const activityOf = ({ name }: CcxtMarket): number => {
      const ticker = (tickers as Readonly<Record<string, { readonly quoteVolume?: unknown } | undefined>>)[name];
      return typeof ticker?.quoteVolume === 'number' ? ticker.quoteVolume : 0;
    };
    const wanted = symbols === 'all' ? [...bySymbol.values()] : symbols.flatMap((symbol) => bySymbol.get(symbol) ?? []);
    const missing = symbols === 'all' ? [] : symbols.filter((symbol) => !bySymbol.has(symbol));
    if (missing.length > 0) this.#options.warn(`${missing.join(', ')}: not traded there`);
    return wanted
      .map((market) => ({ market, activity: activityOf(market) }))
      .sort((a, b) => b.activity - a.activity)
      .slice(0, Math.min(top, INSTRUMENTS_MAX));
  }

  async #watch(kind: StreamKind, symbol: string, connection: number, stop: AbortSignal): Promise<void> {
    const { exchange, clock } = this.#options;
    const name = this.#names.get(symbol)!;
    const numbers = new TradeNumbers();
    let [open, retryMs] = [false, RETRY_FIRST_MS];
    while (!stop.aborted) {
      try {
        const received = kind === 'trades' ? await exchange.watchTrades(name) : await exchange.watchOrderBook(name);
        if (stop.aborted) return;
        const atMs = clock.nowMs();
        // Copied now: ccxt goes on changing what it has given out.
        const job =
          kind === 'trades'
            ? this.#trades(received, symbol, numbers, connection, atMs)
            : this.#book(received, symbol, atMs);
        if (!open) this.#take(() => this.live.onOpened(connection, [{ kind, symbol }], atMs));
        [open, retryMs] = [true, RETRY_FIRST_MS];
        this.#take(job);
      } catch (error) {
        if (stop.aborted) return;
        this.#count(`${kind} broke off`, error);
        if (open) this.#take(() => this.live.onClosed(connection, clock.nowMs()));
        open = false;
        await sleep(retryMs, undefined, { signal: stop }).catch(() => undefined);
        retryMs = Math.min(RETRY_MAX_MS, retryMs * 2);
      }
    }
  }

  #trades(received: unknown, symbol: string, numbers: TradeNumbers, connection: number, atMs: number): () => void {
    const trades = (Array.isArray(received) ? received : [received]).flatMap((each: unknown) => {
      const trade = this.#believed(decodeTrade(each, symbol));
      const tradeId = trade && numbers.numberOf(trade.id);
      if (trade === undefined) return [];
      if (tradeId === undefined) {
        this.#count('duplicate trade');
        return [];
      }
      const { id, ...rest } = trade;
      return [{ ...rest, tradeId }];
    });
    return () => {
      for (const trade of trades) this.live.onTrade(trade, trade.eventTimeMs, connection, atMs);
    };
  }

  #book(received: unknown, symbol: string, atMs: number): () => void {
    const book = this.#believed(decodeBook(received, symbol, this.live.nowMs(atMs)));
    return () => {
      if (book !== undefined) this.live.onBook(book, atMs);
    };
  }

  #look(stop: AbortSignal): void {
    const atMs = this.#options.clock.nowMs();
    if (this.#timeKnown && atMs >= this.live.dueAtMs) this.#take(() => this.live.onTick(atMs));
    if (atMs - this.#askedMs < ASK_EVERY_MS) return;
    this.#askedMs = atMs;
    if (atMs - this.#timeAskedMs > TIME_EVERY_MS && !this.#inFlight.has('time')) void this.#askTime(stop);
    for (const want of this.live.wants(atMs)) {
      if (this.#inFlight.size >= IN_FLIGHT_MAX) return;
      if (want.kind === 'bars') void this.#askBars(want, stop);
    }
  }

  async #askTime(stop: AbortSignal): Promise<void> {
    const { exchange, clock } = this.#options;
    const askedAtMs = clock.nowMs();
    this.#timeAskedMs = askedAtMs;
    if (exchange.has.fetchTime !== true) {
      // Nobody says what time it is there: ours has to do.
      this.#timeKnown = true;
      return;
    }
    await this.#ask('time', stop, async () => {
      const venueMs = await exchange.fetchTime();
      const heardAtMs = clock.nowMs();
      if (typeof venueMs === 'number') this.#take(() => this.live.onTime(askedAtMs, heardAtMs, venueMs));
      this.#timeKnown = true;
    });
  }

  async #askBars({ symbol, fromMs, toMs }: Extract<Want, { kind: 'bars' }>, stop: AbortSignal): Promise<void> {
    const name = this.#names.get(symbol);
    const key = `${symbol} ${fromMs}`;
    if (name === undefined || this.#inFlight.has(key) || (this.#retryAtMs.get(key) ?? 0) > this.#options.clock.nowMs())
      return;
    await this.#ask(key, stop, async () => {
      const rows = await this.#options.exchange.fetchOHLCV(name, '1m', fromMs, Math.round((toMs - fromMs) / 60_000));
      const bars = this.#believed(decodeCandles(rows, symbol));
      const within = bars?.filter((bar) => bar.openTimeMs >= fromMs && bar.closeTimeMs <= toMs);
      if (within) this.#take(() => this.live.onBars(symbol, within, { fromMs, toMs }, this.#options.clock.nowMs()));
    });
  }

  async #ask(key: string, stop: AbortSignal, ask: () => Promise<void>): Promise<void> {
    this.#inFlight.add(key);
    this.#retryAtMs.set(key, this.#options.clock.nowMs() + RETRY_FIRST_MS);
    try {
      await ask();
    } catch (error) {
      if (!stop.aborted) this.#count('request failed', error);
    } finally {
      this.#inFlight.delete(key);
    }
  }

  async #persist<T>(what: string, stop: AbortSignal, attempt: () => Promise<T>): Promise<T | undefined> {
    for (let retryMs = RETRY_FIRST_MS; !stop.aborted; retryMs = Math.min(RETRY_MAX_MS, retryMs * 2)) {
      try {
        return await attempt();
      } catch (error) {
        if (!stop.aborted) this.#count(`${what} failed`, error);
        await sleep(retryMs, undefined, { signal: stop }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #believed<T>(decoded: Decoded<T>): T | undefined {
    if (decoded.ok) return decoded.value;
    this.#count(decoded.problem.split(' ', 1)[0]!);
    return undefined;
  }

  #count(name: string, error?: unknown): void {
    const count = (this.#refusals[name] ?? 0) + 1;
    this.#refusals[name] = count;
    if (error !== undefined && count === 1)
      this.#options.warn(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
