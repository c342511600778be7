import { assert } from '../assert.ts';
import type { MarketEvent } from '../engine/event.ts';
import type { Bar } from '../market/bar.ts';
import { BOOK_LEVELS } from '../market/book.ts';
import { type Instrument, toTicks } from '../market/instrument.ts';
import { MINUTE_MS, SECOND_MS } from '../market/timeframe.ts';
import { BOOK, EventWindow, QUOTE, TRADE } from './event-window.ts';
import { ExactSteps } from './exact-steps.ts';
import { STEP_MS } from './fair-price.ts';
import { InstrumentStream } from './instrument-stream.ts';
import { SIMULATED_INSTRUMENTS, type SimulatedInstrument } from './instruments.ts';
import { Outages } from './outages.ts';
import { Random } from './random.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts';
import { SimulatedHistory } from './simulated-history.ts';

export interface SimulatedMarketOptions {
  /** A safe integer >= 0. */
  readonly seed: number;
  readonly scenario: ScenarioName;
  /** UTC milliseconds of market time, a whole minute. */
  readonly startTimeMs: number;
  /** What can be listed; SIMULATED_INSTRUMENTS when absent. */
  readonly instruments?: readonly SimulatedInstrument[];
  /** A subset of the instruments; all of them when absent. */
  readonly symbols?: readonly string[];
  /**
   * Where a restarted market goes on from. Instruments without an entry start at their listed price. With it the start
   * time takes part in the seed: a market that goes on must not repeat the morning it has already had.
   */
  readonly lastPrices?: Readonly<Record<string, number>>;
}

/**
 * The embedded market. What it delivers is a function of the options and of market time, to the byte: neither the sizes
 * of the steps in which it is asked nor the other instruments change anything.
 */
export class SimulatedMarket {
  readonly instruments: readonly Instrument[];
  readonly #streams: readonly InstrumentStream[];
  readonly #options: SimulatedMarketOptions;
  readonly #seed: number;
  readonly #scenario: Scenario;
  readonly #listed: readonly SimulatedInstrument[];
  readonly #startTicks: readonly number[];
  readonly #prices: readonly ExactSteps[];
  readonly #sizes: readonly ExactSteps[];
  readonly #lastTicks: Float64Array;
  readonly #outages: Outages;
  readonly #window: EventWindow;
  #windowStartMs: number;
  /** Events before this are delivered. */
  #deliveredUntilMs: number;
  readonly #trade = {
    kind: 'trade' as const,
    symbol: '',
    tradeId: 0,
    price: 0,
    size: 0,
    aggressor: 'buy' as 'buy' | 'sell',
    eventTimeMs: 0,
  };
  readonly #quote = {
    kind: 'quote' as const,
    symbol: '',
    bidPrice: 0,
    bidSize: 0,
    askPrice: 0,
    askSize: 0,
    eventTimeMs: 0,
  };
  readonly #book = {
    kind: 'book' as const,
    symbol: '',
    bidPrices: new Float64Array(BOOK_LEVELS),
    bidSizes: new Float64Array(BOOK_LEVELS),
    askPrices: new Float64Array(BOOK_LEVELS),
    askSizes: new Float64Array(BOOK_LEVELS),
    eventTimeMs: 0,
  };
  readonly #clock = { kind: 'clock' as const, eventTimeMs: 0 };

  constructor(options: SimulatedMarketOptions) {
    const { startTimeMs, symbols, lastPrices } = options;
    assert(
      Number.isSafeInteger(options.seed) && options.seed >= 0,
      'simulated market: seed must be a safe integer >= 0',
    );
    assert(startTimeMs >= 0 && startTimeMs % MINUTE_MS === 0, 'simulated market: must start at a whole minute');
    this.#options = options;
    const seed = lastPrices === undefined ? options.seed : Random.of(options.seed, `restart ${startTimeMs}`).word();
    this.#seed = seed;
    this.#scenario = SCENARIOS[options.scenario];
    const instruments = options.instruments ?? SIMULATED_INSTRUMENTS;
    this.#listed = instruments.filter((it) => symbols === undefined || symbols.includes(it.symbol));
    assert(this.#listed.length > 0, 'simulated market: needs at least one instrument');
    for (const symbol of symbols ?? []) {
      assert(
        this.#listed.some((it) => it.symbol === symbol),
        `simulated market: does not list ${symbol}`,
      );
    }
    this.instruments = this.#listed.map(({ symbol, tickSize, stepSize }) => ({ symbol, tickSize, stepSize }));
    this.#startTicks = this.#listed.map((it) => toTicks(lastPrices?.[it.symbol] ?? it.startPrice, it.tickSize));
    assert(
      this.#startTicks.every((ticks) => ticks >= 1),
      'simulated market: prices must be at least one tick',
    );
    this.#prices = this.#listed.map((it) => new ExactSteps(it.tickSize));
    this.#sizes = this.#listed.map((it) => new ExactSteps(it.stepSize));
    this.#lastTicks = Float64Array.from(this.#startTicks);
    this.#streams = this.#listed.map(
      (it, i) => new InstrumentStream(seed, it, this.#scenario, this.#startTicks[i]!, i),
    );
    this.#outages = new Outages(Random.of(seed, 'outages'), this.#scenario.outagesPerHour, startTimeMs);
    this.#window = new EventWindow(this.#listed.length, STEP_MS);
    this.#windowStartMs = startTimeMs;
    this.#deliveredUntilMs = startTimeMs;
    this.#fill();
  }

  /**
   * Closed one-minute bars of the `minutes` before the start, by close time and then in the order of `instruments`.
   * The last closes are the start prices. A function of the options, whatever has been delivered since.
   */
  *history(minutes: number): Iterable<Bar> {
    assert(Number.isSafeInteger(minutes) && minutes >= 0, 'simulated market: minutes must be a whole number >= 0');
    const seed = this.#seed;
    const { startTimeMs } = this.#options;
    const histories = this.#listed.map(
      (it, i) => new SimulatedHistory(seed, it, this.#scenario, this.#startTicks[i]!, minutes),
    );
    for (let k = 0; k < minutes; k += 1) {
      for (const history of histories) yield history.bar(k, startTimeMs - (minutes - k) * MINUTE_MS);
    }
  }

  /**
   * Delivers every event before `untilMs` that was not delivered yet, in the order of time over all instruments, with a
   * `clock` at every whole second ahead of the events at or after it. During an outage nothing comes, no clock either;
   * the first event after it is the `gap`. Event objects are reused: whoever keeps one copies it.
   */
  advance(untilMs: number, sink: (event: MarketEvent) => void): void {
    while (this.#deliveredUntilMs < untilMs) {
      const endMs = Math.min(untilMs, this.#windowStartMs + STEP_MS);
      this.#deliver(endMs, sink);
      this.#deliveredUntilMs = endMs;
      if (endMs === this.#windowStartMs + STEP_MS) {
        this.#windowStartMs = endMs;
        this.#fill();
      }
    }
  }

  /** The last delivered trade price per symbol; the start price where there was no trade yet. */
  lastPrices(): Record<string, number> {
    return Object.fromEntries(this.#listed.map((it, i) => [it.symbol, this.#prices[i]!.of(this.#lastTicks[i]!)]));
  }

  #fill(): void {
    this.#window.clear();
    this.#outages.advance(this.#windowStartMs);
    for (const stream of this.#streams) stream.advance(this.#window);
  }

  /** What lies in `[deliveredUntilMs, endMs)` of the window. */
  #deliver(endMs: number, sink: (event: MarketEvent) => void): void {
    const window = this.#window;
    const startMs = this.#windowStartMs;
    if (this.#outages.silent) return;
    if (this.#deliveredUntilMs === startMs) {
      if (this.#outages.ended !== undefined) sink(this.#outages.ended);
      if (startMs % SECOND_MS === 0) {
        this.#clock.eventTimeMs = startMs;
        sink(this.#clock);
      }
    }
    const end = endMs - startMs;
    let event = window.after(-1, this.#deliveredUntilMs - startMs);
    while (event >= 0 && window.offsetMs[event]! < end) {
      const kind = window.kind[event]!;
      if (kind === TRADE) sink(this.#asTrade(event));
      else if (kind === QUOTE) sink(this.#asQuote(event));
      else if (kind === BOOK) sink(this.#asBook(event));
      event = window.after(event, 0);
    }
  }

  #asTrade(event: number): MarketEvent {
    const { instrument, offsetMs, a, b, c, d } = this.#window;
    const i = instrument[event]!;
    const trade = this.#trade;
    trade.symbol = this.#listed[i]!.symbol;
    // Fewer than one trade per millisecond: ids of a later start are greater than all before it.
    trade.tradeId = this.#options.startTimeMs + d[event]!;
    trade.price = this.#prices[i]!.of(a[event]!);
    trade.size = this.#sizes[i]!.of(b[event]!);
    trade.aggressor = c[event]! > 0 ? 'buy' : 'sell';
    trade.eventTimeMs = this.#windowStartMs + offsetMs[event]!;
    this.#lastTicks[i] = a[event]!;
    return trade;
  }

  #asQuote(event: number): MarketEvent {
    const { instrument, offsetMs, a, b, c, d } = this.#window;
    const i = instrument[event]!;
    const quote = this.#quote;
    quote.symbol = this.#listed[i]!.symbol;
    quote.bidPrice = this.#prices[i]!.of(a[event]!);
    quote.bidSize = this.#sizes[i]!.of(b[event]!);
    quote.askPrice = this.#prices[i]!.of(c[event]!);
    quote.askSize = this.#sizes[i]!.of(d[event]!);
    quote.eventTimeMs = this.#windowStartMs + offsetMs[event]!;
    return quote;
  }

  #asBook(event: number): MarketEvent {
    const { instrument, offsetMs, a, c, d, levels } = this.#window;
    const i = instrument[event]!;
    const book = this.#book;
    const price = this.#prices[i]!;
    const size = this.#sizes[i]!;
    const from = i * 2 * BOOK_LEVELS;
    book.symbol = this.#listed[i]!.symbol;
    for (let k = 0; k < BOOK_LEVELS; k += 1) {
      book.bidPrices[k] = price.of(a[event]! - k * d[event]!);
      book.bidSizes[k] = size.of(levels[from + k]!);
      book.askPrices[k] = price.of(c[event]! + k * d[event]!);
      book.askSizes[k] = size.of(levels[from + BOOK_LEVELS + k]!);
    }
    book.eventTimeMs = this.#windowStartMs + offsetMs[event]!;
    return book;
  }
}
