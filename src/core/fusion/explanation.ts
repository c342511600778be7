import type { FusionSettings } from '../engine/settings.ts';
import type { Side } from '../market/trade.ts';
import type { Opinion } from '../strategies/strategy.ts';
import { type Decision, Fusion } from './fusion.ts';
import type { Silence } from './silence.ts';

/** One demand of the fusion: what there is of what is asked for. */
export interface Demand {
  readonly name: 'strategies' | 'consensus' | 'strength';
  readonly have: number;
  readonly need: number;
}

/** The arithmetic of one look at the opinions, for people. */
export interface Explanation {
  readonly outcome: Decision | Silence;
  /** The side with more weight; `undefined` while none has. */
  readonly side: Side | undefined;
  /** Sums of the weights as configured. */
  readonly buyWeight: number;
  readonly sellWeight: number;
  readonly totalWeight: number;
  /** Of the side with more weight, met or not, in the order in which they are asked. */
  readonly demands: readonly Demand[];
  /** The unmet demand that lacks the smallest share of what it asks for; `undefined` when none is unmet. */
  readonly nearest: Demand | undefined;
}

/**
 * What `Fusion` makes of these opinions, and why. The outcome is the fusion's own, so that nobody is told something else
 * than what was decided; only the sums are made once more.
 *
 * @param weights One per seat, as the fusion has them.
 */
export function explain(
  opinions: readonly Opinion[],
  weights: readonly number[],
  settings: FusionSettings,
): Explanation {
  const outcome = new Fusion(weights, settings).decide(opinions);
  const weigh = (side: Side): number =>
    opinions.reduce((sum, opinion, seat) => sum + (opinion.side === side ? weights[seat]! : 0), 0);
  const [buyWeight, sellWeight] = [weigh('buy'), weigh('sell')];
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const side = buyWeight === sellWeight ? undefined : buyWeight > sellWeight ? 'buy' : 'sell';
  // Without demands the same opinions decide: that decision has the very numbers that are held against them.
  const free = new Fusion(weights, { minStrategies: 1, minConsensus: 0, minStrength: 0 }).decide(opinions);
  const { strategiesAgree, consensus, strength } =
    typeof free === 'string' ? { strategiesAgree: 0, consensus: 0, strength: 0 } : free;
  const demands: readonly Demand[] = [
    { name: 'strategies', have: strategiesAgree, need: settings.minStrategies },
    { name: 'consensus', have: consensus, need: settings.minConsensus },
    { name: 'strength', have: strength, need: settings.minStrength },
  ];
  const lack = ({ have, need }: Demand): number => (need - have) / need;
  const unmet = demands.filter(({ have, need }) => have < need).sort((a, b) => lack(a) - lack(b));
  return { outcome, side, buyWeight, sellWeight, totalWeight, demands, nearest: unmet[0] };
}
