import type { Decision, Fusion } from '../fusion/fusion.ts';
import type { Silence } from '../fusion/silence.ts';
import { Atr } from '../indicators/atr.ts';
import type { Bar } from '../market/bar.ts';
import { BarBuilder } from '../market/bar-builder.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import { MinuteShelf } from '../market/minute-shelf.ts';
import type { Quote } from '../market/quote.ts';
import { MINUTE_MS, SECOND_MS, type Timeframe } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';
import { MarketWatch } from '../risk/market-watch.ts';
import type { Opinion } from '../strategies/strategy.ts';
import type { Census } from './census.ts';
import { Panel } from './panel.ts';
import type { EngineSettings } from './settings.ts';

/** Without any trade, quote or book for this long a desk sleeps until the next: its opinions no longer change. */
const SLEEP_AFTER_MS = 15_000;
/** Silence longer than this is a gap: nobody knows whether there was a market. */
const GAP_AFTER_MS = 10 * MINUTE_MS;
/** Bars may miss this much and the indicators go on; after more they begin anew. */
const BRIDGED_GAP_MS = 30 * MINUTE_MS;

/** How many minutes are kept for people to look at. */
const MINUTES_KEPT = 720;

/** A decision that was not there at the last look: a signal, unless something speaks against it. */
export type OnDecision = (
  desk: Desk,
  timeframe: Timeframe,
  decision: Decision,
  opinions: readonly Opinion[],
  nowMs: number,
) => void;

/** A desk as people see it. Prices are 0 or absent before the first. */
export interface DeskView {
  readonly instrument: Instrument;
  /** Market data came in within the last seconds. */
  readonly isAwake: boolean;
  readonly lastFlowMs: number;
  /** Of the last trade, or the close of the last bar. */
  readonly lastPrice: number | undefined;
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly lastBar: Bar | undefined;
  readonly timeframes: readonly {
    readonly timeframe: Timeframe;
    /** The side of the decision that stands. */
    readonly standing: Side | undefined;
    /** In the order of the seats. */
    readonly opinions: readonly Opinion[];
  }[];
}

/**
 * One instrument: its bars, its strategies, its last prices. It keeps its own time, moved on by its events and by the
 * clock, and decides at every whole second while data flow and at every bar's close. What another instrument does
 * changes nothing here.
 */
export class Desk {
  readonly instrument: Instrument;
  readonly #settings: EngineSettings;
  readonly #fusion: Fusion;
  readonly #census: Census;
  readonly #onDecision: OnDecision;
  readonly #builder: BarBuilder;
  readonly #shelf: MinuteShelf;
  #panel: Panel;
  /** The next whole second to be processed. */
  #nextSecondMs = 0;
  #lastFlowMs = Number.NEGATIVE_INFINITY;
  #lastBar: Bar | undefined;
  /** The last bar, unless a gap came after it: trades may go on from it without losing a minute. */
  #unbrokenBar: Bar | undefined;
  #tradePrice = 0;
  #tradeTimeMs = Number.NEGATIVE_INFINITY;
  /** Close of the last recorded bar that was traded in: a bar that we made flat is no price. */
  #recordedClose = 0;
  #recordedTimeMs = Number.NEGATIVE_INFINITY;
  #bidPrice = 0;
  #askPrice = 0;
  #quoteTimeMs = Number.NEGATIVE_INFINITY;
  #bookTimeMs = Number.NEGATIVE_INFINITY;
  /** Of the first book of this second. */
  #depth: number | undefined;
  readonly #watch: MarketWatch | undefined;
  #atr: Atr | undefined;

  constructor(
    instrument: Instrument,
    settings: EngineSettings,
    fusion: Fusion,
    census: Census,
    onDecision: OnDecision,
  ) {
    this.instrument = instrument;
    this.#settings = settings;
    this.#fusion = fusion;
    this.#census = census;
    this.#onDecision = onDecision;
    this.#builder = new BarBuilder(instrument.symbol);
    this.#shelf = new MinuteShelf(instrument.symbol, MINUTES_KEPT);
    this.#panel = new Panel(instrument, settings);
    if (settings.trading !== undefined) this.#watch = new MarketWatch(settings.trading.risk);
    this.#beginAtr();
  }

  /** Standard deviation of the one-second return, a fraction; `undefined` while unknown. */
  get sigmaPerSecond(): number | undefined {
    return this.#panel.sigmaPerSecond;
  }

  /** Where an order of this side would enter now; `undefined` when no price is young enough. */
  entryPrice(side: Side, nowMs: number, maxAgeMs: number): number | undefined {
    if (nowMs - this.#quoteTimeMs <= maxAgeMs) return side === 'buy' ? this.#askPrice : this.#bidPrice;
    if (nowMs - this.#tradeTimeMs <= maxAgeMs) return this.#tradePrice;
    if (nowMs - this.#recordedTimeMs <= maxAgeMs) return this.#recordedClose;
    return undefined;
  }

  /** What there is to see here, for people. Looking changes nothing. */
  look(nowMs: number): DeskView {
    const isAwake = nowMs - this.#lastFlowMs <= SLEEP_AFTER_MS;
    const timeframes = this.#settings.timeframes.flatMap((timeframe) => {
      const seats = this.#panel.seats[timeframe];
      // The array of opinions is used again by the next reading.
      return seats === undefined ? [] : [{ timeframe, standing: seats.standing, opinions: [...seats.read(nowMs)] }];
    });
    return {
      ...{ instrument: this.instrument, isAwake, lastFlowMs: this.#lastFlowMs, timeframes },
      ...{ lastPrice: this.#lastPrice(), lastBar: this.#lastBar, bidPrice: this.#bidPrice, askPrice: this.#askPrice },
    };
  }

  /** Closed bars, oldest first. */
  bars(timeframe: Timeframe, barsMax: number): readonly Bar[] {
    return this.#shelf.bars(timeframe, barsMax);
  }

  /** What a position of this side could be closed at; `undefined` while nobody knows. */
  exitPrice(side: Side): number | undefined {
    if (this.#quoteTimeMs > Number.NEGATIVE_INFINITY) return side === 'buy' ? this.#bidPrice : this.#askPrice;
    if (this.#tradeTimeMs > Number.NEGATIVE_INFINITY) return this.#tradePrice;
    return this.#recordedTimeMs > Number.NEGATIVE_INFINITY ? this.#recordedClose : undefined;
  }

  /** The same, whatever gap came behind it: what leaves the market is silent before it goes. */
  lastExitPrice(side: Side): number | undefined {
    const quoted = side === 'buy' ? this.#bidPrice : this.#askPrice;
    return this.exitPrice(side) ?? [quoted, this.#tradePrice, this.#recordedClose].find((price) => price > 0);
  }

  /** Market time of the last trade, quote or book. */
  get lastFlowMs(): number {
    return this.#lastFlowMs;
  }

  /** Average true range of the trailing minutes, price units; `undefined` while it warms up, or nobody asks. */
  get atr(): number | undefined {
    return this.#atr?.value;
  }

  /** What speaks against an entry in this market now. */
  objection(nowMs: number): Silence | undefined {
    const { trading } = this.#settings;
    const staleMs = (trading?.risk.staleBookSeconds ?? 0) * 1000;
    if (staleMs > 0 && this.#bookTimeMs > Number.NEGATIVE_INFINITY && nowMs - this.#bookTimeMs > staleMs)
      return 'stale_book';
    return this.#watch?.objection(nowMs);
  }

  /** @returns false when its second has been decided already: nobody may act on it any more */
  onTrade(trade: Trade): boolean {
    if (!this.#admit(trade.eventTimeMs)) return false;
    if (!this.#builder.active) this.#beginBars(trade.eventTimeMs);
    this.#builder.add(trade);
    for (const listener of this.#panel.tradeListeners) listener.onTrade(trade);
    this.#tradePrice = trade.price;
    this.#tradeTimeMs = trade.eventTimeMs;
    return true;
  }

  /** As `onTrade`. */
  onQuote(quote: Quote): boolean {
    if (!this.#admit(quote.eventTimeMs)) return false;
    for (const listener of this.#panel.quoteListeners) listener.onQuote(quote);
    this.#remember(quote.bidPrice, quote.askPrice, quote.eventTimeMs);
    return true;
  }

  /** As `onTrade`. */
  onBook(book: Book): boolean {
    if (!this.#admit(book.eventTimeMs)) return false;
    for (const listener of this.#panel.bookListeners) listener.onBook(book);
    this.#bookTimeMs = book.eventTimeMs;
    // Adding up ten levels of every book would cost more than all that is made of it: once a second is enough.
    if (this.#watch !== undefined && this.#depth === undefined) this.#depth = depthOf(book);
    const [bid, ask] = [book.bidPrices[0], book.askPrices[0]];
    if (bid !== undefined && ask !== undefined) this.#remember(bid, ask, book.eventTimeMs);
    return true;
  }

  /** A recorded minute bar. It becomes known at its close, and what was built from trades is not replaced. */
  onRecordedBar(bar: Bar): void {
    const closeMs = bar.closeTimeMs;
    const builds = this.#builder.whole && this.#builder.nextCloseMs === closeMs;
    if (builds || (this.#lastBar !== undefined && closeMs <= this.#lastBar.closeTimeMs)) {
      this.#census.countProblem('bar already known');
      return;
    }
    const awake = closeMs - this.#lastFlowMs <= SLEEP_AFTER_MS;
    const decided = closeMs < this.#nextSecondMs && (awake || closeMs < this.#nextSecondMs - SECOND_MS);
    if (decided) this.#census.countProblem('late bar');
    else this.advanceTo(closeMs - 1);
    const closed = this.#takeRecorded(bar);
    // Its moment has been decided without it: it warms up, and nobody acts on it.
    if (decided) return;
    this.advanceTo(closeMs);
    if (!awake) this.#decide(closed, closeMs);
  }

  /** Nothing is known of the time until `toMs`: what was forming is worth nothing. */
  onGap(toMs: number): void {
    this.#loseBars();
    this.#panel.forgetFlow();
    this.#recordedTimeMs = Number.NEGATIVE_INFINITY;
    this.#quoteTimeMs = Number.NEGATIVE_INFINITY;
    this.#bookTimeMs = Number.NEGATIVE_INFINITY;
    this.#tradeTimeMs = Number.NEGATIVE_INFINITY;
    this.#lastFlowMs = Number.NEGATIVE_INFINITY;
    if (this.#lastBar !== undefined && toMs - this.#lastBar.closeTimeMs > BRIDGED_GAP_MS) this.#beginAnew();
    if (toMs >= this.#nextSecondMs) this.#nextSecondMs = secondAfter(toMs - 1);
  }

  /** When this desk has something to decide next, if nothing happens before; infinite while it sleeps without bars. */
  get dueMs(): number {
    if (this.#nextSecondMs - this.#lastFlowMs <= SLEEP_AFTER_MS) return this.#nextSecondMs;
    const closeMs = this.#builder.active ? this.#builder.nextCloseMs : Number.POSITIVE_INFINITY;
    return Math.max(closeMs, this.#nextSecondMs);
  }

  /** Everything before `nowMs` has been seen: closes what is over by then, second by second while data flow. */
  advanceTo(nowMs: number): void {
    while (this.#nextSecondMs <= nowMs) {
      const awake = this.#nextSecondMs - this.#lastFlowMs <= SLEEP_AFTER_MS;
      const closeMs = this.#builder.active ? this.#builder.nextCloseMs : Number.POSITIVE_INFINITY;
      if (awake || closeMs <= this.#nextSecondMs) {
        this.#processSecond(this.#nextSecondMs, awake);
        this.#nextSecondMs += SECOND_MS;
      } else {
        this.#nextSecondMs = Math.min(closeMs, secondAfter(nowMs));
      }
    }
  }

  /** Moves to the time of a market event; false when its second has already been decided. */
  #admit(eventTimeMs: number): boolean {
    if (eventTimeMs < this.#nextSecondMs - SECOND_MS) {
      this.#census.countProblem('late event');
      return false;
    }
    this.advanceTo(eventTimeMs);
    if (eventTimeMs - this.#lastFlowMs > SLEEP_AFTER_MS) this.#panel.wake();
    this.#lastFlowMs = Math.max(this.#lastFlowMs, eventTimeMs);
    return true;
  }

  /** The first trade, or the first after a gap: goes on from the last bar when nothing can be missing in between. */
  #beginBars(eventTimeMs: number): void {
    const bar = this.#unbrokenBar;
    if (bar === undefined || eventTimeMs - bar.closeTimeMs > GAP_AFTER_MS || eventTimeMs < bar.closeTimeMs) return;
    this.#builder.continueAfter(bar);
    while (this.#builder.nextCloseMs <= eventTimeMs) {
      const minute = this.#builder.close();
      if (minute !== undefined) this.#closeMinute(minute);
    }
  }

  #processSecond(nowMs: number, awake: boolean): void {
    let closed: readonly Timeframe[] = NONE;
    if (this.#builder.active && this.#builder.nextCloseMs <= nowMs) closed = this.#closeBuilt(nowMs);
    if (!awake) {
      this.#decide(closed, nowMs);
      return;
    }
    this.#panel.onSecond(nowMs, this.#middlePrice(nowMs));
    if (this.#watch !== undefined && nowMs - this.#quoteTimeMs <= SLEEP_AFTER_MS) {
      const [bidPrice, askPrice, depth] = [this.#bidPrice, this.#askPrice, this.#depth];
      this.#watch.onSecond({ nowMs, bidPrice, askPrice, depth, sigmaPerSecond: this.sigmaPerSecond });
      this.#depth = undefined;
    }
    this.#decide(this.#settings.timeframes, nowMs);
  }

  /** Closes the minute that was built from trades. @returns the timeframes of which a bar closed */
  #closeBuilt(nowMs: number): readonly Timeframe[] {
    if (nowMs - this.#tradeTimeMs > GAP_AFTER_MS) {
      // Quotes alone do not say whether nobody trades or nobody tells us.
      this.#census.countProblem('no trade for 10 minutes');
      this.#loseBars();
      return NONE;
    }
    const bar = this.#builder.close();
    const known = this.#lastBar !== undefined && bar !== undefined && bar.closeTimeMs <= this.#lastBar.closeTimeMs;
    return bar === undefined || known ? NONE : this.#closeMinute(bar);
  }

  #takeRecorded(bar: Bar): readonly Timeframe[] {
    if (bar.volume > 0) {
      this.#recordedClose = bar.close;
      this.#recordedTimeMs = bar.closeTimeMs;
    }
    return this.#closeMinute(bar);
  }

  /** What is forming is worth nothing, and nobody may go on voting on the bars before. */
  #loseBars(): void {
    this.#builder.drop();
    this.#unbrokenBar = undefined;
    this.#panel.loseBars();
  }

  #lastPrice(): number | undefined {
    if (this.#tradeTimeMs > Number.NEGATIVE_INFINITY) return this.#tradePrice;
    return this.#lastBar?.close;
  }

  #middlePrice(nowMs: number): number | undefined {
    if (nowMs - this.#quoteTimeMs <= SLEEP_AFTER_MS) return (this.#bidPrice + this.#askPrice) / 2;
    return nowMs - this.#tradeTimeMs <= SLEEP_AFTER_MS ? this.#tradePrice : undefined;
  }

  /** @returns the timeframes of which a bar closed, shortest first */
  #closeMinute(bar: Bar): readonly Timeframe[] {
    if (this.#lastBar !== undefined && bar.openTimeMs - this.#lastBar.closeTimeMs > BRIDGED_GAP_MS) this.#beginAnew();
    this.#lastBar = bar;
    this.#unbrokenBar = bar;
    this.#shelf.add(bar);
    this.#atr?.add(bar);
    return this.#panel.onMinute(bar);
  }

  #decide(timeframes: readonly Timeframe[], nowMs: number): void {
    const counted = nowMs >= this.#census.fromMs;
    for (const timeframe of timeframes) {
      const seats = this.#panel.seats[timeframe];
      if (seats === undefined) continue;
      const opinions = seats.read(nowMs);
      if (counted) this.#census.countOpinions(opinions);
      const decision = this.#fusion.decide(opinions);
      if (typeof decision === 'string') {
        seats.standing = undefined;
        if (counted) this.#census.countSilence(decision);
      } else if (seats.standing === decision.side) {
        if (counted) this.#census.countSilence('same_condition');
      } else {
        seats.standing = decision.side;
        this.#onDecision(this, timeframe, decision, opinions, nowMs);
      }
    }
  }

  #beginAnew(): void {
    this.#census.countProblem('gap over 30 minutes: warming up anew');
    this.#panel = new Panel(this.instrument, this.#settings);
    this.#lastBar = undefined;
    this.#beginAtr();
  }

  #beginAtr(): void {
    const exits = this.#settings.trading?.exits;
    if (exits?.trailing === true) this.#atr = new Atr({ period: exits.trailingMinutes });
  }

  #remember(bidPrice: number, askPrice: number, timeMs: number): void {
    this.#bidPrice = bidPrice;
    this.#askPrice = askPrice;
    this.#quoteTimeMs = timeMs;
  }
}

const NONE: readonly Timeframe[] = [];

function depthOf({ bidSizes, askSizes }: Book): number {
  let depth = 0;
  for (let level = 0; level < bidSizes.length; level += 1) depth += bidSizes[level]!;
  for (let level = 0; level < askSizes.length; level += 1) depth += askSizes[level]!;
  return depth;
}

/** The first whole second after `timeMs`. */
const secondAfter = (timeMs: number): number => (Math.floor(timeMs / SECOND_MS) + 1) * SECOND_MS;
