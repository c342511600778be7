import { EwVolatility } from '../indicators/ew-volatility.ts';
import type { Bar } from '../market/bar.ts';
import { BarAggregator } from '../market/bar-builder.ts';
import type { Instrument } from '../market/instrument.ts';
import { SECOND_MS, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';
import type { Opinion, Strategy } from '../strategies/strategy.ts';
import type { EngineSettings } from './settings.ts';

type Hook = 'onTrade' | 'onQuote' | 'onBook' | 'onBar' | 'onSecond';
type Listener<H extends Hook> = Strategy & Required<Pick<Strategy, H>>;

interface Seated {
  readonly strategy: Strategy;
  /** The horizon it votes for; `undefined` for all of them. */
  readonly timeframe: Timeframe | undefined;
}

const hearing = <H extends Hook>(seated: readonly Seated[], hook: H): readonly Listener<H>[] =>
  seated.map(({ strategy }) => strategy).filter((strategy): strategy is Listener<H> => strategy[hook] !== undefined);

const VOLATILITY_SECONDS = 300;

/** When the last bar of each timeframe closed, market time. */
type ClosedMs = Record<Timeframe, number>;

/** The bars that an opinion rests on: of the seat's own timeframe, of minutes, or none. */
type Rests = 'own' | 'minute' | 'none';

interface Seat {
  readonly strategy: Strategy;
  readonly rests: Rests;
}

const STALE_BARS: Opinion = { side: undefined, reason: 'stale bars' };
const INVALID_VOTE: Opinion = { side: undefined, reason: 'invalid vote' };

/** The strategies that vote on one timeframe, in the order of the configuration. */
class Seats {
  /** The side of the decision that stood at the last look. */
  standing: Side | undefined;
  readonly #timeframe: Timeframe;
  readonly #seats: readonly Seat[];
  readonly #closedMs: ClosedMs;
  readonly #opinions: Opinion[] = [];

  constructor(timeframe: Timeframe, seats: readonly Seat[], closedMs: ClosedMs) {
    this.#timeframe = timeframe;
    this.#seats = seats;
    this.#closedMs = closedMs;
  }

  /**
   * What everybody thinks now. The array is reused by the next reading.
   * An opinion about bars ends when the next bar is overdue: lost input may only silence.
   */
  read(nowMs: number): readonly Opinion[] {
    const ownStale = this.#stale(this.#timeframe, nowMs);
    const minuteStale = this.#stale('1m', nowMs);
    for (let seat = 0; seat < this.#seats.length; seat += 1) {
      const { strategy, rests } = this.#seats[seat]!;
      const opinion = strategy.opinion;
      const stale = rests === 'own' ? ownStale : rests === 'minute' && minuteStale;
      this.#opinions[seat] = !isValid(opinion)
        ? INVALID_VOTE
        : stale && opinion.side !== undefined
          ? STALE_BARS
          : opinion;
    }
    return this.#opinions;
  }

  #stale(timeframe: Timeframe, nowMs: number): boolean {
    return nowMs - this.#closedMs[timeframe] > TIMEFRAME_MS[timeframe] + SECOND_MS;
  }
}

/** Strategies of users come from JavaScript: what is not clearly a vote is none. */
function isValid(opinion: Opinion): boolean {
  if (typeof opinion !== 'object' || opinion === null) return false;
  if (opinion.side === undefined) return typeof opinion.reason === 'string';
  return (opinion.side === 'buy' || opinion.side === 'sell') && opinion.strength >= 0 && opinion.strength <= 100;
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
  /** A strategy of one timeframe hears its bars only, one of the instrument hears all. */
  readonly #barListeners: Record<Timeframe, readonly Listener<'onBar'>[]> = { '1m': [], '3m': [], '5m': [] };
  readonly #closedMs: ClosedMs = { ...NEVER };
  readonly #instrument: Instrument;
  readonly #settings: EngineSettings;
  readonly #strategies = new Map<string, Seated>();
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

  /** Bars are missing: until the next one closes, nobody votes on those before. */
  loseBars(): void {
    Object.assign(this.#closedMs, NEVER);
  }

  /** Replaces the strategies that live on trades and quotes alone: what they remember is from before a gap. */
  forgetFlow(): void {
    for (const [key, { strategy }] of this.#strategies) if (strategy.onBar === undefined) this.#strategies.delete(key);
    this.#seat();
  }

  /**
   * Hands a closed minute, and the longer bars it completes, to the strategies.
   * @returns the timeframes of which a bar closed, shortest first
   */
  onMinute(minute: Bar): readonly Timeframe[] {
    this.#byMinute.add(minute.close);
    this.#tell(minute);
    const three = this.#threeMinutes.add(minute);
    if (three !== undefined) this.#tell(three);
    const five = this.#fiveMinutes.add(minute);
    if (five !== undefined) this.#tell(five);
    return three === undefined
      ? five === undefined
        ? ONE
        : ONE_FIVE
      : five === undefined
        ? ONE_THREE
        : ONE_THREE_FIVE;
  }

  #tell(bar: Bar): void {
    this.#closedMs[bar.timeframe] = bar.closeTimeMs;
    for (const listener of this.#barListeners[bar.timeframe]) listener.onBar(bar);
  }

  #seat(): void {
    for (const timeframe of this.#settings.timeframes) {
      const standing = this.seats[timeframe]?.standing;
      const seats = new Seats(
        timeframe,
        this.#settings.seats.map(({ definition }, seat) => {
          const strategy = this.#strategyOf(seat, timeframe);
          const rests: Rests = definition.scope === 'instrument' ? 'minute' : 'own';
          return { strategy, rests: strategy.onBar === undefined ? 'none' : rests };
        }),
        this.#closedMs,
      );
      seats.standing = standing;
      this.seats[timeframe] = seats;
    }
    const all = [...this.#strategies.values()];
    this.tradeListeners = hearing(all, 'onTrade');
    this.quoteListeners = hearing(all, 'onQuote');
    this.bookListeners = hearing(all, 'onBook');
    this.#secondListeners = hearing(all, 'onSecond');
    for (const timeframe of TIMEFRAMES) {
      const own = all.filter((seated) => seated.timeframe === undefined || seated.timeframe === timeframe);
      this.#barListeners[timeframe] = hearing(own, 'onBar');
    }
  }

  #strategyOf(seat: number, timeframe: Timeframe): Strategy {
    const { definition, options } = this.#settings.seats[seat]!;
    const shared = definition.scope === 'instrument';
    const key = shared ? `${seat}` : `${seat} ${timeframe}`;
    const known = this.#strategies.get(key);
    if (known !== undefined) return known.strategy;
    const context = { instrument: this.#instrument, timeframe: shared ? ('1m' as const) : timeframe };
    const strategy = definition.create(context, options);
    this.#strategies.set(key, { strategy, timeframe: shared ? undefined : timeframe });
    return strategy;
  }
}

const NEVER: Readonly<ClosedMs> = {
  '1m': Number.NEGATIVE_INFINITY,
  '3m': Number.NEGATIVE_INFINITY,
  '5m': Number.NEGATIVE_INFINITY,
};

const ONE = ['1m'] as const;
const ONE_THREE = ['1m', '3m'] as const;
const ONE_FIVE = ['1m', '5m'] as const;
const ONE_THREE_FIVE = ['1m', '3m', '5m'] as const;
