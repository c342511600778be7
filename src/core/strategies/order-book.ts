import { MultiLevelOfi } from '../indicators/multi-level-ofi.ts';
import { OrderFlowImbalance } from '../indicators/order-flow-imbalance.ts';
import { BOOK_LEVELS, type Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import type { Trade } from '../market/trade.ts';
import { Absorption } from './absorption.ts';
import { EwScale } from './ew-scale.ts';
import { clip, reaches } from './lean.ts';
import { abstention, LazyVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyDefinition } from './strategy.ts';

export interface OrderBookOptions {
  /** Levels of each side that count; quotes have one. */
  readonly levels: number;
  /** Time constants of order flow and of the microprice, seconds. */
  readonly flowSeconds: number;
  readonly micropriceSeconds: number;
  /** Memory of usual depth and of what is usual at all, seconds. */
  readonly depthSeconds: number;
  readonly memorySeconds: number;
  /** Seconds with a book that must have been seen before anything is called usual. */
  readonly warmupSeconds: number;
  /** Without a book for longer than this, everything going on is forgotten. */
  readonly staleSeconds: number;
  /** The same for the trades that absorption is read from. */
  readonly tradesStaleSeconds: number;
  /** Order flow in its usual size that agrees in full. */
  readonly flowFull: number;
  /** Distance of the microprice from the middle, in half spreads, that agrees in full. */
  readonly micropriceFull: number;
  /** How much full absorption adds or takes, as a share of full agreement. */
  readonly absorptionShare: number;
  /** Least strength of a vote. */
  readonly entryStrength: number;
}

const NAME = 'order-book';
const NO_BOOK = abstention('no book');
const STALE_BOOK = abstention('stale book');
const SIZES_MISSING = abstention('book sizes missing');
const BOOK_BALANCED = abstention('book balanced');

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Follows the side of the book that fills up while the other is taken. On every market second:
 *
 *   flow         order-flow imbalance over depth, in its usual size of the last `memorySeconds`, over `flowFull`
 *   microprice   (microprice - middle) / half spread = (bid size - ask size) / (bid size + ask size), over its full value
 *   absorption   aggressors who do not move the price: the side that absorbs them (absorption.ts)
 *
 * The vote is the mean of flow and microprice, each within [-1, 1], plus `absorptionShare` × absorption: its sign is the
 * side, its size × 100 the strength. Reads Book events where there are any, else Quotes: then level 1 is all there is.
 */
class OrderBook implements Strategy {
  opinion: Opinion = NO_BOOK;
  readonly #options: OrderBookOptions;
  readonly #staleMs: number;
  readonly #usualFlow: EwScale;
  readonly #absorption: Absorption;
  #multiLevel: MultiLevelOfi;
  #bestLevel = new OrderFlowImbalance();
  #source: 'book' | 'quote' | undefined;
  #lastBookMs = NEVER;
  #lastEventMs = NEVER;
  #sizesMissing = false;
  #bidPrice = 0;
  #bidSize = 0;
  #askPrice = 0;
  #askSize = 0;
  #flow = 0;
  #microprice = 0;
  #depth = 0;
  #depthCount = 0;

  constructor(options: OrderBookOptions) {
    this.#options = options;
    this.#staleMs = options.staleSeconds * 1_000;
    this.#usualFlow = new EwScale({ seconds: options.memorySeconds });
    this.#multiLevel = new MultiLevelOfi({ levels: options.levels });
    this.#absorption = new Absorption({
      seconds: options.flowSeconds,
      memorySeconds: options.memorySeconds,
      warmupSeconds: options.warmupSeconds,
      staleSeconds: options.tradesStaleSeconds,
    });
  }

  onTrade(trade: Trade): void {
    this.#absorption.onTrade(trade);
  }

  onQuote(quote: Quote): void {
    // The deeper source speaks for both: mixed, every change of the best level would be counted twice.
    if (quote.eventTimeMs - this.#lastBookMs <= this.#staleMs) return;
    if (!this.#follow('quote', quote.eventTimeMs, quote.bidSize > 0 && quote.askSize > 0)) return;
    this.#best(quote.bidPrice, quote.bidSize, quote.askPrice, quote.askSize);
    this.#bestLevel.onQuote(quote);
  }

  onBook(book: Book): void {
    const { bidPrices, bidSizes, askPrices, askSizes } = book;
    this.#lastBookMs = book.eventTimeMs;
    if (!this.#follow('book', book.eventTimeMs, (bidSizes[0] ?? 0) > 0 && (askSizes[0] ?? 0) > 0)) return;
    this.#best(bidPrices[0]!, bidSizes[0]!, askPrices[0]!, askSizes[0]!);
    this.#multiLevel.onBook(book);
  }

  onSecond(secondMs: number): void {
    this.opinion = this.#close(secondMs);
  }

  /** False when the event cannot be used. Changes made while nobody watched, or seen by another source, do not count. */
  #follow(source: 'book' | 'quote', eventTimeMs: number, hasSizes: boolean): boolean {
    if (source !== this.#source || eventTimeMs - this.#lastEventMs > this.#staleMs) this.#forget();
    this.#source = source;
    this.#lastEventMs = eventTimeMs;
    this.#sizesMissing = !hasSizes;
    return hasSizes;
  }

  #best(bidPrice: number, bidSize: number, askPrice: number, askSize: number): void {
    this.#bidPrice = bidPrice;
    this.#bidSize = bidSize;
    this.#askPrice = askPrice;
    this.#askSize = askSize;
  }

  #close(secondMs: number): Opinion {
    if (this.#source === undefined || this.#sizesMissing || secondMs - this.#lastEventMs > this.#staleMs) {
      this.#forget();
      if (this.#lastEventMs === NEVER) return NO_BOOK;
      return secondMs - this.#lastEventMs > this.#staleMs ? STALE_BOOK : SIZES_MISSING;
    }
    const options = this.#options;
    const isDeep = this.#source === 'book';
    const arrived = isDeep ? this.#multiLevel.takeSecond() : this.#bestLevel.takeSecond();
    const depth = isDeep ? this.#multiLevel.depth : (this.#bidSize + this.#askSize) / 2;
    const size = this.#bidSize + this.#askSize;
    this.#depthCount = Math.min(this.#depthCount + 1, options.depthSeconds);
    this.#depth += (depth - this.#depth) / this.#depthCount;
    this.#flow += (arrived / this.#depth - this.#flow) / options.flowSeconds;
    this.#microprice += ((this.#bidSize - this.#askSize) / size - this.#microprice) / options.micropriceSeconds;
    const absorption = this.#absorption.onSecond(secondMs, (this.#bidPrice + this.#askPrice) / 2);

    const isWarm = this.#usualFlow.count >= options.warmupSeconds;
    const flow = this.#usualFlow.measure(this.#flow);
    this.#usualFlow.learn(this.#flow);
    if (!isWarm) return WARMING_UP;
    const conditions = clip(flow / options.flowFull, 1) + clip(this.#microprice / options.micropriceFull, 1);
    const agreement = clip(conditions / 2 + options.absorptionShare * absorption, 1);
    const strength = 100 * Math.abs(agreement);
    if (!reaches(strength, options.entryStrength)) return BOOK_BALANCED;
    const facts = { flow, microprice: this.#microprice, absorption, levels: isDeep ? options.levels : 1 };
    return new LazyVote(agreement, strength, facts, phrase);
  }

  #forget(): void {
    if (this.#source === undefined) {
      this.#absorption.forget();
      return;
    }
    this.#source = undefined;
    this.#multiLevel = new MultiLevelOfi({ levels: this.#options.levels });
    this.#bestLevel = new OrderFlowImbalance();
    this.#flow = 0;
    this.#microprice = 0;
    this.#depth = 0;
    this.#depthCount = 0;
    this.#absorption.forget();
  }
}

interface Facts {
  readonly flow: number;
  readonly microprice: number;
  readonly absorption: number;
  readonly levels: number;
}

function phrase({ flow, microprice, absorption, levels }: Facts): string {
  const flowText = `order flow ${flow.toFixed(1)}x usual over ${levels} ${levels === 1 ? 'level' : 'levels'}`;
  const micropriceText = `microprice ${microprice.toFixed(2)} half spreads off the middle`;
  const absorbed = absorption > 0 ? 'selling' : 'buying';
  const absorptionText = `${absorbed} absorbed ${Math.abs(absorption).toFixed(2)}`;
  return [flowText, micropriceText, ...(absorption === 0 ? [] : [absorptionText])].join(', ');
}

export const orderBook: StrategyDefinition<OrderBookOptions> = {
  name: NAME,
  summary: 'Follows the side of the book that fills up: order-flow imbalance, microprice and absorbed aggressors.',
  scope: 'instrument',
  longestPeriodBars: 0,
  defaults: {
    levels: 5,
    flowSeconds: 10,
    micropriceSeconds: 3,
    depthSeconds: 60,
    memorySeconds: 600,
    warmupSeconds: 60,
    staleSeconds: 2,
    tradesStaleSeconds: 5,
    flowFull: 2,
    micropriceFull: 0.5,
    absorptionShare: 0.25,
    entryStrength: 50,
  },
  parse: (written) =>
    parseOptions<OrderBookOptions>(
      NAME,
      {
        levels: wholeNumber(1, BOOK_LEVELS),
        flowSeconds: wholeNumber(1),
        micropriceSeconds: wholeNumber(1),
        depthSeconds: wholeNumber(1),
        memorySeconds: wholeNumber(10),
        warmupSeconds: wholeNumber(1),
        staleSeconds: numberBetween(1, 10),
        tradesStaleSeconds: numberBetween(1, 10),
        flowFull: numberBetween(0.01, 3),
        micropriceFull: numberBetween(0.01, 1),
        absorptionShare: numberBetween(0, 1),
        entryStrength: numberBetween(50, 100),
      },
      written,
      [
        ['flowSeconds', 'memorySeconds'],
        ['warmupSeconds', 'memorySeconds'],
      ],
    ),
  create: (_context, options) => new OrderBook(options),
};
