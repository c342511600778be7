import { assert } from '../assert.ts';
import type { Indicator } from './indicator.ts';

const DAY_MS = 86_400_000;

export interface AggressorVolume {
  /** Bought by aggressors, base units, >= 0. */
  readonly buyVolume: number;
  /** Sold by aggressors, base units, >= 0. */
  readonly sellVolume: number;
  readonly timeMs: number;
}

/**
 * Cumulative volume delta: what aggressors bought minus what they sold since 00:00 UTC, in base units.
 * Takes a trade (one of the two volumes is 0), a second or a bar alike. A session never comes back.
 */
export class CumulativeDelta implements Indicator<AggressorVolume, number> {
  readonly warmup = 1;
  #day = Number.NEGATIVE_INFINITY;
  #value: number | undefined;

  get value(): number | undefined {
    return this.#value;
  }

  peek({ buyVolume, sellVolume, timeMs }: AggressorVolume): number | undefined {
    const isNewSession = Math.floor(timeMs / DAY_MS) > this.#day;
    return (isNewSession ? 0 : (this.#value ?? 0)) + (buyVolume - sellVolume);
  }

  add(input: AggressorVolume): number | undefined {
    const { buyVolume, sellVolume, timeMs } = input;
    assert(Number.isFinite(buyVolume + sellVolume + timeMs), 'cumulative-delta: input must be finite');
    this.#value = this.peek(input);
    this.#day = Math.max(this.#day, Math.floor(timeMs / DAY_MS));
    return this.#value;
  }
}
