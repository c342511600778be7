import type { Random } from './random.ts';

/** Mean lives in seconds: many short orders, few long ones, together close to a Pareto law. */
const LIVES = [5, 18, 60] as const;
const LIFE_SHARE_UP_TO = [0.55, 0.88, 1] as const;
/** Mean life of all metaorders, seconds. */
const MEAN_LIFE = 0.55 * 5 + 0.33 * 18 + 0.12 * 60;
/** What the end of a metaorder tells the market, in standard deviations of one second. */
const END_SURPRISE = 2;
/** A metaorder begins with the recent move this often, against it otherwise. */
const FOLLOWS_MOVE = 0.7;

/** Variance of the price that metaorders add, per metaorder, in squared standard deviations of one second. */
export const METAORDER_VARIANCE = END_SURPRISE * END_SURPRISE;

/**
 * A large order worked in small pieces: for its life the flow of an instrument is one-sided.
 *
 * The price leans with it while it lives and falls back when it ends. A life ends in each step with the same
 * probability p, and the lean is exactly what the fall-back is worth: p * END_SURPRISE with probability 1 - p against
 * (1 - p) * END_SURPRISE with probability p. So the price stays a martingale even for who sees the metaorder.
 */
export class Metaorder {
  /** 1 while somebody buys, -1 while somebody sells, else 0. */
  side = 0;
  readonly #startChance: number;
  readonly #stepSeconds: number;
  #endChance = 0;

  constructor(perMinute: number, stepSeconds: number) {
    // Only one lives at a time: it must begin more often while there is none.
    const idleSeconds = Math.max(1, 60 / Math.max(perMinute, 1e-9) - MEAN_LIFE);
    this.#startChance = perMinute === 0 ? 0 : stepSeconds / idleSeconds;
    this.#stepSeconds = stepSeconds;
  }

  /**
   * @param recentMove Only its sign counts.
   * @returns The move it gives the price in this step, in standard deviations of one second.
   */
  step(random: Random, recentMove: number): number {
    if (this.side === 0) {
      if (random.uniform() < this.#startChance) this.#begin(random, recentMove);
      return 0;
    }
    if (random.uniform() >= this.#endChance) return this.side * this.#endChance * END_SURPRISE;
    const fallBack = -this.side * (1 - this.#endChance) * END_SURPRISE;
    this.side = 0;
    return fallBack;
  }

  #begin(random: Random, recentMove: number): void {
    const withMove = random.uniform() < FOLLOWS_MOVE ? 1 : -1;
    this.side = recentMove >= 0 ? withMove : -withMove;
    const u = random.uniform();
    const life = LIVES[u < LIFE_SHARE_UP_TO[0] ? 0 : u < LIFE_SHARE_UP_TO[1] ? 1 : 2];
    this.#endChance = this.#stepSeconds / life;
  }
}
