import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import type { Side } from '../market/trade.ts';
import { chance } from './candles.testing.ts';
import { TradeFlowImbalance } from './trade-flow-imbalance.ts';

interface Flow {
  readonly second: number;
  readonly side: Side;
  readonly size: number;
}

const flows = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 40 }),
    side: fc.constantFrom<Side>('buy', 'sell'),
    size: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  }),
  { minLength: 1 },
);

/** The readings at the end of each second. */
function run(trades: readonly Flow[], seconds: number, until: number): (number | undefined)[] {
  const imbalance = new TradeFlowImbalance({ seconds });
  return Array.from({ length: until }, (_, second) => {
    for (const trade of trades) if (trade.second === second) imbalance.onTrade(trade.side, trade.size);
    imbalance.onSecond();
    return imbalance.value;
  });
}

it('equals its definition: every trade weighs e^(-age / seconds)', () => {
  const law = fc.property(flows, fc.integer({ min: 1, max: 60 }), (trades, seconds) => {
    run(trades, seconds, 45).forEach((reading, now) => {
      let [buys, sells] = [0, 0];
      for (const { second, side, size } of trades) {
        if (second > now) continue;
        const weight = size * Math.exp((second - now) / seconds);
        if (side === 'buy') buys += weight;
        else sells += weight;
      }
      if (buys + sells === 0) assert.equal(reading, undefined);
      else assert.ok(Math.abs(reading! - (buys - sells) / (buys + sells)) < 1e-12);
    });
  });
  fc.assert(law);
});

it('stays in [-1, 1], turns with the sides, and does not care for the unit of size', () => {
  const law = fc.property(flows, fc.integer({ min: -10, max: 10 }), (trades, power) => {
    const readings = run(trades, 10, 45);
    for (const reading of readings) assert.ok(reading === undefined || Math.abs(reading) <= 1);
    const turned = trades.map((trade) => ({ ...trade, side: trade.side === 'buy' ? 'sell' : 'buy' }) as const);
    assert.deepEqual(
      run(turned, 10, 45),
      readings.map((reading) => (reading === undefined ? undefined : 0 - reading)),
    );
    const scaled = trades.map((trade) => ({ ...trade, size: trade.size * 2 ** power }));
    assert.deepEqual(run(scaled, 10, 45), readings);
  });
  fc.assert(law);
});

it('drifts by less than 1e-9 over 100000 seconds', () => {
  const random = chance(5);
  const imbalance = new TradeFlowImbalance({ seconds: 60 });
  const net: number[] = [];
  const all: number[] = [];
  for (let second = 0; second < 100_000; second += 1) {
    const [bought, sold] = [10 * random(), 10 * random()];
    imbalance.onTrade('buy', bought);
    imbalance.onTrade('sell', sold);
    imbalance.onSecond();
    net.push(bought - sold);
    all.push(bought + sold);
  }
  const weighted = (values: readonly number[]) =>
    values
      .slice(-2_700)
      .reduceRight((total, value, i, { length }) => total + value * Math.exp((i + 1 - length) / 60), 0);
  assert.ok(Math.abs(imbalance.value! - weighted(net) / weighted(all)) < 1e-12);
  assert.ok(Math.abs(imbalance.volume / weighted(all) - 1) < 1e-9);
});

it('counts a trade when its second is closed, and is silent without volume', () => {
  const imbalance = new TradeFlowImbalance({ seconds: 10 });
  imbalance.onSecond();
  assert.equal(imbalance.value, undefined);
  imbalance.onTrade('buy', 3);
  imbalance.onTrade('sell', 1);
  assert.equal(imbalance.value, undefined);
  imbalance.onSecond();
  assert.equal(imbalance.value, 0.5);
  imbalance.onSecond();
  // An empty second makes both sides older, and changes nothing between them.
  assert.ok(Math.abs(imbalance.value! - 0.5) < 1e-15);
});

it('refuses a size or a time constant that cannot be', () => {
  assert.throws(() => new TradeFlowImbalance({ seconds: 0 }), InvariantError);
  assert.throws(() => new TradeFlowImbalance({ seconds: 10 }).onTrade('buy', Number.NaN), InvariantError);
});
