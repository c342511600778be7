import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Bar } from '../src/core/market/bar.ts';
import type { Book } from '../src/core/market/book.ts';
import type { Quote } from '../src/core/market/quote.ts';
import { SECOND_MS, type Timeframe } from '../src/core/market/timeframe.ts';
import type { Trade } from '../src/core/market/trade.ts';
import { BUILT_IN_STRATEGIES, DEFAULT_WEIGHTS } from '../src/core/strategies/registry.ts';
import type { Opinion, Strategy, StrategyDefinition } from '../src/core/strategies/strategy.ts';
import { merge, readBooks, readKlines, readQuotes, readTrades, whyNoTapes, withLongerBars } from './recorded-tapes.ts';

type TapeEvent = Bar | Trade | Quote | Book;

interface Tape {
  readonly name: string;
  readonly symbol: string;
  readonly tickSize: number;
  /** How often an opinion is read: at each bar close, or at each market second. */
  readonly grid: 'bars' | 'seconds';
  read(): TapeEvent[];
}

const UM = 'licensed/binance-um';
const ASTER = 'unlicensed/aster-um';

const candles = (path: string, name: string, symbol: string, tickSize: number): Tape => ({
  name,
  symbol,
  tickSize,
  grid: 'bars',
  read: () => withLongerBars(readKlines(path, symbol)),
});

const ETH_MINUTES = candles(`${UM}/ETHUSDT-1m-2025-05-04_2025-05-24.csv.gz`, 'ETHUSDT 1m 2025-05', 'ETHUSDT', 0.01);

const CANDLE_TAPES: readonly Tape[] = [
  ETH_MINUTES,
  candles(`${UM}/BTCUSDT-1m-2025-05-04_2025-05-24.csv.gz`, 'BTCUSDT 1m 2025-05', 'BTCUSDT', 0.1),
  candles(`${UM}/SOLUSDT-1m-2025-05-04_2025-05-24.csv.gz`, 'SOLUSDT 1m 2025-05', 'SOLUSDT', 0.01),
  candles(`${ASTER}/BNBUSDT-1m-2025-11-18_2025-11-25.csv.gz`, 'BNBUSDT 1m 2025-11, taker volume', 'BNBUSDT', 0.01),
];

const ETH_TRADES_AND_QUOTES: Tape = {
  name: 'ETHUSDT trades + bookTicker 2024-07-18',
  symbol: 'ETHUSDT',
  tickSize: 0.01,
  grid: 'seconds',
  read: () =>
    merge<Trade | Quote>(
      readTrades(`${UM}/ETHUSDT-trades-2024-07-18.csv.gz`, 'ETHUSDT'),
      readQuotes(`${UM}/ETHUSDT-bookTicker-2024-07-18.csv.gz`, 'ETHUSDT'),
    ),
};

const FLOW_TAPES: readonly Tape[] = [
  ETH_TRADES_AND_QUOTES,
  {
    name: 'BTCUSDT trades + bookTicker 2024-07-18',
    symbol: 'BTCUSDT',
    tickSize: 0.1,
    grid: 'seconds',
    read: () =>
      merge<Trade | Quote>(
        readTrades(`${UM}/BTCUSDT-trades-2024-07-18.csv.gz`, 'BTCUSDT'),
        readQuotes(`${UM}/BTCUSDT-bookTicker-2024-07-18.csv.gz`, 'BTCUSDT'),
      ),
  },
  {
    name: 'BTCUSDT trades + bookTicker 2023-04-04',
    symbol: 'BTCUSDT',
    tickSize: 0.1,
    grid: 'seconds',
    read: () =>
      merge<Trade | Quote>(
        readTrades(`${UM}/BTCUSDT-trades-2023-04-04.csv.gz`, 'BTCUSDT'),
        readQuotes(`${UM}/BTCUSDT-bookTicker-2023-04-04.csv.gz`, 'BTCUSDT'),
      ),
  },
  {
    name: 'ETHUSDT aggTrades + 10 levels, Aster 2025-09-24',
    symbol: 'ETHUSDT',
    tickSize: 0.01,
    grid: 'seconds',
    read: () =>
      merge<Trade | Book>(
        readTrades(`${ASTER}/ETHUSDT-aggTrades-2025-09-24T18.csv.gz`, 'ETHUSDT'),
        readBooks(`${ASTER}/ETHUSDT-book_snapshot_10-2025-09-24T18.csv.gz`, 'ETHUSDT'),
      ),
  },
  {
    name: 'ASTERUSDT aggTrades + 10 levels, Aster 2025-09-24',
    symbol: 'ASTERUSDT',
    tickSize: 0.0001,
    grid: 'seconds',
    read: () =>
      merge<Trade | Book>(
        readTrades(`${ASTER}/ASTERUSDT-aggTrades-2025-09-24T18.csv.gz`, 'ASTERUSDT'),
        readBooks(`${ASTER}/ASTERUSDT-book_snapshot_10-2025-09-24T18.csv.gz`, 'ASTERUSDT'),
      ),
  },
  {
    name: 'ETHUSDT aggTrades + bookTicker without sizes, Aster 2025-09-24',
    symbol: 'ETHUSDT',
    tickSize: 0.01,
    grid: 'seconds',
    read: () =>
      merge<Trade | Quote>(
        readTrades(`${ASTER}/ETHUSDT-aggTrades-2025-09-24.csv.gz`, 'ETHUSDT'),
        readQuotes(`${ASTER}/ETHUSDT-bookTicker-2025-09-24.csv.gz`, 'ETHUSDT'),
      ),
  },
];

function create(definition: StrategyDefinition, tape: Tape, timeframe: Timeframe): Strategy {
  const { symbol, tickSize } = tape;
  return definition.create({ instrument: { symbol, tickSize, stepSize: 0.001 }, timeframe }, definition.defaults);
}

/** Feeds a tape to strategies and calls `look` on its grid, after everything before that moment was seen. */
function drive(strategies: readonly Strategy[], events: readonly TapeEvent[], look: (timeMs: number) => void): void {
  let nextSecondMs: number | undefined;
  events.forEach((event, index) => {
    if (event.kind === 'bar') {
      for (const strategy of strategies) strategy.onBar?.(event);
      const next = events[index + 1];
      const isShared = next?.kind === 'bar' && next.closeTimeMs === event.closeTimeMs;
      if (!isShared) look(event.closeTimeMs);
      return;
    }
    nextSecondMs ??= Math.floor(event.eventTimeMs / SECOND_MS) * SECOND_MS + SECOND_MS;
    for (; nextSecondMs <= event.eventTimeMs; nextSecondMs += SECOND_MS) {
      for (const strategy of strategies) strategy.onSecond?.(nextSecondMs);
      look(nextSecondMs);
    }
    for (const strategy of strategies) {
      if (event.kind === 'trade') strategy.onTrade?.(event);
      else if (event.kind === 'quote') strategy.onQuote?.(event);
      else strategy.onBook?.(event);
    }
  });
}

interface Count {
  buy: number;
  sell: number;
  readonly abstentions: Map<string, number>;
}

function count(counts: Count, opinion: Opinion): void {
  if (opinion.side !== undefined) counts[opinion.side] += 1;
  else counts.abstentions.set(opinion.reason, (counts.abstentions.get(opinion.reason) ?? 0) + 1);
}

function countVotes(tape: Tape): Map<string, Count> {
  const counts = new Map<string, Count>();
  const strategies = BUILT_IN_STRATEGIES.map((definition) => create(definition, tape, '1m'));
  for (const { name } of BUILT_IN_STRATEGIES) counts.set(name, { buy: 0, sell: 0, abstentions: new Map() });
  drive(strategies, tape.read(), () => {
    for (const [index, { name }] of BUILT_IN_STRATEGIES.entries()) count(counts.get(name)!, strategies[index]!.opinion);
  });
  return counts;
}

function skipped(t: TestContext): boolean {
  const why = whyNoTapes();
  if (why !== undefined) t.skip(why);
  return why !== undefined;
}

test('every strategy votes both ways on real data, and names every silence', (t) => {
  if (skipped(t)) return;
  const sides = new Map<string, { buy: number; sell: number }>();
  for (const tape of [...CANDLE_TAPES, ...FLOW_TAPES]) {
    for (const [name, { buy, sell, abstentions }] of countVotes(tape)) {
      const silences = [...abstentions].sort((a, b) => b[1] - a[1]).map(([reason, times]) => `${reason} ${times}`);
      t.diagnostic(`| ${tape.name} | ${name} | ${buy} | ${sell} | ${silences.join(', ')} |`);
      const sum = sides.get(name) ?? { buy: 0, sell: 0 };
      sides.set(name, { buy: sum.buy + buy, sell: sum.sell + sell });
      for (const reason of abstentions.keys()) assert.match(reason, /^[a-z ]+$/, 'a reason is a key: no numbers');
    }
  }
  assert.equal(sides.size, 6);
  for (const [name, { buy, sell }] of sides) assert.ok(buy >= 20 && sell >= 20, `${name}: ${buy} buys, ${sell} sells`);
});

test('on plain candles the four bar strategies agree at strength 70, on both sides, on every horizon', (t) => {
  if (skipped(t)) return;
  const voters = BUILT_IN_STRATEGIES.filter((definition) => create(definition, ETH_MINUTES, '1m').onBar !== undefined);
  assert.equal(voters.length, 4);
  const weights = voters.map(({ name }) => DEFAULT_WEIGHTS[name]!);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const events = ETH_MINUTES.read();
  for (const [timeframe, minutes] of [
    ['1m', 1],
    ['3m', 3],
    ['5m', 5],
  ] as const) {
    const strategies = voters.map((definition) => create(definition, ETH_MINUTES, timeframe));
    const moments = { buy: 0, sell: 0 };
    drive(strategies, events, (timeMs) => {
      if (timeMs % (minutes * 60_000) !== 0) return;
      const opinions = strategies.map((strategy) => strategy.opinion);
      const side = opinions[0]!.side;
      let strength = 0;
      for (const [index, opinion] of opinions.entries()) {
        if (side === undefined || opinion.side !== side) return;
        strength += (opinion.strength * weights[index]!) / total;
      }
      if (side !== undefined && strength >= 70) moments[side] += 1;
    });
    t.diagnostic(`| ${ETH_MINUTES.name} | ${timeframe} | ${moments.buy} | ${moments.sell} |`);
    assert.ok(moments.buy >= 20 && moments.sell >= 20, `${timeframe}: ${JSON.stringify(moments)}`);
  }
});

test('prices ×1000 and sizes ×0.01 change no vote on real data', (t) => {
  if (skipped(t)) return;
  for (const tape of [ETH_MINUTES, ETH_TRADES_AND_QUOTES, FLOW_TAPES[3]!]) {
    const events = tape.read();
    const scaledTape = { ...tape, tickSize: tape.tickSize * 1_000 };
    const plain = opinionsOf(tape, events);
    const scaled = opinionsOf(
      scaledTape,
      events.map((event) => scale(event, 1_000, 0.01)),
    );
    assert.equal(scaled.length, plain.length);
    for (const [index, opinion] of plain.entries()) {
      assertSameVote(scaled[index]!, opinion, `${tape.name}, opinion ${index}`);
    }
  }
});

function opinionsOf(tape: Tape, events: readonly TapeEvent[]): Opinion[] {
  const strategies = BUILT_IN_STRATEGIES.map((definition) => create(definition, tape, '1m'));
  const opinions: Opinion[] = [];
  drive(strategies, events, () => {
    for (const { opinion } of strategies) opinions.push(noted(opinion));
  });
  return opinions;
}

/** What an opinion says now: a bar strategy casts the same object anew at its next bar. */
function noted(opinion: Opinion): Opinion {
  const { side } = opinion;
  // The phrase of a vote quotes prices and is not compared; making it would take most of the time.
  return side === undefined ? opinion : { side, strength: opinion.strength, reason: '' };
}

function assertSameVote(actual: Opinion, expected: Opinion, where: string): void {
  assert.equal(actual.side, expected.side, where);
  if (actual.side === undefined) assert.equal(actual.reason, expected.reason, where);
  else if (expected.side !== undefined) assert.ok(Math.abs(actual.strength - expected.strength) < 1e-6, where);
}

function scale(event: TapeEvent, priceBy: number, sizeBy: number): TapeEvent {
  const prices = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * priceBy);
  const sizes = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * sizeBy);
  switch (event.kind) {
    case 'trade':
      return { ...event, price: event.price * priceBy, size: event.size * sizeBy };
    case 'quote': {
      const [bidPrice, askPrice] = prices([event.bidPrice, event.askPrice]) as [number, number];
      return { ...event, bidPrice, askPrice, bidSize: event.bidSize * sizeBy, askSize: event.askSize * sizeBy };
    }
    case 'book': {
      const [bidPrices, askPrices] = [prices(event.bidPrices), prices(event.askPrices)];
      return { ...event, bidPrices, askPrices, bidSizes: sizes(event.bidSizes), askSizes: sizes(event.askSizes) };
    }
    case 'bar': {
      const [open, high, low, close] = prices([event.open, event.high, event.low, event.close]) as [
        number,
        number,
        number,
        number,
      ];
      const buyVolume = event.buyVolume === undefined ? undefined : event.buyVolume * sizeBy;
      return { ...event, open, high, low, close, volume: event.volume * sizeBy, buyVolume };
    }
  }
}
