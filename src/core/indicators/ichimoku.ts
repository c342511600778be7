import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';
import { type HighLow, RangeMiddle } from './range-middle.ts';

export interface IchimokuReading {
  /** Middle of the `tenkan` range, now. */
  readonly tenkan: number;
  /** Middle of the `kijun` range, now. */
  readonly kijun: number;
  /** The cloud at this bar: what was computed `displacement` bars ago. */
  readonly spanA: number;
  readonly spanB: number;
}

/**
 * Ichimoku kinko hyo, in price units. Middle of n = (highest high + lowest low of the last n bars) / 2.
 *
 *   tenkan, kijun   middle of their period, now
 *   span A          (tenkan + kijun) / 2, drawn `displacement` bars ahead
 *   span B          middle of `spanB` bars, drawn `displacement` bars ahead
 *
 * Drawn ahead means that the cloud at this bar is the one computed `displacement` bars ago. The chikou span is left
 * out: it is the close drawn back, so to compare it with its neighbours is to look ahead.
 */
export class Ichimoku implements Indicator<HighLow, IchimokuReading> {
  readonly warmup: number;
  readonly #tenkan: RangeMiddle;
  readonly #kijun: RangeMiddle;
  readonly #spanB: RangeMiddle;
  /** The last `displacement` spans, a ring each; `#next` is the oldest once `#queued` says they are full. */
  readonly #queueA: Float64Array;
  readonly #queueB: Float64Array;
  #next = 0;
  #queued = 0;
  /** The reading at the last bar. */
  #tenkanNow = 0;
  #kijunNow = 0;
  #cloudA = 0;
  #cloudB = 0;
  #warm = false;

  /** Lengths in bars, whole numbers of at least 1. */
  constructor(lengths: {
    readonly tenkan: number;
    readonly kijun: number;
    readonly spanB: number;
    readonly displacement: number;
  }) {
    const { tenkan, kijun, spanB, displacement } = lengths;
    assert(
      Number.isSafeInteger(displacement) && displacement >= 1,
      'ichimoku: displacement must be a whole number >= 1',
    );
    this.#tenkan = new RangeMiddle({ period: tenkan });
    this.#kijun = new RangeMiddle({ period: kijun });
    this.#spanB = new RangeMiddle({ period: spanB });
    this.#queueA = new Float64Array(displacement);
    this.#queueB = new Float64Array(displacement);
    this.warmup = Math.max(tenkan, kijun, spanB) + displacement;
  }

  get value(): IchimokuReading | undefined {
    return this.#warm ? readingOf(this.#tenkanNow, this.#kijunNow, this.#cloudA, this.#cloudB) : undefined;
  }

  /** The parts of `value`, for whoever asks at every bar and wants no object made; 0 while warming up. */
  get tenkan(): number {
    return this.#tenkanNow;
  }

  get kijun(): number {
    return this.#kijunNow;
  }

  get spanA(): number {
    return this.#cloudA;
  }

  get spanB(): number {
    return this.#cloudB;
  }

  peek(bar: HighLow): IchimokuReading | undefined {
    if (this.#queued < this.#queueA.length) return undefined;
    const next = this.#next;
    return readingOf(this.#tenkan.peek(bar), this.#kijun.peek(bar), this.#queueA[next]!, this.#queueB[next]!);
  }

  add(bar: HighLow): IchimokuReading | undefined {
    this.advance(bar);
    return this.value;
  }

  /** `add` without a reading. @returns whether there is one */
  advance(bar: HighLow): boolean {
    const tenkan = this.#tenkan.add(bar);
    const kijun = this.#kijun.add(bar);
    const spanB = this.#spanB.add(bar);
    if (tenkan === undefined || kijun === undefined || spanB === undefined) return false;

    // Read the cloud first: it is the oldest of the queue, and the new spans take its place.
    const next = this.#next;
    if (this.#queued === this.#queueA.length) {
      this.#tenkanNow = tenkan;
      this.#kijunNow = kijun;
      this.#cloudA = this.#queueA[next]!;
      this.#cloudB = this.#queueB[next]!;
      this.#warm = true;
    } else {
      this.#queued += 1;
    }
    this.#queueA[next] = (tenkan + kijun) / 2;
    this.#queueB[next] = spanB;
    this.#next = next + 1 === this.#queueA.length ? 0 : next + 1;
    return this.#warm;
  }
}

function readingOf(
  tenkan: number | undefined,
  kijun: number | undefined,
  spanA: number,
  spanB: number,
): IchimokuReading | undefined {
  return tenkan === undefined || kijun === undefined ? undefined : { tenkan, kijun, spanA, spanB };
}
