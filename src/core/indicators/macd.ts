import { assert } from '../assert.ts';
import { Ema } from './ema.ts';
import type { Indicator } from './indicator.ts';

export interface MacdReading {
  /** Fast minus slow average. */
  readonly macd: number;
  /** The average of `macd`. */
  readonly signal: number;
  /** `macd` minus `signal`. */
  readonly histogram: number;
}

/**
 * Moving average convergence/divergence of closes, in the unit of the close.
 *
 *   macd = EMA(fast) - EMA(slow), signal = EMA(signal) of macd, histogram = macd - signal
 *
 * Seeded like TA-Lib: both averages start at the same close, the `slow`-th. So the fast one skips the first
 * `slow - fast` closes and its seed is the mean of the LAST `fast` of the first `slow`.
 */
export class Macd implements Indicator<number, MacdReading> {
  readonly warmup: number;
  readonly #fast: Ema;
  readonly #slow: Ema;
  readonly #signal: Ema;
  /** Closes that the fast average has still to skip. */
  #skip: number;
  #macd = 0;

  /** Lengths in closes, whole numbers of at least 1, `fast` shorter than `slow`. */
  constructor({ fast, slow, signal }: { readonly fast: number; readonly slow: number; readonly signal: number }) {
    assert(fast < slow, 'macd: fast must be shorter than slow');
    this.#fast = new Ema({ period: fast });
    this.#slow = new Ema({ period: slow });
    this.#signal = new Ema({ period: signal });
    this.#skip = slow - fast;
    this.warmup = slow + signal - 1;
  }

  get value(): MacdReading | undefined {
    return readingOf(this.#macd, this.#signal.value);
  }

  peek(close: number): MacdReading | undefined {
    if (this.#skip > 0) return undefined;
    const fast = this.#fast.peek(close);
    const slow = this.#slow.peek(close);
    if (fast === undefined || slow === undefined) return undefined;
    return readingOf(fast - slow, this.#signal.peek(fast - slow));
  }

  add(close: number): MacdReading | undefined {
    const slow = this.#slow.add(close);
    if (this.#skip > 0) {
      this.#skip -= 1;
      return undefined;
    }
    const fast = this.#fast.add(close);
    if (fast === undefined || slow === undefined) return undefined;
    this.#macd = fast - slow;
    return readingOf(this.#macd, this.#signal.add(this.#macd));
  }
}

function readingOf(macd: number, signal: number | undefined): MacdReading | undefined {
  return signal === undefined ? undefined : { macd, signal, histogram: macd - signal };
}
