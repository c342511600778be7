import type { MarketGap } from '../engine/event.ts';
import { STEP_MS } from './fair-price.ts';
import type { Random } from './random.ts';

/** When the feed is silent: 5 to 40 seconds, at random moments. The market goes on meanwhile, unseen. */
export class Outages {
  /** Nothing comes in the present step. */
  silent = false;
  /** What has just ended, in the first step after it. */
  ended: MarketGap | undefined;
  readonly #random: Random;
  readonly #perHour: number;
  #fromMs: number;
  #toMs: number;

  constructor(random: Random, perHour: number, startMs: number) {
    this.#random = random;
    this.#perHour = perHour;
    this.#fromMs = 0;
    this.#toMs = startMs;
    this.#plan();
  }

  /** Goes on to the step that begins at `stepMs`. */
  advance(stepMs: number): void {
    this.ended = undefined;
    if (stepMs < this.#fromMs) return;
    this.silent = stepMs < this.#toMs;
    if (this.silent) return;
    const reason = 'the simulated feed was silent';
    this.ended = { kind: 'gap', symbol: undefined, fromMs: this.#fromMs, toMs: this.#toMs, reason };
    this.#plan();
  }

  #plan(): void {
    if (this.#perHour === 0) {
      this.#fromMs = Number.POSITIVE_INFINITY;
      return;
    }
    const quietSteps = 1 + Math.floor((this.#random.exponential() * 3_600_000) / this.#perHour / STEP_MS);
    const lengthSteps = Math.floor((5_000 + 35_000 * this.#random.uniform()) / STEP_MS);
    this.#fromMs = this.#toMs + quietSteps * STEP_MS;
    this.#toMs = this.#fromMs + lengthSteps * STEP_MS;
  }
}
