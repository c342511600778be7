import { Ema } from '../indicators/ema.ts';
import { Macd } from '../indicators/macd.ts';
import { Rsi } from '../indicators/rsi.ts';
import { Supertrend } from '../indicators/supertrend.ts';
import type { Bar } from '../market/bar.ts';
import { decimalsOf } from '../market/instrument.ts';
import { clip, lean, reaches } from './lean.ts';
import { abstention, type Speaker, StandingVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyContext, StrategyDefinition } from './strategy.ts';

export interface TrendConfluenceOptions {
  readonly supertrendPeriod: number;
  readonly supertrendMultiplier: number;
  readonly emaFast: number;
  readonly emaMiddle: number;
  readonly emaSlow: number;
  readonly macdFast: number;
  readonly macdSlow: number;
  readonly macdSignal: number;
  readonly rsiPeriod: number;
  /** How far from 50 the RSI agrees in full, in RSI points. */
  readonly rsiFullPoints: number;
  /** Least strength of a vote. */
  readonly entryStrength: number;
}

const NAME = 'trend-confluence';
const INDICATORS_DISAGREE = abstention('trend indicators disagree');

/**
 * Follows the trend when the classical trend indicators agree. They are the same bet, so together they are ONE vote.
 *
 *   supertrend   its side: -1 or 1
 *   averages     mean of three signs: close - fast EMA, fast - middle EMA, middle - slow EMA
 *   macd         mean of two signs: MACD line, histogram
 *   rsi          (RSI - 50) / `rsiFullPoints`, within [-1, 1]
 *
 * The vote is the mean of the four: its sign is the side, its size × 100 the strength.
 */
class TrendConfluence implements Strategy, Speaker {
  opinion: Opinion = WARMING_UP;
  readonly #vote = new StandingVote(this);
  readonly #timeframe: string;
  readonly #decimals: number;
  readonly #options: TrendConfluenceOptions;
  readonly #supertrend: Supertrend;
  readonly #emaFast: Ema;
  readonly #emaMiddle: Ema;
  readonly #emaSlow: Ema;
  readonly #macd: Macd;
  readonly #rsi: Rsi;

  constructor(context: StrategyContext, options: TrendConfluenceOptions) {
    this.#timeframe = context.timeframe;
    this.#decimals = decimalsOf(context.instrument.tickSize);
    this.#options = options;
    this.#supertrend = new Supertrend({ period: options.supertrendPeriod, multiplier: options.supertrendMultiplier });
    this.#emaFast = new Ema({ period: options.emaFast });
    this.#emaMiddle = new Ema({ period: options.emaMiddle });
    this.#emaSlow = new Ema({ period: options.emaSlow });
    this.#macd = new Macd({ fast: options.macdFast, slow: options.macdSlow, signal: options.macdSignal });
    this.#rsi = new Rsi({ period: options.rsiPeriod });
  }

  onBar(bar: Bar): void {
    if (bar.timeframe !== this.#timeframe) return;
    const close = bar.close;
    const supertrend = this.#supertrend.add(bar);
    const fast = this.#emaFast.add(close);
    const middle = this.#emaMiddle.add(close);
    const slow = this.#emaSlow.add(close);
    const hasMacd = this.#macd.advance(close);
    const rsi = this.#rsi.add(close);
    if (supertrend === undefined || fast === undefined || middle === undefined || slow === undefined) return;
    if (!hasMacd || rsi === undefined) return;

    const averages = (lean(close - fast, close) + lean(fast - middle, close) + lean(middle - slow, close)) / 3;
    const oscillator = (lean(this.#macd.macd, close) + lean(this.#macd.histogram, close)) / 2;
    const strengthIndex = clip((rsi - 50) / this.#options.rsiFullPoints, 1);
    const agreement = ((supertrend.side === 'buy' ? 1 : -1) + averages + oscillator + strengthIndex) / 4;
    const strength = 100 * Math.abs(agreement);
    if (!reaches(strength, this.#options.entryStrength)) {
      this.opinion = INDICATORS_DISAGREE;
      return;
    }
    this.opinion = this.#vote.cast(agreement, strength);
  }

  phrase(): string {
    const { emaFast, emaMiddle, emaSlow } = this.#options;
    const price = (value: number | undefined): string => (value ?? Number.NaN).toFixed(this.#decimals);
    const averages = [this.#emaFast, this.#emaMiddle, this.#emaSlow].map((ema) => price(ema.value)).join('/');
    const supertrend = this.#supertrend.value;
    return [
      `Supertrend ${supertrend?.side === 'buy' ? 'up' : 'down'} at ${price(supertrend?.line)}`,
      `EMA ${emaFast}/${emaMiddle}/${emaSlow} ${averages}`,
      `MACD histogram ${this.#macd.value?.histogram.toFixed(this.#decimals + 2)}`,
      `RSI ${this.#rsi.value?.toFixed(1)}`,
    ].join(', ');
  }
}

export const trendConfluence: StrategyDefinition<TrendConfluenceOptions> = {
  name: NAME,
  summary: 'Follows the trend that Supertrend, three EMAs, MACD and RSI agree on: one vote for all of them.',
  scope: 'timeframe',
  longestPeriodBars: 200,
  defaults: {
    supertrendPeriod: 10,
    supertrendMultiplier: 3,
    emaFast: 21,
    emaMiddle: 55,
    emaSlow: 200,
    macdFast: 12,
    macdSlow: 26,
    macdSignal: 9,
    rsiPeriod: 14,
    rsiFullPoints: 10,
    entryStrength: 50,
  },
  parse: (written) =>
    parseOptions<TrendConfluenceOptions>(
      NAME,
      {
        supertrendPeriod: wholeNumber(1),
        supertrendMultiplier: numberBetween(0.1, 20),
        emaFast: wholeNumber(2),
        emaMiddle: wholeNumber(3),
        emaSlow: wholeNumber(4),
        macdFast: wholeNumber(2),
        macdSlow: wholeNumber(3),
        macdSignal: wholeNumber(1),
        rsiPeriod: wholeNumber(2),
        rsiFullPoints: numberBetween(1, 50),
        entryStrength: numberBetween(50, 100),
      },
      written,
      [
        ['emaFast', 'emaMiddle'],
        ['emaMiddle', 'emaSlow'],
        ['macdFast', 'macdSlow'],
      ],
    ),
  create: (context, options) => new TrendConfluence(context, options),
};
