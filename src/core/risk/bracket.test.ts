import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { BracketSettings, LeverageSettings } from '../engine/settings.ts';
import { type Bracket, buildBracket } from './bracket.ts';
import { chooseLeverage, liquidationPrice } from './leverage.ts';

const PERCENT: BracketSettings = {
  mode: 'percent',
  stopPercent: 0.5,
  targetPercents: [0.8, 1.2, 1.8],
  stopSigmas: 0.9,
  targetSigmas: [0.75, 1.35, 2],
  horizonSeconds: { '1m': 300, '3m': 900, '5m': 1800 },
  sigmaMinBps: 25,
  sigmaMaxBps: 120,
};
const VOLATILITY: BracketSettings = { ...PERCENT, mode: 'volatility' };
const LEVERAGE: LeverageSettings = {
  table: [
    { strength: 85, consensus: 75, leverage: 30 },
    { strength: 80, consensus: 70, leverage: 25 },
    { strength: 75, consensus: 65, leverage: 20 },
  ],
  otherwise: 10,
  cap: 20,
  maintenanceMarginPercent: 0.4,
};
const ETH = { side: 'buy', price: 3500, tickSize: 0.01, timeframe: '1m', sigmaPerSecond: undefined } as const;

it('builds the bracket of the guide', () => {
  const bracket = buildBracket(ETH, PERCENT) as Bracket;
  assert.deepEqual(bracket, { entryPrice: 3500, stopPrice: 3482.5, targetPrices: [3528, 3542, 3563] });
  assert.equal((bracket.targetPrices[1] - bracket.entryPrice) / (bracket.entryPrice - bracket.stopPrice), 2.4);
  assert.equal(chooseLeverage({ side: 'buy', strength: 85.5, consensus: 75, tickSize: 0.01 }, bracket, LEVERAGE), 20);
});

it('puts the stop of a sell above and its targets below', () => {
  const bracket = buildBracket({ ...ETH, side: 'sell', price: 50_000, tickSize: 0.1 }, PERCENT);
  assert.deepEqual(bracket, { entryPrice: 50_000, stopPrice: 50_250, targetPrices: [49_600, 49_400, 49_100] });
});

it('scales with the volatility of the horizon, within its clips', () => {
  // 2 bp a second over 900 s are 60 bp; stop 0.9, targets 0.75, 1.35 and 2 of it.
  const request = { ...ETH, price: 10_000, timeframe: '3m', sigmaPerSecond: 0.0002 } as const;
  const bracket = buildBracket(request, VOLATILITY);
  assert.deepEqual(bracket, { entryPrice: 10_000, stopPrice: 9946, targetPrices: [10_045, 10_081, 10_120] });
  const calm = buildBracket({ ...request, sigmaPerSecond: 1e-9 }, VOLATILITY) as Bracket;
  assert.equal(calm.stopPrice, 10_000 - 22.5);
  const wild = buildBracket({ ...request, sigmaPerSecond: 1 }, VOLATILITY) as Bracket;
  assert.equal(wild.stopPrice, 10_000 - 108);
  assert.equal(buildBracket({ ...request, sigmaPerSecond: undefined }, VOLATILITY), 'volatility_warming');
});

it('refuses what the price step cannot hold', () => {
  assert.equal(buildBracket({ ...ETH, price: 1, tickSize: 0.01 }, PERCENT), 'bracket_below_one_tick');
  assert.equal(buildBracket({ ...ETH, price: 0.01, tickSize: 0.01 }, PERCENT), 'bracket_below_one_tick');
});

it('always publishes whole ticks on the right sides', () => {
  const law = fc.property(
    fc.constantFrom('buy' as const, 'sell' as const),
    fc.integer({ min: 2_000, max: 50_000_000 }),
    fc.constantFrom(0.00000001, 0.0000001, 0.0001, 0.01, 0.05, 0.1, 0.5, 1, 5),
    (side, ticks, tickSize) => {
      const bracket = buildBracket({ ...ETH, side, price: ticks * tickSize, tickSize }, PERCENT) as Bracket;
      const sign = side === 'buy' ? 1 : -1;
      const ladder = [bracket.stopPrice, bracket.entryPrice, ...bracket.targetPrices];
      for (const price of ladder) {
        const inTicks = price / tickSize;
        assert.ok(
          Math.abs(inTicks - Math.round(inTicks)) < 1e-6 * Math.max(1, inTicks * 1e-6),
          `${price} / ${tickSize}`,
        );
        assert.ok(price > 0);
      }
      for (let at = 1; at < ladder.length; at += 1) assert.ok(sign * (ladder[at]! - ladder[at - 1]!) > 0);
    },
  );
  fc.assert(law);
});

it('reads the leverage table, caps it, and lowers it until the stop comes first', () => {
  const bracket = buildBracket(ETH, PERCENT) as Bracket;
  const pick = (strength: number, consensus: number, settings = LEVERAGE, from = bracket) =>
    chooseLeverage({ side: 'buy', strength, consensus, tickSize: 0.01 }, from, settings);
  const uncapped = { ...LEVERAGE, cap: 30 };
  assert.deepEqual(
    [pick(85, 75, uncapped), pick(84.9, 75, uncapped), pick(80, 69.9, uncapped), pick(99, 64.9, uncapped)],
    [30, 25, 20, 10],
  );
  assert.equal(pick(99, 99), 20);
  // A stop 4 % away needs 2 * 4 % + 0.2 % of room: 1/L - mmr, about, so 11 times.
  const wide = { ...bracket, stopPrice: 3360 };
  assert.equal(pick(99, 99, LEVERAGE, wide), 11);
  assert.equal(pick(99, 99, LEVERAGE, { ...bracket, stopPrice: 10 }), 'liquidation_before_stop');
});

it('knows where an isolated position is liquidated', () => {
  // E = 3500, maintenance margin 0.4 %: 20x liquidates 462 bp away, 50x 161 bp, 100x 60 bp, 125x 40 bp.
  const bpsAway = (leverage: number) => Math.round((1 - liquidationPrice('buy', 3500, leverage, 0.004) / 3500) * 1e4);
  assert.deepEqual([bpsAway(20), bpsAway(50), bpsAway(100), bpsAway(125)], [462, 161, 60, 40]);
});
