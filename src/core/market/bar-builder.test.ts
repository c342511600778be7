import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import type { Bar } from './bar.ts';
import { BarAggregator, BarBuilder } from './bar-builder.ts';
import { MINUTE_MS, TIMEFRAME_MS } from './timeframe.ts';
import type { Side, Trade } from './trade.ts';

/** A multiple of 3 and of 5 minutes. */
const START_MS = 1_736_942_400_000;

function trade(atMs: number, price: number, size = 1, aggressor: Side = 'buy'): Trade {
  return { kind: 'trade', symbol: 'ETHUSDT', tradeId: 1, price, size, aggressor, eventTimeMs: START_MS + atMs };
}

function minute(index: number, changes: Partial<Bar> = {}): Bar {
  const openTimeMs = START_MS + index * MINUTE_MS;
  const prices = { open: 10, high: 12, low: 9, close: 11 };
  return {
    ...{ kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs, closeTimeMs: openTimeMs + MINUTE_MS },
    ...{ ...prices, volume: 2, buyVolume: 1, ...changes },
  };
}

const flat = (index: number, price: number): Bar =>
  minute(index, { open: price, high: price, low: price, close: price, volume: 0, buyVolume: 0 });

it('drops the minute in which trades begin, and builds the next ones whole', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.add(trade(30_000, 5));
  assert.equal(builder.close(), undefined);
  for (const it of [trade(60_000, 10), trade(70_000, 14, 2, 'sell'), trade(80_000, 8), trade(119_999, 11)])
    builder.add(it);
  assert.deepEqual(builder.close(), minute(1, { open: 10, high: 14, low: 8, close: 11, volume: 5, buyVolume: 3 }));
});

it('has watched a minute from its first millisecond on', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.add(trade(0, 10));
  assert.equal(builder.close()?.open, 10);
  const late = new BarBuilder('ETHUSDT');
  late.add(trade(1, 10));
  assert.equal(late.close(), undefined);
});

it('gives what is at exactly the minute to the next bar', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.add(trade(0, 10));
  assert.throws(() => builder.add(trade(60_000, 20)), InvariantError);
  assert.equal(builder.close()?.close, 10);
  builder.add(trade(60_000, 20));
  const next = builder.close();
  assert.deepEqual([next?.open, next?.low, next?.openTimeMs], [20, 20, START_MS + MINUTE_MS]);
});

it('fills a watched minute without trades at the last close', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.add(trade(30_000, 7));
  builder.close();
  assert.deepEqual([builder.close(), builder.close()], [flat(1, 7), flat(2, 7)]);
});

it('forgets what was forming when data are lost, and the price with it', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.add(trade(0, 7));
  builder.drop();
  assert.equal(builder.active, false);
  assert.throws(() => builder.nextCloseMs, InvariantError);
  assert.throws(() => builder.close(), InvariantError);
  // The gap ends in the middle of minute 5; minute 6 was watched and began with the price of 5, not of 0.
  builder.add(trade(5 * MINUTE_MS + 1, 9));
  assert.deepEqual([builder.close(), builder.close()], [undefined, flat(6, 9)]);
});

it('goes on from a recorded bar without losing a minute', () => {
  const builder = new BarBuilder('ETHUSDT');
  builder.continueAfter(minute(0));
  assert.equal(builder.nextCloseMs, START_MS + 2 * MINUTE_MS);
  // Already in the recorded bar.
  builder.add(trade(59_999, 1));
  assert.deepEqual(builder.close(), flat(1, 11));
  builder.add(trade(2 * MINUTE_MS + 30_000, 13));
  assert.deepEqual(builder.close(), minute(2, { open: 13, high: 13, low: 13, close: 13, volume: 1, buyVolume: 1 }));
});

it('builds what the plainest definition says', () => {
  const trades = fc.array(
    fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(60_000, 130_000)),
      price: fc.integer({ min: 1, max: 1000 }),
      size: fc.integer({ min: 1, max: 9 }),
      aggressor: fc.constantFrom('buy' as const, 'sell' as const),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const law = fc.property(trades, (steps) => {
    let atMs = 0;
    const tape = steps.map(({ waitMs, price, size, aggressor }) => {
      atMs += waitMs;
      return trade(atMs, price, size, aggressor);
    });
    const builder = new BarBuilder('ETHUSDT');
    const bars: (Bar | undefined)[] = [];
    for (const it of tape) {
      while (builder.active && builder.nextCloseMs <= it.eventTimeMs) bars.push(builder.close());
      builder.add(it);
    }
    bars.push(builder.close());
    assert.deepEqual(
      bars.filter((bar) => bar !== undefined),
      naiveBars(tape),
    );
  });
  fc.assert(law);
});

/** All watched minutes of the trades, from the definition in the docstring of the builder. */
function naiveBars(tape: readonly Trade[]): Bar[] {
  const [first, last] = [tape[0]!.eventTimeMs - START_MS, tape.at(-1)!.eventTimeMs - START_MS];
  const bars: Bar[] = [];
  for (let index = Math.ceil(first / MINUTE_MS); index <= Math.floor(last / MINUTE_MS); index += 1) {
    const from = START_MS + index * MINUTE_MS;
    const inside = tape.filter(({ eventTimeMs }) => eventTimeMs >= from && eventTimeMs < from + MINUTE_MS);
    const before = tape.findLast(({ eventTimeMs }) => eventTimeMs < from);
    const prices = inside.length > 0 ? inside.map((it) => it.price) : [before!.price];
    const volumeOf = (some: readonly Trade[]): number => some.reduce((sum, it) => sum + it.size, 0);
    const [high, low] = [Math.max(...prices), Math.min(...prices)];
    const volumes = { volume: volumeOf(inside), buyVolume: volumeOf(inside.filter((it) => it.aggressor === 'buy')) };
    bars.push(minute(index, { open: prices[0]!, high, low, close: prices.at(-1)!, ...volumes }));
  }
  return bars;
}

it('joins minutes into longer bars, aligned to the epoch', () => {
  const three = new BarAggregator('3m');
  const minutes = [
    minute(0, { open: 5, high: 6, low: 4, close: 5, volume: 1, buyVolume: 1 }),
    minute(1, { open: 5, high: 9, low: 5, close: 8, volume: 2, buyVolume: 0 }),
    minute(2, { open: 8, high: 8, low: 3, close: 7, volume: 4, buyVolume: 3 }),
  ];
  const joined = minutes.map((bar) => three.add(bar));
  const closeTimeMs = START_MS + TIMEFRAME_MS['3m'];
  const whole = { ...minutes[0]!, timeframe: '3m', closeTimeMs, high: 9, low: 3, close: 7, volume: 7, buyVolume: 4 };
  assert.deepEqual(joined, [undefined, undefined, whole]);
  assert.equal(minutes[0]!.timeframe, '1m', 'the minute itself is left alone');
});

it('gives out no bar with a minute missing, wherever it is missing', () => {
  const closesOf = (...indices: readonly number[]): number[] => {
    const five = new BarAggregator('5m');
    return indices.flatMap((index) => {
      const bar = five.add(minute(index));
      return bar === undefined ? [] : [(bar.closeTimeMs - START_MS) / MINUTE_MS];
    });
  };
  assert.deepEqual(closesOf(0, 1, 2, 3, 4), [5]);
  // Begun in the middle, a hole in the middle, the first or the last missing.
  assert.deepEqual(closesOf(2, 3, 4, 5, 6, 7, 8, 9), [10]);
  assert.deepEqual(closesOf(0, 1, 3, 4, 5, 6, 7, 8, 9), [10]);
  assert.deepEqual(closesOf(1, 2, 3, 4, 5, 6, 7, 8), []);
  // The same place in another five minutes does not complete them.
  assert.deepEqual(closesOf(0, 1, 2, 8, 9), []);
});

it('does not know the aggressors of a bar when those of one minute are unknown', () => {
  const three = new BarAggregator('3m');
  three.add(minute(0));
  three.add(minute(1, { buyVolume: undefined }));
  const bar = three.add(minute(2));
  assert.deepEqual([bar?.volume, bar?.buyVolume], [6, undefined]);
});
