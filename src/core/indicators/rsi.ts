import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';
import { WilderAverage } from './wilder-average.ts';

/**
 * Wilder's relative strength index of closes, in [0, 100]:
 *
 *   gain = max(close - previous, 0), loss = max(previous - close, 0)
 *   rsi  = 100 * G / (G + L), with G and L the Wilder averages of gain and loss
 *
 * Seeded like TA-Lib: the first reading comes after `period` changes. A series that never moved reads 50, neither
 * strong nor weak (TA-Lib says 0 there).
 */
export class Rsi implements Indicator<number, number> {
  readonly warmup: number;
  readonly #gain: WilderAverage;
  readonly #loss: WilderAverage;
  #hasPrevious = false;
  #previous = 0;

  /** @param period Length in changes, a whole number of at least 1. */
  constructor({ period }: { readonly period: number }) {
    this.#gain = new WilderAverage({ period });
    this.#loss = new WilderAverage({ period });
    this.warmup = period + 1;
  }

  get value(): number | undefined {
    return indexOf(this.#gain.value, this.#loss.value);
  }

  peek(close: number): number | undefined {
    if (!this.#hasPrevious) return undefined;
    const change = close - this.#previous;
    return indexOf(this.#gain.peek(Math.max(change, 0)), this.#loss.peek(Math.max(-change, 0)));
  }

  add(close: number): number | undefined {
    assert(Number.isFinite(close), 'rsi: close must be finite');
    if (this.#hasPrevious) {
      const change = close - this.#previous;
      this.#gain.add(Math.max(change, 0));
      this.#loss.add(Math.max(-change, 0));
    }
    this.#hasPrevious = true;
    this.#previous = close;
    return this.value;
  }
}

function indexOf(gain: number | undefined, loss: number | undefined): number | undefined {
  if (gain === undefined || loss === undefined) return undefined;
  const movement = gain + loss;
  return movement === 0 ? 50 : 100 * (gain / movement);
}
