import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import { orderBook } from './order-book.ts';
import { book, create, feed, opinionsBySecond, quote, trade } from './strategies.testing.ts';

/** Two quotes a second whose sizes swing around 10 without leaning. */
function quiet(seconds: number): Quote[] {
  return Array.from({ length: seconds * 2 }, (_, i) => {
    const swing = [0, 2, 1, -2, -1][i % 5]!;
    return quote(i * 500, [100, 10 + swing], [101, 10 - swing]);
  });
}

/** The bid fills up and the ask is eaten, or the other way round. */
function leaning(fromSecond: number, seconds: number, direction: 1 | -1): Quote[] {
  return Array.from({ length: seconds * 2 }, (_, i) => {
    const [full, thin] = [12 + 2 * i, 8 - i / 2];
    const [bidSize, askSize] = direction > 0 ? [full, thin] : [thin, full];
    return quote(fromSecond * 1_000 + i * 500, [100, bidSize], [101, askSize]);
  });
}

it('votes with the side that fills up, on quotes alone: level 1', () => {
  for (const [direction, side, sign] of [
    [1, 'buy', ''],
    [-1, 'sell', '-'],
  ] as const) {
    const opinions = opinionsBySecond(create(orderBook), [...quiet(90), ...leaning(90, 6, direction)], 96_000);
    assert.deepEqual(opinions[89], { side: undefined, reason: 'book balanced' });
    const vote = opinions.at(-1)!;
    assert.equal(vote.side, side);
    assert.equal(vote.side && vote.strength, 100);
    const phrase = `^order flow ${sign}3\\.0x usual over 1 level, microprice ${sign}0\\.\\d\\d half spreads off the middle$`;
    assert.match(vote.reason, new RegExp(phrase));
  }
});

it('sees below the best level where there is a book, and then does not listen to quotes', () => {
  const deep = (i: number, second: number): Book => book(i * 500, 100, [10, second, 10], [10, 10 + (i % 3), 10]);
  const books = Array.from({ length: 200 }, (_, i) => deep(i, i < 190 ? 10 + (i % 3) : 20 + 5 * (i - 190)));
  const reason = (strategy = create(orderBook, { entryStrength: 50, micropriceFull: 0.5, flowFull: 1 })): string => {
    const quotes = Array.from({ length: 200 }, (_, i) => quote(i * 500 + 1, [100, 99], [101, 1 + (i % 2)]));
    return opinionsBySecond(
      strategy,
      [...books, ...quotes].sort((a, b) => a.eventTimeMs - b.eventTimeMs),
      100_000,
    ).at(-1)!.reason;
  };
  assert.match(reason(), /^order flow \d\.\dx usual over 5 levels, microprice 0\.00 /);
});

it('names why it is silent', () => {
  assert.equal(create(orderBook).opinion.reason, 'no book');
  assert.equal(opinionsBySecond(create(orderBook), [], 5_000).at(-1)!.reason, 'no book');
  const opinions = opinionsBySecond(create(orderBook), quiet(70), 80_000);
  assert.equal(opinions[59]!.reason, 'warming up');
  assert.equal(opinions[60]!.reason, 'book balanced');
  // The last quote is at 69.5 s: 1.5 s old at 71 s, 2.5 s at 72 s.
  assert.equal(opinions[70]!.reason, 'book balanced');
  assert.equal(opinions[71]!.reason, 'stale book');
});

it('takes a size of 0 for missing, not for an empty book', () => {
  const sizeless = Array.from({ length: 100 }, (_, i) => quote(i * 1_000, [100, 0], [101, 0]));
  const opinions = opinionsBySecond(create(orderBook), sizeless, 103_000);
  assert.equal(opinions[99]!.reason, 'book sizes missing');
  assert.equal(opinions[102]!.reason, 'stale book');
  const oneSided = opinionsBySecond(create(orderBook), [book(0, 100, [], [5, 5])], 1_000);
  assert.equal(oneSided[0]!.reason, 'book sizes missing');
});

it('takes nothing that changed in a hole for order flow', () => {
  const strategy = create(orderBook);
  opinionsBySecond(strategy, quiet(90), 90_000);
  feed(strategy, quote(150_500, [100, 500], [101, 10]));
  strategy.onSecond?.(151_000);
  assert.equal(strategy.opinion.reason, 'book balanced');
});

it('measures order flow in depth: the same swings of a book a hundred times as deep are nothing unusual', () => {
  const deeper = quiet(180).map((one) =>
    one.eventTimeMs < 90_000 ? one : { ...one, bidSize: one.bidSize * 100, askSize: one.askSize * 100 },
  );
  const opinions = opinionsBySecond(create(orderBook, { depthSeconds: 1 }), deeper, 180_000);
  for (const { reason } of opinions.slice(90)) assert.doesNotMatch(reason, /^order flow -?(2\.[5-9]|3)/);
});

it('counts absorbed selling for the bid, and says so', () => {
  const trades = Array.from({ length: 96 }, (_, second) => {
    const isPress = second >= 90;
    return trade(second * 1_000, isPress || second % 2 === 0 ? 'sell' : 'buy', isPress ? 20 : 1);
  });
  const events = [...quiet(90), ...leaning(90, 6, 1), ...trades].sort((a, b) => a.eventTimeMs - b.eventTimeMs);
  const [without, full] = [0, 0.25].map((absorptionShare) => {
    const strategy = create(orderBook, { absorptionShare, micropriceFull: 1 });
    return opinionsBySecond(strategy, events, 96_000).at(-1)!;
  });
  assert.ok(without?.side === 'buy' && full?.side === 'buy');
  assert.match(full.reason, /, selling absorbed 1\.00$/);
  assert.ok(Math.abs(full.strength - Math.min(100, without.strength + 25)) < 1e-9 && without.strength < 100);
});
