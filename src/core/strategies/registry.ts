import { flowBurst } from './flow-burst.ts';
import { ichimoku } from './ichimoku.ts';
import { momentum } from './momentum.ts';
import { orderBook } from './order-book.ts';
import type { StrategyDefinition } from './strategy.ts';
import { trendConfluence } from './trend-confluence.ts';
import { volumeBreakout } from './volume-breakout.ts';

/** The strategies that ship with the house, heaviest first. The config names them, and may add files of its own. */
export const BUILT_IN_STRATEGIES: readonly StrategyDefinition[] = [
  trendConfluence,
  flowBurst,
  momentum,
  volumeBreakout,
  ichimoku,
  orderBook,
];

/** The guide's weights, by name. They sum to 1. */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  'trend-confluence': 0.22,
  'flow-burst': 0.2,
  momentum: 0.18,
  'volume-breakout': 0.15,
  ichimoku: 0.15,
  'order-book': 0.1,
};
