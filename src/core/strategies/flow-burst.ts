import { TradeFlowImbalance } from '../indicators/trade-flow-imbalance.ts';
import type { Trade } from '../market/trade.ts';
import { EwScale } from './ew-scale.ts';
import { grade, lean, reaches } from './lean.ts';
import { abstention, LazyVote, WARMING_UP } from './opinions.ts';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import type { Opinion, Strategy, StrategyDefinition } from './strategy.ts';

export interface FlowBurstOptions {
  /** Time constants of the flow now, the flow it is compared with, and the memory of what is usual; seconds. */
  readonly fastSeconds: number;
  readonly slowSeconds: number;
  readonly memorySeconds: number;
  /** Seconds with trades that must have been seen before anything is called usual. */
  readonly warmupSeconds: number;
  /** Without a trade for longer than this, all flow is forgotten. */
  readonly staleSeconds: number;
  /** Fewest trades within the fast time constant. */
  readonly tradesMin: number;
  /** Fast imbalance: least for a vote, and what agrees in full. */
  readonly imbalanceMin: number;
  readonly imbalanceFull: number;
  /** Net flow in its usual size: least for a vote, and what agrees in full. */
  readonly burstMin: number;
  readonly burstFull: number;
  /** Fast minus slow imbalance in the direction of the flow: what agrees in full. Any above 0 will do for a vote. */
  readonly accelerationFull: number;
}

const NAME = 'flow-burst';
const NO_TRADES = abstention('no trades');
const STALE_TRADES = abstention('stale trades');
const TOO_FEW_TRADES = abstention('too few trades');
const FLOW_BALANCED = abstention('flow balanced');
const NO_BURST = abstention('no burst');
const NOT_ACCELERATING = abstention('flow not accelerating');

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Follows aggressors who lean to one side, unusually hard, and harder than half a minute ago. On every market second:
 *
 *   imbalance      (B - S) / (B + S) of the fast flow, size >= `imbalanceMin`
 *   burst          B - S of the fast flow over its root mean square of the last `memorySeconds`, size >= `burstMin`
 *   acceleration   fast minus slow imbalance, in the direction of the flow, above 0
 *
 * B and S are exponentially weighted volumes that aggressors bought and sold. Strength is 50 at these bounds and grows
 * with the three grades to 100, where all are full. A silence of `staleSeconds` forgets the flow, not what is usual.
 */
class FlowBurst implements Strategy {
  opinion: Opinion = NO_TRADES;
  readonly #options: FlowBurstOptions;
  readonly #staleMs: number;
  readonly #usual: EwScale;
  #fast: TradeFlowImbalance;
  #slow: TradeFlowImbalance;
  #bought = 0;
  #sold = 0;
  #trades = 0;
  /** Trades per second, exponentially weighted. */
  #tradeRate = 0;
  #lastTradeMs = NEVER;

  constructor(options: FlowBurstOptions) {
    this.#options = options;
    this.#staleMs = options.staleSeconds * 1_000;
    this.#usual = new EwScale({ seconds: options.memorySeconds });
    this.#fast = new TradeFlowImbalance({ seconds: options.fastSeconds });
    this.#slow = new TradeFlowImbalance({ seconds: options.slowSeconds });
  }

  onTrade(trade: Trade): void {
    // Also here, not only in onSecond: nobody need call that on an idle market.
    if (trade.eventTimeMs - this.#lastTradeMs > this.#staleMs) this.#forget();
    this.#lastTradeMs = trade.eventTimeMs;
    this.#trades += 1;
    if (trade.aggressor === 'buy') this.#bought += trade.size;
    else this.#sold += trade.size;
  }

  onSecond(secondMs: number): void {
    if (this.#lastTradeMs === NEVER) return;
    if (secondMs - this.#lastTradeMs > this.#staleMs) {
      if (this.opinion !== STALE_TRADES) this.#forget();
      this.opinion = STALE_TRADES;
      return;
    }
    for (const flow of [this.#fast, this.#slow]) {
      flow.onTrade('buy', this.#bought);
      flow.onTrade('sell', this.#sold);
      flow.onSecond();
    }
    this.#tradeRate += (this.#trades - this.#tradeRate) / this.#options.fastSeconds;
    this.#bought = 0;
    this.#sold = 0;
    this.#trades = 0;
    this.opinion = this.#judge(this.#fast.value ?? 0, this.#slow.value ?? 0);
  }

  #judge(imbalance: number, slowImbalance: number): Opinion {
    const options = this.#options;
    const net = imbalance * this.#fast.volume;
    const isWarm = this.#usual.count >= options.warmupSeconds;
    const burst = this.#usual.measure(net);
    this.#usual.learn(net);
    if (!isWarm) return WARMING_UP;
    const trades = this.#tradeRate * options.fastSeconds;
    if (trades < options.tradesMin) return TOO_FEW_TRADES;
    const direction = imbalance > 0 ? 1 : -1;
    if (!reaches(direction * imbalance, options.imbalanceMin)) return FLOW_BALANCED;
    if (!reaches(direction * burst, options.burstMin)) return NO_BURST;
    const acceleration = direction * (imbalance - slowImbalance);
    if (lean(acceleration, 1) <= 0) return NOT_ACCELERATING;
    const grades =
      grade(direction * imbalance, options.imbalanceMin, options.imbalanceFull) +
      grade(direction * burst, options.burstMin, options.burstFull) +
      grade(acceleration, 0, options.accelerationFull);
    const facts = { imbalance, slowImbalance, burst, trades, options };
    return new LazyVote(direction, 50 + (50 * grades) / 3, facts, phrase);
  }

  #forget(): void {
    this.#fast = new TradeFlowImbalance({ seconds: this.#options.fastSeconds });
    this.#slow = new TradeFlowImbalance({ seconds: this.#options.slowSeconds });
    this.#bought = 0;
    this.#sold = 0;
    this.#trades = 0;
    this.#tradeRate = 0;
  }
}

interface Facts {
  readonly imbalance: number;
  readonly slowImbalance: number;
  readonly burst: number;
  readonly trades: number;
  readonly options: FlowBurstOptions;
}

function phrase({ imbalance, slowImbalance, burst, trades, options }: Facts): string {
  const now = `flow imbalance ${imbalance.toFixed(2)} over ${options.fastSeconds} s`;
  const before = `${slowImbalance.toFixed(2)} over ${options.slowSeconds} s`;
  return `${now} against ${before}, ${Math.abs(burst).toFixed(1)}x usual, ${trades.toFixed(0)} trades`;
}

export const flowBurst: StrategyDefinition<FlowBurstOptions> = {
  name: NAME,
  summary: 'Follows aggressors whose flow leans to one side, unusually hard and accelerating, within seconds.',
  scope: 'instrument',
  longestPeriodBars: 0,
  defaults: {
    fastSeconds: 5,
    slowSeconds: 30,
    memorySeconds: 600,
    warmupSeconds: 60,
    staleSeconds: 5,
    tradesMin: 5,
    imbalanceMin: 0.3,
    imbalanceFull: 0.8,
    burstMin: 1,
    burstFull: 3,
    accelerationFull: 0.5,
  },
  parse: (written) =>
    parseOptions<FlowBurstOptions>(
      NAME,
      {
        fastSeconds: wholeNumber(1),
        slowSeconds: wholeNumber(2),
        memorySeconds: wholeNumber(10),
        warmupSeconds: wholeNumber(1),
        staleSeconds: numberBetween(1, 10),
        tradesMin: numberBetween(0, 1_000_000),
        imbalanceMin: numberBetween(0, 1),
        imbalanceFull: numberBetween(0.01, 1),
        burstMin: numberBetween(0, 3),
        burstFull: numberBetween(0.01, 3),
        accelerationFull: numberBetween(0.01, 2),
      },
      written,
      [
        ['fastSeconds', 'slowSeconds'],
        ['slowSeconds', 'memorySeconds'],
        ['warmupSeconds', 'memorySeconds'],
        ['imbalanceMin', 'imbalanceFull'],
        ['burstMin', 'burstFull'],
      ],
    ),
  create: (_context, options) => new FlowBurst(options),
};
