import { Ema } from '../indicators/ema.ts';
import { Macd } from '../indicators/macd.ts';
import { Rsi } from '../indicators/rsi.ts';
import type { Bar } from '../market/bar.ts';
import { TIMEFRAMES, type Timeframe } from '../market/timeframe.ts';
import { clip, lean, reaches } from './lean.ts';
import { abstention, type Speaker, StandingVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyDefinition } from './strategy.ts';

export interface MomentumOptions {
  readonly rsiPeriod: number;
  /** How far from 50 the RSI agrees in full, in RSI points. */
  readonly rsiFullPoints: number;
  readonly macdFast: number;
  readonly macdSlow: number;
  readonly macdSignal: number;
  readonly emaFast: number;
  readonly emaMiddle: number;
  readonly emaSlow: number;
  /** Least strength of a vote. */
  readonly entryStrength: number;
}

const NAME = 'momentum';
const TIMEFRAMES_DISAGREE = abstention('timeframes disagree');

/** Momentum of one timeframe: the mean of RSI, MACD and EMA order, each within [-1, 1]. */
class Reading {
  readonly #options: MomentumOptions;
  readonly #rsi: Rsi;
  readonly #macd: Macd;
  readonly #emaFast: Ema;
  readonly #emaMiddle: Ema;
  readonly #emaSlow: Ema;
  isWarm = false;
  /** Both mean nothing while warming up. */
  momentum = 0;
  rsi = 50;

  constructor(options: MomentumOptions) {
    this.#options = options;
    this.#rsi = new Rsi({ period: options.rsiPeriod });
    this.#macd = new Macd({ fast: options.macdFast, slow: options.macdSlow, signal: options.macdSignal });
    this.#emaFast = new Ema({ period: options.emaFast });
    this.#emaMiddle = new Ema({ period: options.emaMiddle });
    this.#emaSlow = new Ema({ period: options.emaSlow });
  }

  add(close: number): void {
    const rsi = this.#rsi.add(close);
    const hasMacd = this.#macd.advance(close);
    const fast = this.#emaFast.add(close);
    const middle = this.#emaMiddle.add(close);
    const slow = this.#emaSlow.add(close);
    if (rsi === undefined || !hasMacd) return;
    if (fast === undefined || middle === undefined || slow === undefined) return;
    const strengthIndex = clip((rsi - 50) / this.#options.rsiFullPoints, 1);
    const oscillator = (lean(this.#macd.macd, close) + lean(this.#macd.histogram, close)) / 2;
    const order = (lean(fast - middle, close) + lean(middle - slow, close)) / 2;
    this.isWarm = true;
    this.rsi = rsi;
    this.momentum = (strengthIndex + oscillator + order) / 3;
  }
}

/**
 * Follows momentum that is seen on 1m, 3m and 5m together. Per timeframe the mean of
 *
 *   rsi    (RSI - 50) / `rsiFullPoints`, within [-1, 1]
 *   macd   mean of two signs: MACD line, histogram
 *   ema    mean of two signs: fast - middle EMA, middle - slow EMA
 *
 * The vote is the mean over the three timeframes: its sign is the side, its size × 100 the strength.
 */
class Momentum implements Strategy, Speaker {
  opinion: Opinion = WARMING_UP;
  readonly #vote = new StandingVote(this);
  readonly #entryStrength: number;
  readonly #readings: Readonly<Record<Timeframe, Reading>>;

  constructor(options: MomentumOptions) {
    this.#entryStrength = options.entryStrength;
    this.#readings = { '1m': new Reading(options), '3m': new Reading(options), '5m': new Reading(options) };
  }

  onBar(bar: Bar): void {
    const { '1m': one, '3m': three, '5m': five } = this.#readings;
    const reading = bar.timeframe === '1m' ? one : bar.timeframe === '3m' ? three : five;
    reading.add(bar.close);
    if (!one.isWarm || !three.isWarm || !five.isWarm) return;
    const agreement = (one.momentum + three.momentum + five.momentum) / 3;
    const strength = 100 * Math.abs(agreement);
    if (!reaches(strength, this.#entryStrength)) {
      this.opinion = TIMEFRAMES_DISAGREE;
      return;
    }
    this.opinion = this.#vote.cast(agreement, strength);
  }

  phrase(): string {
    const readings = TIMEFRAMES.map((timeframe) => this.#readings[timeframe]);
    const scores = readings.map((reading) => reading.momentum.toFixed(2)).join('/');
    const indices = readings.map((reading) => reading.rsi.toFixed(1)).join('/');
    return `momentum ${scores} on ${TIMEFRAMES.join('/')}, RSI ${indices}`;
  }
}

export const momentum: StrategyDefinition<MomentumOptions> = {
  name: NAME,
  summary: 'Follows momentum (RSI, MACD, EMA order) that 1m, 3m and 5m bars show together.',
  scope: 'instrument',
  // 26 bars (MACD slow + signal - 1) of 5m, told in bars of 1m.
  longestPeriodBars: 130,
  defaults: {
    rsiPeriod: 14,
    rsiFullPoints: 10,
    macdFast: 8,
    macdSlow: 21,
    macdSignal: 6,
    emaFast: 5,
    emaMiddle: 13,
    emaSlow: 21,
    entryStrength: 50,
  },
  parse: (written) =>
    parseOptions<MomentumOptions>(
      NAME,
      {
        rsiPeriod: wholeNumber(2),
        rsiFullPoints: numberBetween(1, 50),
        macdFast: wholeNumber(2),
        macdSlow: wholeNumber(3),
        macdSignal: wholeNumber(1),
        emaFast: wholeNumber(2),
        emaMiddle: wholeNumber(3),
        emaSlow: wholeNumber(4),
        entryStrength: numberBetween(50, 100),
      },
      written,
      [
        ['macdFast', 'macdSlow'],
        ['emaFast', 'emaMiddle'],
        ['emaMiddle', 'emaSlow'],
      ],
    ),
  create: (_context, options) => new Momentum(options),
};
