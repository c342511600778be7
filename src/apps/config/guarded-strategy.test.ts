import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Bar } from '../../core/market/bar.ts';
import type { Book } from '../../core/market/book.ts';
import type { Quote } from '../../core/market/quote.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { Strategy, StrategyContext } from '../../core/strategies/strategy.ts';
import { Complaints } from './complaints.ts';
import { strategyNamed } from './config.testing.ts';
import { guardDefinition, StrategyError } from './guarded-strategy.ts';

const CONTEXT: StrategyContext = {
  instrument: { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 },
  timeframe: '1m',
};
const BAR: Bar = {
  ...{ kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: 0, closeTimeMs: 60_000 },
  ...{ open: 1, high: 3, low: 1, close: 2, volume: 5, buyVolume: undefined },
};
const TRADE: Trade = {
  ...{ kind: 'trade', symbol: 'ETHUSDT', tradeId: 1, price: 2, size: 1, aggressor: 'buy', eventTimeMs: 1 },
};
const QUOTE: Quote = {
  ...{ kind: 'quote', symbol: 'ETHUSDT', bidPrice: 1, bidSize: 1, askPrice: 2, askSize: 1, eventTimeMs: 1 },
};
const BOOK: Book = {
  ...{ kind: 'book', symbol: 'ETHUSDT', eventTimeMs: 1 },
  ...{ bidPrices: Float64Array.of(1), bidSizes: Float64Array.of(5) },
  ...{ askPrices: Float64Array.of(2), askSizes: Float64Array.of(6) },
};
const SILENT = { side: undefined, reason: 'silent' } as const;

/** A strategy as JavaScript may hand it over, under guard, and what is complained about it. */
function guarded(created: unknown, context = CONTEXT): { strategy: Strategy; told: string[] } {
  const told: string[] = [];
  const complaints = new Complaints();
  complaints.tellTo((sentence) => told.push(sentence));
  const onInvalid = (part: string, sentence: string): void => complaints.add(part, sentence);
  const create = (): Strategy => (typeof created === 'function' ? created() : created) as Strategy;
  const definition = guardDefinition({ ...strategyNamed('mine'), create }, { file: './mine.mjs', onInvalid });
  return { strategy: definition.create(context, {}), told };
}

const onBar = (): undefined => undefined;

it('lets votes and abstentions pass as they are', () => {
  const opinions = [
    { side: 'buy', strength: 0, reason: 'a' },
    { side: 'sell', strength: 100, reason: 'b' },
    { side: 'buy', strength: 87.5, reason: 'c' },
    SILENT,
  ];
  for (const opinion of opinions) {
    const { strategy, told } = guarded({ onBar, opinion });
    assert.deepEqual(strategy.opinion, opinion);
    assert.deepEqual(told, []);
  }
  assert.deepEqual(guarded({ onBar, opinion: { reason: 'no side at all' } }).strategy.opinion.side, undefined);
});

it('counts what is not clearly a vote as an invalid vote, and says once what was wrong', () => {
  const vote = { side: 'buy', strength: 80, reason: 'up' };
  const cases: [opinion: unknown, what: string][] = [
    [{ ...vote, strength: Number.NaN }, 'strength is NaN, it must be a number from 0 to 100'],
    [{ ...vote, strength: 900 }, 'strength is 900, it must be a number from 0 to 100'],
    [{ ...vote, strength: -1 }, 'strength is -1, it must be a number from 0 to 100'],
    [{ ...vote, strength: Number.POSITIVE_INFINITY }, 'strength is Infinity, it must be a number from 0 to 100'],
    [{ ...vote, strength: '90' }, 'strength is "90", it must be a number from 0 to 100'],
    [{ side: 'buy', reason: 'up' }, 'strength is undefined, it must be a number from 0 to 100'],
    [{ ...vote, side: 'BUY' }, 'side is "BUY", it must be "buy", "sell" or undefined'],
    [{ ...vote, side: 'long' }, 'side is "long", it must be "buy", "sell" or undefined'],
    [{ ...vote, side: null }, 'side is null, it must be "buy", "sell" or undefined'],
    [{ side: 'buy', strength: 80 }, 'reason is undefined, it must be a text that is not empty'],
    [{ ...vote, reason: { text: 'up' } }, 'reason is an object, it must be a text that is not empty'],
    [{ side: undefined, reason: '' }, 'reason is "", it must be a text that is not empty'],
    [undefined, 'opinion is undefined, it must be a vote or an abstention'],
    [null, 'opinion is null, it must be a vote or an abstention'],
    ['buy', 'opinion is "buy", it must be a vote or an abstention'],
  ];
  for (const [opinion, what] of cases) {
    const { strategy, told } = guarded({ onBar, opinion });
    const read = [strategy.opinion, strategy.opinion, strategy.opinion];
    assert.deepEqual(read, Array(3).fill({ side: undefined, reason: 'invalid vote' }), what);
    assert.deepEqual(told, [`strategy mine: ${what}; counted as \`invalid vote\``]);
  }
});

it('reads an opinion once, so that what was checked is what is used', () => {
  let readings = 0;
  const opinion = {
    side: 'buy',
    reason: 'up',
    get strength() {
      readings += 1;
      return readings === 1 ? 80 : Number.NaN;
    },
  };
  const read = guarded({ onBar, opinion }).strategy.opinion;
  assert.deepEqual([read, read], Array(2).fill({ side: 'buy', strength: 80, reason: 'up' }));
});

it('names the strategy, the file and the method that threw', () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  const throwing = { onTrade: boom, onQuote: boom, onBook: boom, onBar: boom, onSecond: boom };
  const { strategy } = guarded({
    ...throwing,
    get opinion() {
      return boom();
    },
  });
  const calls: [method: string, call: () => unknown][] = [
    ['onTrade', () => strategy.onTrade?.(TRADE)],
    ['onQuote', () => strategy.onQuote?.(QUOTE)],
    ['onBook', () => strategy.onBook?.(BOOK)],
    ['onBar', () => strategy.onBar?.(BAR)],
    ['onSecond', () => strategy.onSecond?.(1_000)],
    ['opinion', () => strategy.opinion],
    ['create', () => guarded(boom)],
  ];
  for (const [method, call] of calls) {
    assert.throws(call, new StrategyError(`strategy mine (./mine.mjs) threw in ${method}: boom`));
  }
  const text = (): never => {
    throw 'just text';
  };
  assert.throws(() => guarded(text), /threw in create: "just text"$/);
  const waiting = guarded({ opinion: SILENT, onBar: async () => boom() }).strategy;
  assert.throws(
    () => waiting.onBar?.(BAR),
    /^StrategyError: strategy mine \(\.\/mine\.mjs\): onBar returned a promise/,
  );
});

it('refuses what create returns when it cannot be a strategy', () => {
  const cases: [created: unknown, problem: RegExp][] = [
    [undefined, /create returned undefined, it must return a strategy$/],
    [null, /create returned null/],
    [() => Promise.resolve({ onBar, opinion: SILENT }), /what create returned has no opinion$/],
    [{ onBar }, /has no opinion$/],
    [{ opinion: SILENT }, /listens to nothing, it must have one of onTrade, .*onSecond$/],
    [{ opinion: SILENT, onBar: 3 }, /onBar is 3, not a function$/],
  ];
  for (const [created, problem] of cases) {
    assert.throws(() => guarded(created), problem);
    assert.throws(() => guarded(created), /strategy mine \(\.\/mine\.mjs\): /);
  }
});

it('has the listeners of the strategy and no others, on their own object', () => {
  const inner = {
    heard: 0,
    onBar(): void {
      this.heard += 1;
    },
    get opinion() {
      return { side: undefined, reason: `heard ${this.heard}` };
    },
  };
  const { strategy } = guarded(inner);
  assert.deepEqual(Object.keys(strategy).toSorted(), ['onBar', 'opinion']);
  strategy.onBar?.(BAR);
  assert.equal(strategy.opinion.reason, 'heard 1');
});

it('hands out frozen copies: nobody else sees what it does to them', () => {
  const kept: Record<string, unknown> = {};
  const { strategy } = guarded({
    opinion: SILENT,
    onTrade: (trade: Trade) => Object.assign(kept, { trade }),
    onQuote: (quote: Quote) => Object.assign(kept, { quote }),
    onBook: (book: Book) => Object.assign(kept, { book }),
    onBar: (bar: { close: number }) => {
      kept.bar = bar;
      bar.close = 999;
    },
  });
  const before = structuredClone([TRADE, QUOTE, BOOK, BAR]);
  strategy.onTrade?.(TRADE);
  strategy.onQuote?.(QUOTE);
  strategy.onBook?.(BOOK);
  assert.throws(() => strategy.onBar?.(BAR), /threw in onBar: Cannot assign to read only property 'close'/);
  assert.deepEqual([TRADE, QUOTE, BOOK, BAR], before);
  assert.deepEqual(kept.trade, TRADE);
  assert.deepEqual(kept.quote, QUOTE);
  assert.deepEqual(kept.bar, BAR);
  assert.deepEqual(kept.book, { ...BOOK, bidPrices: [1], bidSizes: [5], askPrices: [2], askSizes: [6] });
  for (const each of [...Object.values(kept), ...Object.values(kept.book as Book)]) assert.ok(Object.isFrozen(each));

  let given: StrategyContext | undefined;
  const create = (context: StrategyContext): Strategy => {
    given = context;
    return { onBar, opinion: SILENT };
  };
  guardDefinition({ ...strategyNamed('mine'), create }, { file: 'x', onInvalid: onBar }).create(CONTEXT, {});
  assert.deepEqual(given, CONTEXT);
  assert.ok(Object.isFrozen(given) && Object.isFrozen(given.instrument));
});

it('keeps complaints until somebody listens', () => {
  const complaints = new Complaints();
  const [first, second]: string[][] = [[], []];
  complaints.add('strength', 'strength is 900');
  complaints.add('strength', 'strength is 901');
  complaints.tellTo((sentence) => first!.push(sentence));
  complaints.tellTo((sentence) => second!.push(sentence));
  complaints.add('side', 'side is BUY');
  assert.deepEqual([first, second], [['strength is 900'], ['side is BUY']]);
});
