import { EwVolatility } from '../indicators/ew-volatility.ts';
import type { Bar } from '../market/bar.ts';
import { BarAggregator } from '../market/bar-builder.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Timeframe } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';
import type { Opinion, Strategy } from '../strategies/strategy.ts';
import type { EngineSettings } from './settings.ts';

type Listener<Hook extends 'onTrade' | 'onQuote' | 'onBook' | 'onBar' | 'onSecond'> = Strategy &
  Required<Pick<Strategy, Hook>>;

const VOLATILITY_SECONDS = 300;

/** The strategies that vote on one timeframe, in the order of the configuration. */
class Seats {
  /** The side of the decision that stood at the last look. */
  standing: Side | undefined;
  readonly #strategies: readonly Strategy[];
  readonly #opinions: Opinion[] = [];

  constructor(strategies: readonly Strategy[]) {
    this.#strategies = strategies;
  }

  /** What everybody thinks now. The array is reused by the next reading. */
  read(): readonly Opinion[] {
    for (let seat = 0; seat < this.#strategies.length; seat += 1) {
      this.#opinions[seat] = this.#strategies[seat]!.opinion;
    }
    return this.#opinions;
  }
}

/** Everything of one instrument that warms up: the strategies of all timeframes, the longer bars, the volatility. */
export class Panel {
  readonly seats: Partial<Record<Timeframe, Seats>> = {};
  #bySecond = new EwVolatility({ seconds: VOLATILITY_SECONDS });
  /** Five minute bars would be too few to know a deviation from. */
  readonly #byMinute = new EwVolatility({ seconds: 1800, stepSeconds: 60 });
  tradeListeners: readonly Listener<'onTrade'>[] = [];
  quoteListeners: readonly Listener<'onQuote'>[] = [];
  bookListeners: readonly Listener<'onBook'>[] = [];
  #secondListeners: readonly Listener<'onSecond'>[] = [];
  #barListeners: readonly Listener<'onBar'>[] = [];
  readonly #instrument: Instrument;
  readonly #settings: EngineSettings;
  readonly #strategies = new Map<string, Strategy>();
  readonly #threeMinutes = new BarAggregator('3m');
  readonly #fiveMinutes = new BarAggregator('5m');

  constructor(instrument: Instrument, settings: EngineSettings) {
    this.#instrument = instrument;
    this.#settings = settings;
    this.#seat();
  }

  /** Standard deviation of the one-second return, a fraction; from minutes as long as seconds do not know it. */
  get sigmaPerSecond(): number | undefined {
    return this.#bySecond.value ?? this.#byMinute.value;
  }

  onSecond(secondMs: number, price: number | undefined): void {
    if (price !== undefined) this.#bySecond.add(price);
    for (const listener of this.#secondListeners) listener.onSecond(secondMs);
  }

  /** Seconds were skipped: the next price is not one second after the last. */
  wake(): void {
    this.#bySecond = new EwVolatility({ seconds: VOLATILITY_SECONDS });
  }

  /** Replaces the strategies that live on trades and quotes alone: what they remember is from before a gap. */
  forgetFlow(): void {
    for (const [key, strategy] of this.#strategies) if (strategy.onBar === undefined) this.#strategies.delete(key);
    this.#seat();
  }

  /**
   * Hands a closed minute, and the longer bars it completes, to the strategies.
   * @returns the timeframes of which a bar closed, shortest first
   */
  onMinute(minute: Bar): readonly Timeframe[] {
    this.#byMinute.add(minute.close);
    for (const listener of this.#barListeners) listener.onBar(minute);
    const three = this.#threeMinutes.add(minute);
    if (three !== undefined) for (const listener of this.#barListeners) listener.onBar(three);
    const five = this.#fiveMinutes.add(minute);
    if (five !== undefined) for (const listener of this.#barListeners) listener.onBar(five);
    return three === undefined
      ? five === undefined
        ? ONE
        : ONE_FIVE
      : five === undefined
        ? ONE_THREE
        : ONE_THREE_FIVE;
  }

  #seat(): void {
    for (const timeframe of this.#settings.timeframes) {
      const standing = this.seats[timeframe]?.standing;
      const seats = new Seats(this.#settings.seats.map((_, seat) => this.#strategyOf(seat, timeframe)));
      seats.standing = standing;
      this.seats[timeframe] = seats;
    }
    const all = [...this.#strategies.values()];
    this.tradeListeners = all.filter((strategy) => strategy.onTrade !== undefined) as Listener<'onTrade'>[];
    this.quoteListeners = all.filter((strategy) => strategy.onQuote !== undefined) as Listener<'onQuote'>[];
    this.bookListeners = all.filter((strategy) => strategy.onBook !== undefined) as Listener<'onBook'>[];
    this.#secondListeners = all.filter((strategy) => strategy.onSecond !== undefined) as Listener<'onSecond'>[];
    this.#barListeners = all.filter((strategy) => strategy.onBar !== undefined) as Listener<'onBar'>[];
  }

  #strategyOf(seat: number, timeframe: Timeframe): Strategy {
    const { definition, options } = this.#settings.seats[seat]!;
    const shared = definition.scope === 'instrument';
    const key = shared ? `${seat}` : `${seat} ${timeframe}`;
    const known = this.#strategies.get(key);
    if (known !== undefined) return known;
    const context = { instrument: this.#instrument, timeframe: shared ? ('1m' as const) : timeframe };
    const strategy = definition.create(context, options);
    this.#strategies.set(key, strategy);
    return strategy;
  }
}

const ONE = ['1m'] as const;
const ONE_THREE = ['1m', '3m'] as const;
const ONE_FIVE = ['1m', '5m'] as const;
const ONE_THREE_FIVE = ['1m', '3m', '5m'] as const;
