import { BOOK_LEVELS } from '../market/book.ts';
import { BOOK, type EventWindow, QUOTE, TRADE } from './event-window.ts';
import { FairPrice, STEP_MS } from './fair-price.ts';
import type { SimulatedInstrument } from './instruments.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { SimulatedBook } from './simulated-book.ts';

/** Distance of two levels of the book, in standard deviations of a second: fewer moves than trades, small error. */
const GAP_SIGMAS = 0.35;
/** Usual size of the best level, in mean trades. */
const DEPTH_TRADES = 30;
/** Trades excite trades (Hawkes, exponential kernel): this share of them was set off by others. */
const BRANCHING = 0.6;
const EXCITEMENT_KEEP = 0.86;
/** How much livelier an instrument is while a metaorder is worked, and how one-sided. */
const BURST_ACTIVITY = 2;
const BURST_TILT = 0.28;
/** Takers follow the move of the last seconds. */
const FOLLOW_TILT = 0.45;
/** A taker does what the last one did, whatever else he thinks. */
const IMITATION = 0.15;
/** When the price leaves a level, its orders were traded away this often, cancelled otherwise. */
const SWEEP_TRADED = 0.5;
const SWEEP_TRADES = 4;
const LIQUIDATION_TRADES = 5;
/** A spoof is this many usual sizes of its level. */
const SPOOF_SIZE = 12;

/** Trades, quotes and books of one instrument, step by step: a function of seed, instrument, scenario and start. */
export class InstrumentStream {
  readonly fair: FairPrice;
  readonly book: SimulatedBook;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #index: number;
  readonly #baseRate: number;
  readonly #meanTradeSize: number;
  readonly #moveOffsetMs: number;
  readonly #lowestBid: number;
  #window!: EventWindow;
  #excitement = 0;
  #trades = 0;
  #lastSide = 1;
  #changed = true;
  #quotedBid = 0;
  #quotedBidSize = 0;
  #quotedAsk = 0;
  #quotedAskSize = 0;
  #spoofSide = 0;
  #spoofLevel = 0;
  #spoofSize = 0;
  #spoofSteps = 0;

  /** @param index Its place in the window. */
  constructor(seed: number, instrument: SimulatedInstrument, scenario: Scenario, startTicks: number, index: number) {
    const { symbol, tickSize, stepSize, startPrice, sigmaBps, tradesPerSecond, tradeValue } = instrument;
    this.#index = index;
    this.#scenario = scenario;
    this.#random = Random.of(seed, `${symbol} flow`);
    this.fair = new FairPrice(seed, instrument, scenario, startTicks);
    this.#baseRate = (tradesPerSecond * STEP_MS) / 1_000;
    this.#meanTradeSize = Math.max(1, tradeValue / startPrice / stepSize);
    // The grid follows from the listed price, so that a restart at another price trades on the same one.
    const gap = Math.max(1, Math.round((startPrice * GAP_SIGMAS * sigmaBps * 1e-4) / tickSize));
    const spread = scenario.spread === 1 ? 1 : Math.max(1, Math.round(gap / 2)) * scenario.spread;
    const usualSize = Math.max(2, this.#meanTradeSize * DEPTH_TRADES * scenario.depth);
    this.#lowestBid = BOOK_LEVELS * gap;
    const bestBid = Math.max(this.#lowestBid, startTicks - Math.floor(spread / 2));
    this.book = new SimulatedBook(this.#random, { gap, spread, bestBid, usualSize });
    // Instruments move at different moments of the step, as they would.
    this.#moveOffsetMs = this.#random.word() % (STEP_MS / 2);
  }

  /** Adds the events of the next STEP_MS to `window`. */
  advance(window: EventWindow): void {
    this.#window = window;
    const moveMs = this.#moveOffsetMs;
    const bookMs = moveMs + STEP_MS / 2;
    this.#excitement *= EXCITEMENT_KEEP;
    this.#activity(0, moveMs);
    this.fair.advance();
    if (this.#scenario.spoofsPerMinute > 0) this.#spoof(moveMs);
    this.#follow(moveMs);
    this.#activity(moveMs, bookMs);
    if (this.#changed) this.#publishBook(bookMs);
    this.#activity(bookMs, STEP_MS);
  }

  /** Trades and orders that come and go in `[fromMs, toMs)`, at random times. */
  #activity(fromMs: number, toMs: number): void {
    const random = this.#random;
    const burst = this.fair.metaorder.side !== 0 ? 1 + BURST_ACTIVITY : 1;
    const quiet = this.#baseRate * (1 - BRANCHING) * (0.6 + 0.5 * this.fair.state.sigma) * burst;
    const orders = 0.1 + this.#baseRate;
    let timeMs = fromMs;
    for (;;) {
      const trades = quiet + this.#excitement;
      timeMs += (random.exponential() * STEP_MS) / (trades + orders);
      if (timeMs >= toMs) return;
      const offsetMs = Math.floor(timeMs);
      if (random.uniform() * (trades + orders) < trades) this.#take(offsetMs);
      else this.#flicker(offsetMs);
    }
  }

  /** Somebody crosses the spread. A best level is never traded away here: only the fair price moves the book. */
  #take(offsetMs: number): void {
    const random = this.#random;
    const { state, metaorder, recentMove } = this.fair;
    if (random.uniform() >= IMITATION) {
      const move = Math.min(2, Math.max(-2, recentMove));
      const tilt = this.#scenario.flowTilt * state.signal + FOLLOW_TILT * move + BURST_TILT * metaorder.side;
      this.#lastSide = random.uniform() < 0.5 + Math.min(0.47, Math.max(-0.47, tilt)) ? 1 : -1;
    }
    this.#excitement += BRANCHING * (1 - EXCITEMENT_KEEP);
    const sizes = this.#lastSide > 0 ? this.book.asks : this.book.bids;
    const size = Math.max(1, Math.min(this.#sampleSize(), sizes[0]! >> 1));
    this.#print(offsetMs, this.#lastSide > 0 ? this.book.bestAsk : this.book.bestBid, size, this.#lastSide);
    sizes[0] = Math.max(1, sizes[0]! - size);
    this.#quote(offsetMs);
  }

  #flicker(offsetMs: number): void {
    const { state, metaorder } = this.fair;
    const lean = Math.min(1, Math.max(-1, 0.5 * this.#scenario.flowTilt * state.signal + 0.25 * metaorder.side));
    const bid = this.#random.uniform() < 0.5;
    const level = this.book.flicker(bid ? this.book.bids : this.book.asks, bid ? lean : -lean);
    this.#changed = true;
    if (level === 0) this.#quote(offsetMs);
  }

  /**
   * Moves the book when the fair price is far enough from its middle. A book that waited for a whole gap in continuous
   * time would be the fair price at stopping times: a martingale when that one is. Steps overshoot the gap by 0.583 of
   * their standard deviation on average (Siegmund 1979), so the wait is shorter by as much.
   */
  #follow(offsetMs: number): void {
    const { fair, book } = this;
    const distance = (fair.ticks - book.mid) / book.gap;
    const forced = fair.liquidations.side;
    if (forced !== 0 && this.#random.uniform() < 0.3) this.#sweep(offsetMs, forced * LIQUIDATION_TRADES);
    if (Math.abs(distance) < Math.max(0.5, 1 - (0.583 * fair.stepSigmaTicks) / book.gap)) return;
    // Far below where an instrument is listed its deepest bid would be worth nothing: there the book stays.
    const levels = Math.max(Math.round(distance), Math.ceil((this.#lowestBid - book.bestBid) / book.gap));
    if (levels === 0) return;
    if (this.#random.uniform() < SWEEP_TRADED) this.#sweep(offsetMs, levels * SWEEP_TRADES);
    // Who only pretended is gone before the price moves.
    if (this.#spoofSteps > 0) this.#withdrawSpoof();
    book.shift(levels);
    this.#quote(offsetMs);
  }

  /** One print of about `trades` mean trades, bought when positive, as much as the best level has. */
  #sweep(offsetMs: number, trades: number): void {
    const side = trades > 0 ? 1 : -1;
    const wanted = Math.abs(trades) * this.#meanTradeSize * (0.5 + 0.5 * this.#random.exponential());
    const size = Math.min(Math.ceil(wanted), (side > 0 ? this.book.asks : this.book.bids)[0]!);
    this.#print(offsetMs, side > 0 ? this.book.bestAsk : this.book.bestBid, size, side);
    this.#lastSide = side;
  }

  /** A large order appears on a side and is withdrawn before a second has passed. It knows nothing. */
  #spoof(offsetMs: number): void {
    const random = this.#random;
    if (this.#spoofSteps > 0) {
      this.#spoofSteps -= 1;
      if (this.#spoofSteps > 0) return;
      this.#withdrawSpoof();
    } else {
      if (random.uniform() >= (this.#scenario.spoofsPerMinute * STEP_MS) / 60_000) return;
      this.#spoofSide = random.uniform() < 0.5 ? 1 : -1;
      this.#spoofLevel = random.word() % 3;
      this.#spoofSize = Math.ceil(this.book.usual(this.#spoofLevel) * SPOOF_SIZE);
      this.#spoofSteps = 2 + (random.word() % 8);
      this.#spoofed[this.#spoofLevel]! += this.#spoofSize;
    }
    this.#changed = true;
    this.#quote(offsetMs);
  }

  #withdrawSpoof(): void {
    this.#spoofSteps = 0;
    this.#spoofed[this.#spoofLevel] = Math.max(1, this.#spoofed[this.#spoofLevel]! - this.#spoofSize);
  }

  get #spoofed(): Int32Array {
    return this.#spoofSide > 0 ? this.book.bids : this.book.asks;
  }

  /** Many small trades, few large ones: an exponential number to the power of 3/2, with the mean of the instrument. */
  #sampleSize(): number {
    const e = this.#random.exponential();
    return Math.max(1, Math.round(this.#meanTradeSize * e * Math.sqrt(e) * 0.7523));
  }

  #print(offsetMs: number, priceTicks: number, size: number, side: number): void {
    this.#trades += 1;
    this.#window.add(TRADE, this.#index, offsetMs, priceTicks, size, side, this.#trades);
  }

  #quote(offsetMs: number): void {
    const { book } = this;
    this.#changed = true;
    const bidSize = book.bids[0]!;
    const askSize = book.asks[0]!;
    const same = book.bestBid === this.#quotedBid && bidSize === this.#quotedBidSize;
    if (same && book.bestAsk === this.#quotedAsk && askSize === this.#quotedAskSize) return;
    this.#quotedBid = book.bestBid;
    this.#quotedBidSize = bidSize;
    this.#quotedAsk = book.bestAsk;
    this.#quotedAskSize = askSize;
    this.#window.add(QUOTE, this.#index, offsetMs, book.bestBid, bidSize, book.bestAsk, askSize);
  }

  #publishBook(offsetMs: number): void {
    this.#changed = false;
    const { book } = this;
    const at = this.#index * 2 * BOOK_LEVELS;
    this.#window.levels.set(book.bids, at);
    this.#window.levels.set(book.asks, at + BOOK_LEVELS);
    this.#window.add(BOOK, this.#index, offsetMs, book.bestBid, 0, book.bestAsk, book.gap);
  }
}
