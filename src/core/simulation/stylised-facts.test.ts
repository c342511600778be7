import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import { correlation, FactsRecorder, varianceRatio } from './stylised-facts.ts';

const clock = (eventTimeMs: number): MarketEvent => ({ kind: 'clock', eventTimeMs });

function quote(bidPrice: number, bidSize: number, askPrice: number, askSize: number): MarketEvent {
  return { kind: 'quote', symbol: 'X', bidPrice, bidSize, askPrice, askSize, eventTimeMs: 0 };
}

function trade(aggressor: 'buy' | 'sell', size: number, symbol = 'X'): MarketEvent {
  return { kind: 'trade', symbol, tradeId: 1, price: 1, size, aggressor, eventTimeMs: 0 };
}

it('measures order flow as Cont, Kukanov and Stoikov define it', () => {
  const recorder = new FactsRecorder('X');
  const events = [
    clock(0),
    quote(100, 5, 101, 5),
    quote(100, 8, 101, 5), // three more want to buy: +3
    quote(100, 8, 101, 1), // four fewer want to sell: +4
    clock(1_000),
    quote(101, 2, 102, 7), // the bid rises: +2; the ask that was left goes: +1
    quote(100, 6, 101, 3), // the bid falls: -2; the ask comes down: -3
    clock(2_000),
  ];
  for (const event of events) recorder.add(event);
  assert.deepEqual(recorder.ofi, [7, -2]);
  assert.deepEqual(recorder.mid, [100.5, 100.5]);
  assert.deepEqual(recorder.imbalance, [7 / 9, 3 / 9]);
});

it('counts bought minus sold volume of its own symbol, and how signs follow one another', () => {
  const recorder = new FactsRecorder('X');
  const events = [
    quote(1, 1, 2, 1),
    trade('buy', 3),
    trade('buy', 1),
    trade('sell', 9, 'Y'),
    trade('sell', 2),
    clock(1),
  ];
  for (const event of events) recorder.add(event);
  assert.deepEqual(recorder.tfi, [2]);
  assert.equal(recorder.facts().tradeSignAcf1, 0); // buy-buy agrees, buy-sell does not
});

it('knows the correlation of a line and the variance ratio of a pendulum', () => {
  assert.ok(Math.abs(correlation([1, 2, 3], [5, 7, 9]) - 1) < 1e-12);
  assert.ok(Math.abs(correlation([1, 2, 3, 4], [1, -1, -1, 1])) < 1e-12);
  const pendulum = Array.from({ length: 121 }, (_, i) => 100 + (i % 2));
  assert.ok(varianceRatio(pendulum, 2) < 1e-12);
  const drift = Array.from({ length: 121 }, (_, i) => 1.001 ** i);
  assert.ok(Math.abs(varianceRatio(drift, 2) - 2) < 0.01);
});
