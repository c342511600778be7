import type { Decoded } from '../decoded.ts';
import type { Bar } from '../market/bar.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import type { Timeframe } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';

/** What a strategy thinks now. 100 is full agreement of its own conditions, its entry condition is at least 50. */
export interface Vote {
  readonly side: Side;
  /** In [0, 100], free of the price scale. */
  readonly strength: number;
  /** One phrase with the numbers that decided. May be built on demand: read it before the next event. */
  readonly reason: string;
}

/** Why there is no vote: a short constant phrase (it is a key that silences are counted by), no numbers in it. */
export interface Abstention {
  readonly side: undefined;
  readonly reason: string;
}

export type Opinion = Vote | Abstention;

/**
 * Market data in, an opinion out, never an order. One instance sees one instrument, in the order of exchange time.
 * Events may be reused by their source after the call: whoever keeps one copies it.
 *
 * Bar strategies change their opinion in `onBar` and hold it until the next; flow strategies in `onSecond`.
 */
export interface Strategy {
  onTrade?(trade: Trade): void;
  onQuote?(quote: Quote): void;
  onBook?(book: Book): void;
  /**
   * A closed bar: of its own timeframe for a strategy of scope `timeframe`, of every timeframe for one of scope
   * `instrument`, the shorter first at a shared close.
   */
  onBar?(bar: Bar): void;
  /** Everything before `secondMs`, a whole market second, has been seen. Called each second while data flow. */
  onSecond?(secondMs: number): void;
  /** What the strategy thinks as of the last event. Reading changes nothing. */
  readonly opinion: Opinion;
}

export interface StrategyContext {
  readonly instrument: Instrument;
  /** The horizon this instance votes for. A strategy of scope `instrument` is shared by all and gets `1m`. */
  readonly timeframe: Timeframe;
}

/** One entry of the registry. `Options` is what the user may set in the config. */
export interface StrategyDefinition<Options = unknown> {
  readonly name: string;
  /** One sentence: what it follows. */
  readonly summary: string;
  /** `timeframe`: one instance per horizon. `instrument`: one instance, whose opinion counts on every horizon. */
  readonly scope: 'instrument' | 'timeframe';
  /** The longest period among its indicators, in bars of its timeframe; 0 when it needs no bars. */
  readonly longestPeriodBars: number;
  readonly defaults: Options;
  /** Checks what the user wrote. Gets the defaults with the user's values laid over them. */
  parse(options: Readonly<Record<string, unknown>>): Decoded<Options>;
  create(context: StrategyContext, options: Options): Strategy;
}
