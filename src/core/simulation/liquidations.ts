import type { Random } from './random.ts';

/** Moves are remembered for about half a minute; the remembered sum of a calm market has this standard deviation. */
const MEMORY_KEEP = 1 - 1 / 30;
const MEMORY_SIGMA = 3.9;
/** A remembered move of this many standard deviations forces the first positions out. */
const TRIGGER_SIGMAS = 3.2;
/** A liquidation's influence on the next ones fades by this factor per second. */
const EXCITEMENT_KEEP = 0.8;

/** Forced closing of positions after a large move: each moves the price on and makes the next one more likely. */
export class Liquidations {
  /** 1 when longs are not closed but shorts are (forced buying), -1 for forced selling, 0 in a second without any. */
  side = 0;
  readonly #branching: number;
  #memory = 0;
  #excitement = 0;
  #direction = 0;

  constructor(branching: number) {
    this.#branching = branching;
  }

  /**
   * @param move The move of the last second, in standard deviations of a second.
   * @returns The move that liquidations add, in the same unit.
   */
  second(random: Random, move: number): number {
    if (this.#branching === 0) return 0;
    this.side = 0;
    this.#memory = this.#memory * MEMORY_KEEP + move;
    this.#excitement *= EXCITEMENT_KEEP;
    if (this.#excitement < 0.01 && Math.abs(this.#memory) > TRIGGER_SIGMAS * MEMORY_SIGMA) {
      this.#direction = this.#memory > 0 ? 1 : -1;
      this.#excitement = 0.9;
    }
    if (random.uniform() >= this.#excitement) return 0;
    this.#excitement += this.#branching * (1 - EXCITEMENT_KEEP);
    this.side = this.#direction;
    return this.#direction * (0.5 + random.exponential());
  }
}
