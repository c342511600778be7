import { Ichimoku } from '../indicators/ichimoku.ts';
import type { Bar } from '../market/bar.ts';
import { decimalsOf } from '../market/instrument.ts';
import type { Side } from '../market/trade.ts';
import { lean, reaches } from './lean.ts';
import { abstention, type Speaker, StandingVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyContext, StrategyDefinition } from './strategy.ts';

export interface IchimokuOptions {
  readonly tenkan: number;
  readonly kijun: number;
  readonly spanB: number;
  /** How many bars ago the cloud at this bar was computed. */
  readonly displacement: number;
  /** Least strength of a vote. */
  readonly entryStrength: number;
}

const NAME = 'ichimoku';
const INSIDE_CLOUD = abstention('inside the cloud');
const LINES_DISAGREE = abstention('lines disagree with the cloud');

/**
 * Follows a close outside the Ichimoku cloud. The cloud at a bar was computed `displacement` bars earlier; the lagging
 * span (chikou) is not used, because drawn where charts draw it, it is a look into the future.
 *
 *   side       above both spans buys, below both sells, inside abstains
 *   strength   mean of four signs in the direction of the side: the cloud itself (always 1), tenkan - kijun,
 *              close - kijun, spanA - spanB; × 100
 */
class IchimokuCloud implements Strategy, Speaker {
  opinion: Opinion = WARMING_UP;
  readonly #vote = new StandingVote(this);
  readonly #timeframe: string;
  readonly #decimals: number;
  readonly #entryStrength: number;
  readonly #ichimoku: Ichimoku;
  #close = 0;

  constructor(context: StrategyContext, options: IchimokuOptions) {
    const { tenkan, kijun, spanB, displacement } = options;
    this.#timeframe = context.timeframe;
    this.#decimals = decimalsOf(context.instrument.tickSize);
    this.#entryStrength = options.entryStrength;
    this.#ichimoku = new Ichimoku({ tenkan, kijun, spanB, displacement });
  }

  onBar(bar: Bar): void {
    if (bar.timeframe !== this.#timeframe) return;
    if (!this.#ichimoku.advance(bar)) return;
    const { tenkan, kijun, spanA, spanB } = this.#ichimoku;
    const { close } = bar;
    const fromA = lean(close - spanA, close);
    if (fromA === 0 || fromA !== lean(close - spanB, close)) {
      this.opinion = INSIDE_CLOUD;
      return;
    }
    const others = lean(tenkan - kijun, close) + lean(close - kijun, close) + lean(spanA - spanB, close);
    const strength = 25 * (1 + fromA * others);
    if (!reaches(strength, this.#entryStrength)) {
      this.opinion = LINES_DISAGREE;
      return;
    }
    this.#close = close;
    this.opinion = this.#vote.cast(fromA, strength);
  }

  phrase(side: Side): string {
    const { tenkan, kijun, spanA, spanB } = this.#ichimoku.value!;
    const price = (value: number): string => value.toFixed(this.#decimals);
    const cloud = `${price(Math.min(spanA, spanB))}..${price(Math.max(spanA, spanB))}`;
    const where = side === 'buy' ? 'above' : 'below';
    return `close ${price(this.#close)} ${where} cloud ${cloud}, tenkan ${price(tenkan)}, kijun ${price(kijun)}`;
  }
}

export const ichimoku: StrategyDefinition<IchimokuOptions> = {
  name: NAME,
  summary: 'Follows a close outside the Ichimoku cloud (9/26/52, cloud shifted) when the lines agree.',
  scope: 'timeframe',
  // The cloud looks back spanB + displacement bars.
  longestPeriodBars: 78,
  defaults: { tenkan: 9, kijun: 26, spanB: 52, displacement: 26, entryStrength: 50 },
  parse: (written) =>
    parseOptions<IchimokuOptions>(
      NAME,
      {
        tenkan: wholeNumber(1),
        kijun: wholeNumber(2),
        spanB: wholeNumber(3),
        displacement: wholeNumber(1),
        entryStrength: numberBetween(50, 100),
      },
      written,
      [
        ['tenkan', 'kijun'],
        ['kijun', 'spanB'],
      ],
    ),
  create: (context, options) => new IchimokuCloud(context, options),
};
