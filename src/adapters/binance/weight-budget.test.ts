import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WeightBudget } from './weight-budget.ts';

it('spends a share of the minute, leaves the rest to what is urgent, and believes the venue', () => {
  const budget = new WeightBudget();
  let taken = 0;
  while (budget.take(100, false, 1_000)) taken += 1;
  assert.equal(taken, 19);
  assert.equal(budget.take(100, true, 1_000), true);
  budget.told(2_390, 1_000);
  assert.deepEqual([budget.take(1, true, 59_999), budget.used(59_999)], [false, 2_390]);
  assert.deepEqual([budget.take(1, false, 60_000), budget.used(60_000)], [true, 1]);
});

it('asks nothing while it is told to pause', () => {
  const budget = new WeightBudget();
  budget.pause(5_000, 1_000);
  assert.deepEqual([budget.take(1, true, 5_999), budget.pausedUntilMs(5_999)], [false, 6_000]);
  assert.deepEqual([budget.take(1, true, 6_000), budget.pausedUntilMs(6_000)], [true, undefined]);
  budget.pause(undefined, 61_000);
  assert.deepEqual([budget.take(1, true, 119_999), budget.take(1, true, 120_000)], [false, true]);
});
