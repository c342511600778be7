import { assert } from '../assert.ts';
import { exp } from '../math/exp.ts';
import type { Indicator } from './indicator.ts';

/**
 * Exponentially weighted volatility: sigma_1s, the standard deviation of the simple return per square root of a second
 * (a fraction: 1e-4 is 1 bp). Input is a price (mid or last), one every `stepSeconds`.
 *
 *   r = price / previous - 1, w = e^(-stepSeconds / seconds)
 *   variance = sum(w^age * r^2) / sum(w^age), around zero: over steps this short the mean is noise
 *   sigma_1s = sqrt(variance / stepSeconds), so minute bars give sigma_1m / sqrt(60)
 *
 * The horizon's is sigma_1s * sqrt(H). Ready after `seconds` worth of returns; the weights sum to one from the start.
 */
export class EwVolatility implements Indicator<number, number> {
  readonly warmup: number;
  readonly #stepSeconds: number;
  readonly #decay: number;
  #count = 0;
  #previous = 0;
  #variance = 0;
  /** Sum of all weights so far; tends to 1 / (1 - decay). */
  #weight = 0;

  /**
   * @param seconds Time constant of the forgetting, > 0.
   * @param stepSeconds Market time between two prices: 1 for market seconds, 60 for one-minute closes.
   */
  constructor({ seconds, stepSeconds = 1 }: { readonly seconds: number; readonly stepSeconds?: number }) {
    assert(Number.isFinite(seconds) && seconds > 0, 'ew-volatility: seconds must be > 0');
    assert(Number.isFinite(stepSeconds) && stepSeconds > 0, 'ew-volatility: stepSeconds must be > 0');
    this.#stepSeconds = stepSeconds;
    this.#decay = exp(-stepSeconds / seconds);
    this.warmup = Math.ceil(seconds / stepSeconds) + 1;
  }

  get value(): number | undefined {
    return this.#count < this.warmup ? undefined : Math.sqrt(this.#variance / this.#stepSeconds);
  }

  peek(price: number): number | undefined {
    if (this.#count + 1 < this.warmup) return undefined;
    return Math.sqrt(this.#varianceAfter(price) / this.#stepSeconds);
  }

  add(price: number): number | undefined {
    assert(Number.isFinite(price) && price > 0, 'ew-volatility: price must be > 0');
    if (this.#count > 0) {
      this.#variance = this.#varianceAfter(price);
      this.#weight = this.#weight * this.#decay + 1;
    }
    this.#count += 1;
    this.#previous = price;
    return this.value;
  }

  #varianceAfter(price: number): number {
    const change = (price - this.#previous) / this.#previous;
    return this.#variance + (change * change - this.#variance) / (this.#weight * this.#decay + 1);
  }
}
