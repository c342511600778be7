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
  #signalLine = 0;
  #warm = false;

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
    return this.#warm ? readingOf(this.#macd, this.#signalLine) : undefined;
  }

  /** The parts of `value`, for whoever asks at every bar and wants no object made; 0 while warming up. */
  get macd(): number {
    return this.#macd;
  }

  get histogram(): number {
    return this.#macd - this.#signalLine;
  }

  peek(close: number): MacdReading | undefined {
    if (this.#skip > 0) return undefined;
    const fast = this.#fast.peek(close);
    const slow = this.#slow.peek(close);
    if (fast === undefined || slow === undefined) return undefined;
    const signal = this.#signal.peek(fast - slow);
    return signal === undefined ? undefined : readingOf(fast - slow, signal);
  }

  add(close: number): MacdReading | undefined {
    this.advance(close);
    return this.value;
  }

  /** `add` without a reading. @returns whether there is one */
  advance(close: number): boolean {
    const slow = this.#slow.add(close);
    if (this.#skip > 0) {
      this.#skip -= 1;
      return false;
    }
    const fast = this.#fast.add(close);
    if (fast === undefined || slow === undefined) return false;
    const signal = this.#signal.add(fast - slow);
    if (signal === undefined) return false;
    this.#macd = fast - slow;
    this.#signalLine = signal;
    this.#warm = true;
    return true;
  }
}

function readingOf(macd: number, signal: number): MacdReading {
  return { macd, signal, histogram: macd - signal };
}
