/**
 * Every reason why there is no signal, by name, with what it means. `/api/stats` counts them; the docs list them.
 * Decisions fall silent in this order: the first reason that holds is the one that counts.
 */
const DECISION_SILENCES = {
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

/** What risk has against a signal of the built-in bot, by the rule. Each can be turned off in the configuration. */
export const RISK_SILENCES = {
  risk_not_finite: 'a number that risk rests on is not one: no entries until it is',
  risk_halted: 'risk is halted: an operator, the daily loss or the drawdown, see /api/v1/risk',
  risk_reducing: 'the drawdown reached risk.drawdownReducePercent: no new entries',
  position_unpriced:
    'nobody knows the price of an open position, as after a restart: what the account lost is not known',
  signal_rate: 'the bot has issued risk.signalsPerHour signals within an hour',
  loss_streak: 'risk.lossStreak losses in a row: entries pause for risk.lossStreakMinutes',
  stop_guard: 'this symbol and side was stopped out risk.stopGuardStops times within risk.stopGuardMinutes',
  crossed_book: 'the best bid is not below the best ask',
  stale_book: 'there is a book, and its last update is older than risk.staleBookSeconds',
  circuit_breaker: 'price, spread or depth left what is usual: entries pause for risk.circuitBreakerSeconds',
  spread_too_wide: 'the spread is wider than risk.spreadGuardMedians times its median',
  funding_window: 'funding is due within risk.fundingWindowSeconds, and would cost too much of the target',
  position_open: 'there is a position in this symbol: one at a time',
  too_many_positions: 'risk.maxPositions positions are open',
  too_many_same_side: 'risk.maxSameSide positions of this side are open',
  symbol_exposure: 'the symbol has reached risk.maxSymbolExposurePercent of the equity',
  gross_exposure: 'all positions together have reached risk.maxGrossExposurePercent of the equity',
  cluster_risk: 'all stops together would lose more than risk.maxClusterRiskPercent',
  size_below_minimum: 'the size that risks risk.riskPerTradePercent is smaller than the smallest order',
  margin_too_small: 'the margin that is left does not carry the smallest order',
  liquidation_too_near: 'for this size no leverage keeps liquidation twice as far as the stop',
} as const;

export const SILENCES = { ...DECISION_SILENCES, ...RISK_SILENCES } as const;

export type Silence = keyof typeof SILENCES;
export type RiskSilence = keyof typeof RISK_SILENCES;
