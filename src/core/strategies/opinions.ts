import type { Side } from '../market/trade.ts';
import type { Abstention, Vote } from './strategy.ts';

/** A vote that keeps the numbers which decided and builds its phrase when somebody reads it: most are never read. */
export class LazyVote<Facts> implements Vote {
  readonly side: Side;
  readonly strength: number;
  readonly facts: Facts;
  readonly #phrase: (facts: Facts, side: Side) => string;

  /** @param lean Its sign is the side: above 0 buys. */
  constructor(lean: number, strength: number, facts: Facts, phrase: (facts: Facts, side: Side) => string) {
    this.side = lean > 0 ? 'buy' : 'sell';
    this.strength = strength;
    this.facts = facts;
    this.#phrase = phrase;
  }

  get reason(): string {
    return this.#phrase(this.facts, this.side);
  }
}

/** Puts the numbers that decided into words. */
export interface Speaker {
  phrase(side: Side): string;
}

/**
 * The vote of a bar strategy, which votes on most of a million bars: one object, cast anew at every bar, with a phrase
 * that is built from the indicators as they stand. So read it before the next bar; nothing is copied out of any.
 */
export class StandingVote implements Vote {
  side: Side = 'buy';
  strength = 0;
  readonly #speaker: Speaker;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  /** @param lean Its sign is the side: above 0 buys. */
  cast(lean: number, strength: number): this {
    this.side = lean > 0 ? 'buy' : 'sell';
    this.strength = strength;
    return this;
  }

  get reason(): string {
    return this.#speaker.phrase(this.side);
  }
}

/** Made once per reason and module: silences are counted by these phrases. */
export function abstention(reason: string): Abstention {
  return { side: undefined, reason };
}

/** Shared by all strategies: an indicator has not seen enough closed inputs yet. */
export const WARMING_UP: Abstention = abstention('warming up');
