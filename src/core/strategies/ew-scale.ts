import { assert } from '../assert.ts';

/** A reading is never called more than this many times as large as usual. */
const CLIP = 3;

/**
 * How large a reading is, measured in its own usual size: `x / sqrt(mean of past x²)`, held within [-3, 3].
 *
 *   mean of squares   plain mean of the first `seconds` readings, then exponentially weighted with 1 / `seconds`
 *
 * The mean is taken about zero, so a mirrored series gives the mirrored answer. A reading is measured before it is
 * learnt: it never takes part in its own yardstick. Free of the unit of its input.
 */
export class EwScale {
  readonly #seconds: number;
  #count = 0;
  #meanSquare = 0;

  /** @param seconds The memory, in readings; a whole number of at least 1. */
  constructor({ seconds }: { readonly seconds: number }) {
    assert(Number.isSafeInteger(seconds) && seconds >= 1, 'ew-scale: seconds must be a whole number >= 1');
    this.#seconds = seconds;
  }

  /** How many readings were learnt, counted up to the memory. */
  get count(): number {
    return this.#count;
  }

  /** 0 while nothing but zeros has been seen. */
  measure(reading: number): number {
    if (this.#meanSquare === 0) return 0;
    const ratio = reading / Math.sqrt(this.#meanSquare);
    return Math.max(-CLIP, Math.min(CLIP, ratio));
  }

  learn(reading: number): void {
    if (this.#count < this.#seconds) this.#count += 1;
    this.#meanSquare += (reading * reading - this.#meanSquare) / this.#count;
  }
}
