import type { Random } from './random.ts';
import { SIGNAL_REVERSION } from './scenarios.ts';

/** Volatility of the three regimes relative to the middle one, calm first, and their mean lengths in seconds. */
const REGIME_SIGMA = [0.6, 1, 2] as const;
const REGIME_SECONDS = [3_600, 1_800, 900] as const;
/** From the middle regime the next one is calm with this probability, else wild. The other two lead back to it. */
const CALM_NEXT = 0.6;
/** Share of time per regime, by detailed balance of the numbers above, summed up. */
const REGIME_SHARE_UP_TO = [0.5, 0.9166666666666666, 1] as const;

/**
 * What the market does not show: the volatility regime, and the hidden signal, an Ornstein-Uhlenbeck process of mean 0
 * and variance 1. Both are stationary and reversible, so running them backwards from the start of the live stream
 * gives history that flows into it.
 */
export class LatentState {
  /** Relative volatility now. */
  sigma: number;
  signal: number;
  #regime: number;
  readonly #keep: number;
  readonly #noise: number;
  readonly #leave: readonly number[];

  /**
   * @param start Draws the state at the start of the live stream.
   * @param stepSeconds Length of a `step`, whole seconds >= 1.
   */
  constructor(start: Random, stepSeconds: number) {
    const u = start.uniform();
    this.#regime = u < REGIME_SHARE_UP_TO[0] ? 0 : u < REGIME_SHARE_UP_TO[1] ? 1 : 2;
    this.sigma = REGIME_SIGMA[this.#regime]!;
    this.signal = start.gaussian();
    let keep = 1;
    for (let second = 0; second < stepSeconds; second += 1) keep *= 1 - SIGNAL_REVERSION;
    this.#keep = keep;
    this.#noise = Math.sqrt(1 - keep * keep);
    this.#leave = REGIME_SECONDS.map((seconds) => stepSeconds / seconds);
  }

  step(random: Random): void {
    this.signal = this.#keep * this.signal + this.#noise * random.gaussian();
    if (random.uniform() >= this.#leave[this.#regime]!) return;
    this.#regime = this.#regime !== 1 ? 1 : random.uniform() < CALM_NEXT ? 0 : 2;
    this.sigma = REGIME_SIGMA[this.#regime]!;
  }
}
