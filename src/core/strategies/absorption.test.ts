import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Side } from '../market/trade.ts';
import { Absorption } from './absorption.ts';
import { trade } from './strategies.testing.ts';

const lengths = { seconds: 10, memorySeconds: 600, warmupSeconds: 60, staleSeconds: 5 };

/** 100 seconds of flow and mid that swing together, then 10 of one-sided flow while the mid does `move` a second. */
function read(side: Side, move: number): number {
  const absorption = new Absorption(lengths);
  let reading = 0;
  let mid = 1_000;
  for (let second = 0; second < 110; second += 1) {
    const swing: Side = (Math.floor(second / 5) % 2 === 0) === (side === 'buy') ? 'buy' : 'sell';
    const isPress = second >= 100;
    absorption.onTrade(trade(second * 1_000, isPress ? side : swing, isPress ? 20 : 5));
    mid += isPress ? move : swing === 'buy' ? 1 : -1;
    reading = absorption.onSecond((second + 1) * 1_000, mid);
  }
  return reading;
}

it('goes against aggressors who do not move the price, and is silent when they do', () => {
  assert.equal(read('buy', 0), -1);
  assert.equal(read('sell', 0), 1);
  assert.equal(Math.abs(read('buy', 2)), 0);
  assert.equal(Math.abs(read('sell', -2)), 0);
  assert.equal(read('buy', -2), -1, 'the price going the other way is absorbed in full');
});

it('says nothing while warming up, and nothing without trades', () => {
  const absorption = new Absorption(lengths);
  for (let second = 1; second <= 60; second += 1) {
    absorption.onTrade(trade(second * 1_000 - 1, 'buy', second));
    assert.equal(absorption.onSecond(second * 1_000, 1_000), 0);
  }
  assert.equal(absorption.onSecond(66_000, 1_000), 0);
});
