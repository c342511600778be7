import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { DepthBook, type Level } from './depth-book.ts';

it('is the same as a table of prices that is sorted at the end', () => {
  const level = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 }));
  const law = fc.property(fc.array(level, { maxLength: 80 }), fc.array(level, { maxLength: 80 }), (bids, asks) => {
    const book = new DepthBook();
    book.change(bids, asks);
    const table = (levels: readonly Level[], away: 1 | -1): Level[] =>
      [...new Map(levels)]
        .filter(([, size]) => size > 0)
        .sort(([a], [b]) => (a - b) * away)
        .slice(0, 10);
    const top = book.top('ETHUSDT', 0);
    const pairs = (prices: ArrayLike<number>, sizes: ArrayLike<number>): Level[] =>
      Array.from(prices, (price, at) => [price, sizes[at]!] as const);
    assert.deepEqual(pairs(top.bidPrices, top.bidSizes), table(bids, -1));
    assert.deepEqual(pairs(top.askPrices, top.askSizes), table(asks, 1));
  });
  fc.assert(law);
});
