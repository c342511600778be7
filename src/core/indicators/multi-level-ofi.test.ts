import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import type { Book } from '../market/book.ts';
import { MultiLevelOfi } from './multi-level-ofi.ts';
import { OrderFlowImbalance } from './order-flow-imbalance.ts';

type Level = readonly [price: number, size: number];

const book = (bids: readonly Level[], asks: readonly Level[]): Book => ({
  kind: 'book',
  symbol: 'ETHUSDT',
  bidPrices: bids.map(([price]) => price),
  bidSizes: bids.map(([, size]) => size),
  askPrices: asks.map(([price]) => price),
  askSizes: asks.map(([, size]) => size),
  eventTimeMs: 0,
});

it('is the imbalance of the best quote when only one level counts', () => {
  const level = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 1_000 }));
  const law = fc.property(fc.array(fc.tuple(level, level), { minLength: 1 }), (quotes) => {
    const [deep, flat] = [new MultiLevelOfi({ levels: 1 }), new OrderFlowImbalance()];
    for (const [[below, bidSize], [above, askSize]] of quotes) {
      const [bidPrice, askPrice] = [100 - below, 101 + above];
      deep.onBook(
        book(
          [
            [bidPrice, bidSize],
            [1, 9],
          ],
          [
            [askPrice, askSize],
            [999, 9],
          ],
        ),
      );
      flat.onQuote({ kind: 'quote', symbol: 'ETHUSDT', bidPrice, bidSize, askPrice, askSize, eventTimeMs: 0 });
    }
    assert.equal(deep.takeSecond(), flat.takeSecond());
  });
  fc.assert(law);
});

it('weighs the second level with e^(-1/2) of the first', () => {
  const imbalance = new MultiLevelOfi({ levels: 2 });
  imbalance.onBook(
    book(
      [
        [100, 4],
        [99, 6],
      ],
      [
        [101, 4],
        [102, 6],
      ],
    ),
  );
  imbalance.onBook(
    book(
      [
        [100, 5],
        [99, 9],
      ],
      [
        [101, 4],
        [102, 6],
      ],
    ),
  );
  const second = Math.exp(-0.5);
  assert.ok(Math.abs(imbalance.takeSecond() - (1 + 3 * second) / (1 + second)) < 1e-15);
  assert.ok(Math.abs(imbalance.depth - ((5 + 9 * second) / 2 + (4 + 6 * second) / 2) / (1 + second)) < 1e-14);
  assert.equal(imbalance.takeSecond(), 0);
});

it('says nothing about a level that is missing before or after', () => {
  const imbalance = new MultiLevelOfi({ levels: 3 });
  const [shallow, deep, other] = [
    book([[100, 4]], [[101, 7]]),
    book(
      [
        [100, 4],
        [99, 50],
      ],
      [
        [101, 7],
        [102, 60],
      ],
    ),
    book(
      [
        [100, 4],
        [99, 5],
      ],
      [
        [101, 7],
        [102, 6],
      ],
    ),
  ];
  for (const one of [book([], []), shallow, deep, shallow, other, shallow]) imbalance.onBook(one);
  assert.equal(imbalance.takeSecond(), 0);
});

it('copies what the source may reuse', () => {
  const imbalance = new MultiLevelOfi({ levels: 1 });
  const reused = { ...book([[100, 4]], [[101, 7]]), bidSizes: [4] };
  imbalance.onBook(reused);
  reused.bidSizes[0] = 10;
  imbalance.onBook(reused);
  assert.equal(imbalance.takeSecond(), 6);
});

it('refuses more levels than the house looks at', () => {
  assert.throws(() => new MultiLevelOfi({ levels: 11 }), InvariantError);
  assert.throws(() => new MultiLevelOfi({ levels: 0 }), InvariantError);
});
