import { Atr } from '../indicators/atr.ts';
import { RollingExtreme } from '../indicators/rolling-extreme.ts';
import { Sma } from '../indicators/sma.ts';
import { type Bar, deltaRatio } from '../market/bar.ts';
import { decimalsOf } from '../market/instrument.ts';
import type { Side } from '../market/trade.ts';
import { grade, lean, reaches } from './lean.ts';
import { abstention, LazyVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyContext, StrategyDefinition } from './strategy.ts';

export interface VolumeBreakoutOptions {
  /** Length of the range and of the usual volume, in bars before this one. */
  readonly rangeBars: number;
  readonly atrPeriod: number;
  /** Distance of the close from the range that agrees in full, in ATR. */
  readonly breakFullAtr: number;
  /** Volume over the mean of the `rangeBars` before: least for a vote, and what agrees in full. */
  readonly volumeRatioMin: number;
  readonly volumeRatioFull: number;
  /** Aggressors' net share of the bar's volume: least for a vote, and what agrees in full. */
  readonly deltaRatioMin: number;
  readonly deltaRatioFull: number;
}

const NAME = 'volume-breakout';
const INSIDE_RANGE = abstention('inside the range');
const NO_VOLUME = abstention('no volume');
const VOLUME_TOO_LOW = abstention('volume too low');
const FLOW_DISAGREES = abstention('flow disagrees');

/** Most strength of a vote that does not know who crossed the spread. */
const FLOW_UNKNOWN_STRENGTH_MAX = 75;

/**
 * Follows a close outside the recent range on unusual volume, when aggressors paid for it.
 *
 *   buy    close > highest high of the PREVIOUS `rangeBars` bars, volume ratio >= `volumeRatioMin`,
 *          and delta ratio >= `deltaRatioMin`
 *   sell   close < lowest low of them, the same volume, and delta ratio <= -`deltaRatioMin`
 *
 * volume ratio = volume / mean volume of the previous `rangeBars`; delta ratio = (bought - sold) / volume, in [-1, 1].
 * Strength is 50 at these bounds and grows with the three grades (distance in ATR, volume, delta) to 100, where all are
 * full. Where the bar does not say who crossed the spread, two grades take it from 50 to 75, and the reason says so.
 */
class VolumeBreakout implements Strategy {
  opinion: Opinion = WARMING_UP;
  readonly #timeframe: string;
  readonly #decimals: number;
  readonly #options: VolumeBreakoutOptions;
  readonly #high: RollingExtreme;
  readonly #low: RollingExtreme;
  readonly #meanVolume: Sma;
  readonly #atr: Atr;

  constructor(context: StrategyContext, options: VolumeBreakoutOptions) {
    this.#timeframe = context.timeframe;
    this.#decimals = decimalsOf(context.instrument.tickSize);
    this.#options = options;
    this.#high = new RollingExtreme({ period: options.rangeBars, pick: 'highest' });
    this.#low = new RollingExtreme({ period: options.rangeBars, pick: 'lowest' });
    this.#meanVolume = new Sma({ period: options.rangeBars });
    this.#atr = new Atr({ period: options.atrPeriod });
  }

  onBar(bar: Bar): void {
    if (bar.timeframe !== this.#timeframe) return;
    // Read first: a bar must not widen the range, nor lift the volume, that it is measured against.
    const high = this.#high.value;
    const low = this.#low.value;
    const meanVolume = this.#meanVolume.value;
    const atr = this.#atr.value;
    this.#high.add(bar.high);
    this.#low.add(bar.low);
    this.#meanVolume.add(bar.volume);
    this.#atr.add(bar);
    if (high === undefined || low === undefined || meanVolume === undefined || atr === undefined) return;
    this.opinion = this.#judge(bar, high, low, meanVolume, atr);
  }

  #judge(bar: Bar, high: number, low: number, meanVolume: number, atr: number): Opinion {
    const { close } = bar;
    const direction = lean(close - high, close) > 0 ? 1 : lean(close - low, close) < 0 ? -1 : 0;
    if (direction === 0) return INSIDE_RANGE;
    if (!(meanVolume > 0)) return NO_VOLUME;
    const options = this.#options;
    const volumeRatio = bar.volume / meanVolume;
    if (!reaches(volumeRatio, options.volumeRatioMin)) return VOLUME_TOO_LOW;
    const bound = direction > 0 ? high : low;
    const delta = deltaRatio(bar);
    const facts = { close, bound, volumeRatio, delta, rangeBars: options.rangeBars, decimals: this.#decimals };

    const far = atr > 0 ? grade(direction * (close - bound), 0, options.breakFullAtr * atr) : 1;
    const loud = grade(volumeRatio, options.volumeRatioMin, options.volumeRatioFull);
    if (delta === undefined) {
      const strength = 50 + ((FLOW_UNKNOWN_STRENGTH_MAX - 50) * (far + loud)) / 2;
      return new LazyVote(direction, strength, facts, phrase);
    }
    if (!reaches(direction * delta, options.deltaRatioMin)) return FLOW_DISAGREES;
    const paid = grade(direction * delta, options.deltaRatioMin, options.deltaRatioFull);
    return new LazyVote(direction, 50 + (50 * (far + loud + paid)) / 3, facts, phrase);
  }
}

interface Facts {
  readonly close: number;
  readonly bound: number;
  readonly volumeRatio: number;
  readonly delta: number | undefined;
  readonly rangeBars: number;
  readonly decimals: number;
}

function phrase({ close, bound, volumeRatio, delta, rangeBars, decimals }: Facts, side: Side): string {
  const range = side === 'buy' ? `above ${rangeBars}-bar high` : `below ${rangeBars}-bar low`;
  const flow = delta === undefined ? 'flow unknown' : `delta ratio ${delta.toFixed(2)}`;
  return `close ${close.toFixed(decimals)} ${range} ${bound.toFixed(decimals)}, volume ${volumeRatio.toFixed(1)}x, ${flow}`;
}

export const volumeBreakout: StrategyDefinition<VolumeBreakoutOptions> = {
  name: NAME,
  summary: 'Follows a close outside the previous 20-bar range on unusual volume that aggressors paid for.',
  scope: 'timeframe',
  longestPeriodBars: 20,
  defaults: {
    rangeBars: 20,
    atrPeriod: 14,
    breakFullAtr: 0.5,
    volumeRatioMin: 1.5,
    volumeRatioFull: 3,
    deltaRatioMin: 0.1,
    deltaRatioFull: 0.5,
  },
  parse: (written) =>
    parseOptions<VolumeBreakoutOptions>(
      NAME,
      {
        rangeBars: wholeNumber(2),
        atrPeriod: wholeNumber(1),
        breakFullAtr: numberBetween(0.01, 10),
        volumeRatioMin: numberBetween(0, 100),
        volumeRatioFull: numberBetween(0.01, 1_000),
        deltaRatioMin: numberBetween(0, 1),
        deltaRatioFull: numberBetween(0.01, 1),
      },
      written,
      [
        ['volumeRatioMin', 'volumeRatioFull'],
        ['deltaRatioMin', 'deltaRatioFull'],
      ],
    ),
  create: (context, options) => new VolumeBreakout(context, options),
};
