/**
 * Every reason why there is no signal, by name, with what it means. `/api/stats` counts them; the docs list them.
 * Decisions fall silent in this order: the first reason that holds is the one that counts.
 */
export const SILENCES = {
  no_votes: 'no strategy sees anything: all of them abstain',
  tie: 'the strategies for buying and for selling weigh the same',
  too_few_agree: 'fewer strategies agree than fusion.minStrategies asks for',
  consensus_too_low: 'the agreeing strategies weigh less than fusion.minConsensus asks for',
  strength_too_low: 'the agreeing strategies are weaker than fusion.minStrength asks for',
  same_condition: 'this decision already stood a moment ago: a signal needs it to lapse and come back',
  catching_up: 'the decision fell in the past: history that warms up, or a feed that was behind',
  degraded_feed: 'the market data were not to be relied on just then: health says why',
  halted: 'the account default is halted: somebody threw the kill switch',
  cool_down: 'the symbol had a signal within signals.coolDownSeconds',
  stale_price: 'there is no price younger than signals.maxPriceAgeSeconds to enter at',
  volatility_warming: 'bracket.mode is volatility, and the volatility is not known yet',
  bracket_below_one_tick: 'stop or targets would be closer together than the price step',
  liquidation_before_stop: 'no leverage keeps the liquidation price safely behind the stop',
} as const;

export type Silence = keyof typeof SILENCES;
