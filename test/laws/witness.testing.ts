import type { Bar } from '../../src/core/market/bar.ts';
import { abstention } from '../../src/core/strategies/opinions.ts';
import type { Opinion, StrategyDefinition } from '../../src/core/strategies/strategy.ts';

const NOTHING_YET = abstention('no bar yet');

/**
 * A strategy that hides nothing: its strength is a smooth function of every number of the last bar, free of the scales of
 * price and size. Real strategies ask "above or below?", and would not notice a bar that is wrong by a tick.
 */
export const WITNESS: StrategyDefinition = {
  name: 'witness',
  summary: 'Tells what was in the last bar.',
  scope: 'timeframe',
  longestPeriodBars: 2,
  defaults: {},
  parse: () => ({ ok: true, value: {} }),
  create: ({ timeframe }) => {
    let opinion: Opinion = NOTHING_YET;
    let before: Bar | undefined;
    return {
      onBar(bar) {
        if (bar.timeframe !== timeframe) return;
        const { open, high, low, close, volume, buyVolume = 0 } = bar;
        const shape = 1e3 * (close / open - 1) + 2e3 * (high / open - 1) + 3e3 * (low / open - 1);
        const size = (volume + buyVolume) / (volume + (before?.volume ?? 0) + Number.MIN_VALUE);
        before = bar;
        const tells = shape + size;
        // Into (-1, 1), keeping the order.
        opinion = { side: tells < 0 ? 'sell' : 'buy', strength: 60 + (30 * tells) / (1 + Math.abs(tells)), reason: '' };
      },
      get opinion() {
        return opinion;
      },
    };
  },
};
