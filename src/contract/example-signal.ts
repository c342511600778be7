import type { Signal } from '../core/signals/signal.ts';

/** The guide's example: 0.5 % to the stop, 0.8 / 1.2 / 1.8 % to the targets, four of six strategies. */
export const EXAMPLE_SIGNAL: Signal = {
  signalId: '01934e4e-8783-7a2b-9c4d-5e6f70819203',
  stampUs: 1_732_185_045_123_456,
  symbol: 'ETHUSDT',
  side: 'buy',
  timeframe: '1m',
  entryPrice: 3500,
  stopPrice: 3482.5,
  targetPrices: [3528, 3542, 3563],
  leverage: 20,
  strength: 85.5,
  consensus: 75,
  strategiesAgree: 4,
  expiresAtMs: 1_732_185_060_123,
  votes: [
    {
      strategy: 'trend-confluence',
      weight: 0.22,
      side: 'buy',
      strength: 88,
      reason: 'above EMA 21, 55 and 200, MACD rising',
    },
    { strategy: 'flow-burst', weight: 0.2, side: 'buy', strength: 91, reason: 'buyers took 78 % of the last 10 s' },
    { strategy: 'momentum', weight: 0.18, side: 'buy', strength: 80, reason: 'RSI 63 and rising on 1m, 3m and 5m' },
    {
      strategy: 'volume-breakout',
      weight: 0.15,
      side: 'buy',
      strength: 81,
      reason: 'close above 20 bars, volume 2.4 times the mean',
    },
  ],
  reasons: ['4 of 6 strategies agree on BUY: trend-confluence, flow-burst, momentum, volume-breakout'],
  market: 'SIMULATED medium',
};
