import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import { Doubts } from './doubts.ts';

it('tells of the first reason at once, and that the last is gone only when its seconds are decided', () => {
  const told: string[] = [];
  const doubts = new Doubts((event: MarketEvent) => {
    if (event.kind === 'doubt') told.push(`${event.symbol} ${event.reason} ${event.eventTimeMs}`);
  });
  doubts.set('ETHUSDT', 'gap', true, 100);
  doubts.set('ETHUSDT', 'gap', true, 150);
  doubts.set('ETHUSDT', 'crossed', true, 200);
  doubts.set(undefined, 'gap', true, 300);
  assert.deepEqual(told.splice(0), ['ETHUSDT gap 100', 'undefined gap 300']);
  assert.deepEqual(doubts.standing, [
    { reason: 'gap', sinceMs: 100, symbols: ['ETHUSDT'] },
    { reason: 'crossed', sinceMs: 200, symbols: ['ETHUSDT'] },
    { reason: 'gap', sinceMs: 300, symbols: undefined },
  ]);
  doubts.set('ETHUSDT', 'gap', false, 1_100);
  doubts.set('ETHUSDT', 'crossed', false, 1_200);
  doubts.settle(1_000);
  assert.deepEqual(told, [], 'the second in which it stood is still open');
  // It comes back before that: nobody has heard that it was gone, and nobody needs to hear that it is there.
  doubts.set('ETHUSDT', 'gap', true, 1_300);
  doubts.settle(2_000);
  assert.deepEqual(told, []);
  doubts.set('ETHUSDT', 'gap', false, 1_400);
  doubts.settle(2_000);
  assert.deepEqual(told, ['ETHUSDT undefined 1400']);
  assert.deepEqual(doubts.counts, { gap: 3, crossed: 1 });
});
