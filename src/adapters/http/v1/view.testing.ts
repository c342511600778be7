import {
  EXAMPLE_BARS,
  EXAMPLE_MINUTES,
  EXAMPLE_SEATS,
  EXAMPLE_VIEW,
} from '../../../contract/v1/example-view.testing.ts';
import type { HouseView } from './views.ts';

/** One instrument, as the examples show it. */
export const EXAMPLE_HOUSE_VIEW: HouseView = {
  seats: EXAMPLE_SEATS,
  symbols: ['ETHUSDT'],
  look: (symbol) => (symbol === 'ETHUSDT' ? EXAMPLE_VIEW : undefined),
  bars: (symbol, timeframe, barsMax) =>
    symbol === 'ETHUSDT' && timeframe === '1m' ? EXAMPLE_BARS.slice(-barsMax) : [],
  minutes: EXAMPLE_MINUTES,
  config: () => '{"file":null,"config":{"api":{"port":8888}},"origins":{}}',
};
