import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Quote } from '../market/quote.ts';
import { OrderFlowImbalance } from './order-flow-imbalance.ts';

const quote = (bidPrice: number, bidSize: number, askPrice: number, askSize: number): Quote => ({
  kind: 'quote',
  symbol: 'ETHUSDT',
  bidPrice,
  bidSize,
  askPrice,
  askSize,
  eventTimeMs: 0,
});

/** The imbalance that the second of two quotes makes. */
function step(before: Quote, after: Quote): number {
  const imbalance = new OrderFlowImbalance();
  imbalance.onQuote(before);
  imbalance.onQuote(after);
  return imbalance.takeSecond();
}

const start = quote(100, 5, 101, 7);

it('reads every kind of update as the paper does', () => {
  assert.equal(step(start, quote(100, 8, 101, 7)), 3); // a bid of 3 more
  assert.equal(step(start, quote(100, 1, 101, 7)), -4); // 4 of the bid sold or cancelled
  assert.equal(step(start, quote(100.5, 2, 101, 7)), 2); // a new best bid of 2
  assert.equal(step(start, quote(99, 9, 101, 7)), -5); // the bid of 5 is gone
  assert.equal(step(start, quote(100, 5, 101, 9)), -2); // an ask of 2 more
  assert.equal(step(start, quote(100, 5, 101, 4)), 3); // 3 of the ask bought or cancelled
  assert.equal(step(start, quote(100, 5, 100.5, 4)), -4); // a new best ask of 4
  assert.equal(step(start, quote(100, 5, 102, 4)), 7); // the ask of 7 is gone
});

it('adds up the updates of a second and begins the next with nothing', () => {
  const imbalance = new OrderFlowImbalance();
  assert.equal(imbalance.takeSecond(), 0);
  imbalance.onQuote(start);
  imbalance.onQuote(quote(100, 8, 101, 7));
  imbalance.onQuote(quote(100, 8, 102, 1));
  assert.equal(imbalance.takeSecond(), 10);
  assert.equal(imbalance.takeSecond(), 0);
  imbalance.onQuote(quote(100, 8, 102, 3));
  assert.equal(imbalance.takeSecond(), -2);
});

it('equals its definition over 100000 updates, and mirrors', () => {
  const law = fc.property(fc.array(fc.tuple(level, level), { minLength: 2, maxLength: 1_000 }), (levels) => {
    const quotes = levels.map(([bid, ask]) => quote(100 - bid.price, bid.size, 101 + ask.price, ask.size));
    const mirrored = levels.map(([bid, ask]) => quote(100 - ask.price, ask.size, 101 + bid.price, bid.size));
    const [imbalance, mirror] = [new OrderFlowImbalance(), new OrderFlowImbalance()];
    for (const one of quotes) imbalance.onQuote(one);
    for (const one of mirrored) mirror.onQuote(one);
    const expected = quotes.slice(1).reduce((total, now, i) => total + event(quotes[i]!, now), 0);
    const actual = imbalance.takeSecond();
    assert.equal(actual, expected);
    assert.equal(mirror.takeSecond(), 0 - actual);
  });
  fc.assert(law, { numRuns: 200 });
});

const level = fc.record({ price: fc.integer({ min: 0, max: 3 }), size: fc.integer({ min: 0, max: 1_000 }) });

function event(old: Quote, now: Quote): number {
  const is = (condition: boolean) => (condition ? 1 : 0);
  return (
    is(now.bidPrice >= old.bidPrice) * now.bidSize -
    is(now.bidPrice <= old.bidPrice) * old.bidSize -
    is(now.askPrice <= old.askPrice) * now.askSize +
    is(now.askPrice >= old.askPrice) * old.askSize
  );
}
