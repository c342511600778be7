import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Position } from '../positions/position.ts';
import { NO_TOTALS } from '../positions/position-book.ts';
import { Random } from '../simulation/random.ts';
import { meanInterval } from './bootstrap.ts';
import { NO_EDGE, performanceOf } from './performance.ts';

const DAY_MS = 86_400_000;

function trip(index: number, net: number): Position {
  const bare = {
    signalId: 's',
    account: 'paper',
    symbol: 'ETHUSDT',
    side: 'buy',
    exits: [],
    exitPrice: 1,
    reason: 'tp',
  } as const;
  const money = { fees: 1, funding: 0, gross: net + 1, net, slippage: 0, stopPrice: 99, riskAmount: 10 };
  const times = { openedMs: index * DAY_MS, closedMs: index * DAY_MS + 1000 };
  return {
    ...bare,
    ...money,
    ...times,
    positionId: `${index}`,
    entryQty: 1,
    entryPrice: 100,
    openQty: 0,
    isOpen: false,
  };
}

it('says what a record is, and that it proves nothing', () => {
  const nets = [10, -5, 20, -15];
  const record = performanceOf(
    nets.map((net, index) => trip(index, net)),
    { ...NO_TOTALS, count: 4, net: 10 },
    false,
  );
  assert.deepEqual(
    [record.winRate, record.meanNet, record.meanR, record.meanNetBps, record.profitFactor, record.maxDrawdown],
    [0.5, 2.5, 0.25, 250, 1.5, 15],
  );
  assert.equal(record.verdict, NO_EDGE);
  assert.equal(record.missing.length, 6);
  assert.ok(record.missing.includes('60 days out of sample; there are 3.0'));
  assert.equal(performanceOf([], NO_TOTALS, true).meanNet, undefined);
});

it('keeps its words for the best of records as long as two of its conditions are not measured', () => {
  const record = performanceOf(
    Array.from({ length: 1_000 }, (_, index) => trip(index, 5 + (index % 3))),
    { ...NO_TOTALS, count: 1_000 },
    true,
  );
  assert.equal(record.verdict, NO_EDGE);
  assert.deepEqual(record.missing, ['a deflated Sharpe ratio of at least 0.95', 'a calibration slope from 0.8 to 1.2']);
});

it('holds the mean in about 95 of 100 intervals, for values that depend on the ones before', () => {
  const chance = Random.of(1, 'coverage');
  let held = 0;
  const rounds = 200;
  for (let round = 0; round < rounds; round += 1) {
    let value = 0;
    const values = Array.from({ length: 200 }, () => {
      value = 0.2 * value + chance.gaussian();
      return value;
    });
    const { low, high } = meanInterval(values, round)!;
    if (low <= 0 && high >= 0) held += 1;
  }
  assert.ok(held / rounds > 0.88 && held / rounds < 0.99, `${held} of ${rounds}`);
  assert.equal(meanInterval([1]), undefined);
});
