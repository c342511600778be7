import { assert } from '../assert.ts';
import type { FusionSettings } from '../engine/settings.ts';
import type { Side } from '../market/trade.ts';
import type { Opinion } from '../strategies/strategy.ts';
import type { Silence } from './silence.ts';

/** Enough strategies agree, loudly enough. */
export interface Decision {
  readonly side: Side;
  /** Weight-normalised mean strength of the agreeing strategies, 0 to 100, to one decimal. */
  readonly strength: number;
  /** Weight of the agreeing strategies over the weight of ALL configured ones, in percent, to one decimal. */
  readonly consensus: number;
  readonly strategiesAgree: number;
}

/** Weights are counted in millionths, so that .22 + .20 + .18 of 1 is 60 % and not 60.00000000000001 %. */
const WEIGHT_UNIT = 1e6;

/**
 * Makes one decision of many opinions, or a silence with a name.
 *
 *   direction   the side with more weight
 *   consensus   100 * (weight of the agreeing) / (weight of all seats)
 *   strength    sum(weight * strength) / sum(weight) over the agreeing, each rounded to one decimal before
 *
 * A strategy that is missing, warming up or abstaining agrees with nobody but stays in the divisor, so lost input
 * can only silence. Numbers are rounded as they are published, before they are used: a reader can do the sum again.
 */
export class Fusion {
  readonly #weights: readonly number[];
  readonly #totalWeight: number;
  readonly #settings: FusionSettings;

  /** @param weights One per seat, > 0, in the order in which `decide` gets the opinions. */
  constructor(weights: readonly number[], settings: FusionSettings) {
    this.#weights = weights.map((weight) => Math.round(weight * WEIGHT_UNIT));
    assert(
      this.#weights.every((weight) => weight > 0),
      'fusion: weights must be > 0',
    );
    this.#totalWeight = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#settings = settings;
  }

  decide(opinions: readonly Opinion[]): Decision | Silence {
    let buyWeight = 0;
    let sellWeight = 0;
    let buyPull = 0;
    let sellPull = 0;
    let buyers = 0;
    let sellers = 0;
    for (let seat = 0; seat < opinions.length; seat += 1) {
      const opinion = opinions[seat]!;
      if (opinion.side === undefined) continue;
      const weight = this.#weights[seat]!;
      if (opinion.side === 'buy') {
        buyWeight += weight;
        buyPull += weight * Math.round(opinion.strength * 10);
        buyers += 1;
      } else {
        sellWeight += weight;
        sellPull += weight * Math.round(opinion.strength * 10);
        sellers += 1;
      }
    }
    if (buyWeight === sellWeight) return buyWeight === 0 ? 'no_votes' : 'tie';
    const side = buyWeight > sellWeight ? 'buy' : 'sell';
    const weight = side === 'buy' ? buyWeight : sellWeight;
    const agree = side === 'buy' ? buyers : sellers;
    const { minStrategies, minConsensus, minStrength } = this.#settings;
    if (agree < minStrategies) return 'too_few_agree';
    const consensus = toOneDecimal((100 * weight) / this.#totalWeight);
    if (consensus < minConsensus) return 'consensus_too_low';
    const strength = Math.round((side === 'buy' ? buyPull : sellPull) / weight) / 10;
    if (strength < minStrength) return 'strength_too_low';
    return { side, strength, consensus, strategiesAgree: agree };
  }
}

const toOneDecimal = (value: number): number => Math.round(value * 10) / 10;
