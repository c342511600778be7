import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import type { MarketEvent } from '../engine/event.ts';
import type { Bar } from '../market/bar.ts';
import type { Book } from '../market/book.ts';
import { fromTicks, toTicks } from '../market/instrument.ts';
import { EventLogHash, hashOfMarket, TEST_START_MS } from './event-log-hash.testing.ts';
import { SIMULATED_INSTRUMENTS } from './instruments.ts';
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts';
import { SimulatedMarket, type SimulatedMarketOptions } from './simulated-market.ts';

function open(options: Partial<SimulatedMarketOptions> = {}): SimulatedMarket {
  return new SimulatedMarket({ seed: 42, scenario: 'medium', startTimeMs: TEST_START_MS, ...options });
}

/** Copies, because the market reuses its events. */
function eventsOf(market: SimulatedMarket, seconds: number): MarketEvent[] {
  const events: MarketEvent[] = [];
  market.advance(TEST_START_MS + seconds * 1_000, (event) => events.push(structuredClone(event)));
  return events;
}

describe('the same options give the same bytes', () => {
  // Written down on Node 20. Another value on another version or machine means that arithmetic there differs.
  const GOLDEN = '277eace24572674c';

  it('in this process', () => {
    assert.equal(hashOfMarket('medium', 60), GOLDEN);
  });

  it('in another process', () => {
    const module = new URL('./event-log-hash.testing.js', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then((m) => process.stdout.write(m.hashOfMarket('medium', 60)))`;
    const child = spawnSync(process.execPath, ['--eval', script], { encoding: 'utf8' });
    assert.equal(child.stderr, '');
    assert.equal(child.stdout, GOLDEN);
  });

  it('in every scenario, and no two scenarios or seeds are alike', () => {
    const hashes = SCENARIO_NAMES.map((scenario) => hashOfMarket(scenario, 10));
    assert.deepEqual(
      SCENARIO_NAMES.map((scenario) => hashOfMarket(scenario, 10)),
      hashes,
    );
    // Death and flip are strong until day 9, and history says nothing of gaps and spoofs yet.
    assert.ok(new Set(hashes).size >= SCENARIO_NAMES.length - 4);
    const other = new EventLogHash();
    open({ seed: 43 }).advance(TEST_START_MS + 20_000, (event) => other.add(event));
    assert.ok(!hashes.includes(other.hex));
  });

  it('however the time is cut', () => {
    const whole = new EventLogHash();
    open({ scenario: 'gap' }).advance(TEST_START_MS + 30_000, (event) => whole.add(event));
    const law = fc.property(fc.array(fc.integer({ min: 0, max: 1_700 }), { minLength: 25 }), (cuts) => {
      const market = open({ scenario: 'gap' });
      const parts = new EventLogHash();
      let timeMs = TEST_START_MS;
      for (const cut of cuts) {
        timeMs = Math.min(timeMs + cut, TEST_START_MS + 30_000);
        market.advance(timeMs, (event) => parts.add(event));
      }
      market.advance(TEST_START_MS + 30_000, (event) => parts.add(event));
      assert.deepEqual([parts.events, parts.hex], [whole.events, whole.hex]);
    });
    fc.assert(law, { numRuns: 10 });
  });

  it('whichever other instruments are listed', () => {
    const only = (market: SimulatedMarket): string => {
      const hash = new EventLogHash();
      for (const bar of market.history(30)) if (bar.symbol === 'SUIUSDT') hash.add(bar);
      market.advance(TEST_START_MS + 60_000, (event) => {
        if ('symbol' in event && event.symbol === 'SUIUSDT') hash.add(event);
      });
      return `${hash.events} ${hash.hex}`;
    };
    const all = only(open());
    assert.equal(only(open({ symbols: ['SUIUSDT'] })), all);
    assert.equal(only(open({ symbols: ['WIFUSDT', 'SUIUSDT', 'BTCUSDT'] })), all);
  });
});

describe('what it delivers', () => {
  it('comes in the order of time, with a clock at every whole second ahead of the rest of it', () => {
    let nowMs = 0;
    let nextClockMs = TEST_START_MS;
    for (const event of eventsOf(open(), 30)) {
      if (event.kind === 'clock') {
        assert.equal(event.eventTimeMs, nextClockMs);
        nextClockMs += 1_000;
      }
      assert.ok('eventTimeMs' in event);
      assert.ok(event.eventTimeMs >= nowMs && event.eventTimeMs < nextClockMs, `${event.kind} at ${event.eventTimeMs}`);
      nowMs = event.eventTimeMs;
    }
    assert.equal(nextClockMs, TEST_START_MS + 30_000);
  });

  it('delivers nothing twice, nothing at or after the end, and nothing for a time that is over', () => {
    const market = open();
    const events = eventsOf(market, 5);
    assert.ok(events.length > 500);
    assert.ok(events.every((event) => 'eventTimeMs' in event && event.eventTimeMs < TEST_START_MS + 5_000));
    assert.deepEqual(eventsOf(market, 5), []);
    assert.deepEqual(eventsOf(market, 1), []);
  });

  for (const scenario of SCENARIO_NAMES) {
    it(`holds to the grid of every instrument and to an uncrossed book: ${scenario}`, () => {
      const market = open({ scenario });
      const byName = new Map(market.instruments.map((it) => [it.symbol, it]));
      const quoted = new Map<string, { bid: number; ask: number }>();
      const lastId = new Map<string, number>();
      market.advance(TEST_START_MS + 12_000, (event) => {
        if (event.kind === 'clock' || event.kind === 'gap') return;
        assert.ok(event.kind === 'trade' || event.kind === 'quote' || event.kind === 'book');
        const { tickSize, stepSize } = byName.get(event.symbol)!;
        const price = (value: number): void => assert.equal(value, fromTicks(toTicks(value, tickSize), tickSize));
        const size = (value: number): void => {
          assert.ok(value > 0);
          assert.equal(value, fromTicks(toTicks(value, stepSize), stepSize));
        };
        if (event.kind === 'trade') {
          price(event.price);
          size(event.size);
          assert.ok(event.tradeId > (lastId.get(event.symbol) ?? 0));
          lastId.set(event.symbol, event.tradeId);
          const quote = quoted.get(event.symbol);
          if (quote !== undefined) assert.equal(event.price, event.aggressor === 'buy' ? quote.ask : quote.bid);
        } else if (event.kind === 'quote') {
          price(event.bidPrice);
          price(event.askPrice);
          size(event.bidSize);
          size(event.askSize);
          assert.ok(event.bidPrice < event.askPrice);
          quoted.set(event.symbol, { bid: event.bidPrice, ask: event.askPrice });
        } else checkBook(event, price, size);
      });
      assert.equal(quoted.size, market.instruments.length);
    });
  }

  it('says afterwards what an outage has swallowed, and nothing of it comes', () => {
    const events = eventsOf(open({ scenario: 'gap', symbols: ['BTCUSDT'] }), 3_600);
    const gaps = events.filter((event) => event.kind === 'gap');
    assert.ok(gaps.length >= 2 && gaps.length <= 14, `${gaps.length} outages`);
    for (const gap of gaps) {
      assert.ok(gap.toMs - gap.fromMs >= 5_000 && gap.toMs - gap.fromMs <= 40_000);
      const at = events.indexOf(gap);
      const before = events[at - 1];
      const after = events[at + 1];
      assert.ok(before !== undefined && 'eventTimeMs' in before && before.eventTimeMs < gap.fromMs);
      assert.ok(after !== undefined && 'eventTimeMs' in after && after.eventTimeMs >= gap.toMs);
    }
  });
});

describe('history', () => {
  it('is closed minutes that lead to the start, bar by bar from the close before', () => {
    const bars = [...open().history(120)];
    assert.equal(bars.length, 120 * SIMULATED_INSTRUMENTS.length);
    const last = new Map<string, Bar>();
    let closeTimeMs = 0;
    for (const bar of bars) {
      assert.ok(bar.closeTimeMs >= closeTimeMs);
      closeTimeMs = bar.closeTimeMs;
      assert.equal(bar.closeTimeMs - bar.openTimeMs, 60_000);
      assert.ok(bar.high >= Math.max(bar.open, bar.close) && bar.low <= Math.min(bar.open, bar.close) && bar.low > 0);
      assert.ok(bar.volume > 0 && bar.buyVolume !== undefined && bar.buyVolume >= 0 && bar.buyVolume <= bar.volume);
      const before = last.get(bar.symbol);
      if (before !== undefined) assert.deepEqual([bar.openTimeMs, bar.open], [before.closeTimeMs, before.close]);
      last.set(bar.symbol, bar);
    }
    assert.equal(closeTimeMs, TEST_START_MS);
    for (const it of SIMULATED_INSTRUMENTS) assert.equal(last.get(it.symbol)?.close, it.startPrice);
  });

  it('of more minutes ends with the history of fewer, and is the same after the market went on', () => {
    const market = open({ symbols: ['ETHUSDT', 'NOTUSDT'] });
    const long = [...market.history(300)];
    eventsOf(market, 10);
    const short = [...market.history(100)];
    assert.deepEqual(long.slice(-200).slice(2), short.slice(2));
    assert.deepEqual([...open({ symbols: ['ETHUSDT', 'NOTUSDT'] }).history(0)], []);
  });

  it('trades more when the price moves more, and more is bought when it rises', () => {
    const bars = [...open({ symbols: ['ETHUSDT'] }).history(2_880)];
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const moves = bars.map((bar) => Math.abs(bar.close / bar.open - 1));
    const typical = mean(moves);
    const lively = bars.filter((_, i) => moves[i]! > 2 * typical).map((bar) => bar.volume);
    const quiet = bars.filter((_, i) => moves[i]! < typical / 2).map((bar) => bar.volume);
    assert.ok(mean(lively) > 1.5 * mean(quiet));
    const share = (rising: boolean): number =>
      mean(bars.filter((bar) => bar.close > bar.open === rising).map((bar) => bar.buyVolume! / bar.volume));
    assert.ok(share(true) > 0.52 && share(false) < 0.48, `${share(true)} ${share(false)}`);
  });
});

describe('a restart', () => {
  it('goes on from the last prices', () => {
    const before = open();
    const trades = eventsOf(before, 120).filter((event) => event.kind === 'trade');
    const lastPrices = before.lastPrices();
    for (const { symbol } of before.instruments) {
      assert.equal(lastPrices[symbol], trades.findLast((trade) => trade.symbol === symbol)?.price);
    }
    const after = open({ startTimeMs: TEST_START_MS + 180_000, lastPrices });
    assert.deepEqual(after.lastPrices(), lastPrices);
    const closes = Object.fromEntries([...after.history(1)].map((bar) => [bar.symbol, bar.close]));
    assert.deepEqual(closes, lastPrices);
    after.advance(TEST_START_MS + 181_000, (event) => {
      if (event.kind !== 'trade') return;
      assert.ok(Math.abs(event.price / lastPrices[event.symbol]! - 1) < 0.005);
      assert.ok(event.tradeId > trades.at(-1)!.tradeId);
    });
  });

  it('does not repeat what it has done before', () => {
    const moves = (market: SimulatedMarket, startTimeMs: number): string[] => {
      const sides: string[] = [];
      market.advance(startTimeMs + 20_000, (event) => {
        if (event.kind === 'trade') sides.push(`${event.aggressor} ${event.size}`);
      });
      return sides;
    };
    const lastPrices = { BTCUSDT: 90_000 };
    const later = TEST_START_MS + 60_000;
    const [first, second] = [TEST_START_MS, later].map((startTimeMs) =>
      moves(open({ startTimeMs, lastPrices, symbols: ['BTCUSDT'] }), startTimeMs),
    );
    assert.notDeepEqual(first, second);
    // Without prices to go on from only the time since the start counts.
    const fresh = [TEST_START_MS, later].map((startTimeMs) =>
      moves(open({ startTimeMs, symbols: ['BTCUSDT'] }), startTimeMs),
    );
    assert.deepEqual(fresh[0], fresh[1]);
  });

  it('refuses what it cannot start from', () => {
    assert.throws(() => open({ seed: -1 }), InvariantError);
    assert.throws(() => open({ seed: 0.5 }), InvariantError);
    assert.throws(() => open({ startTimeMs: TEST_START_MS + 1 }), InvariantError);
    assert.throws(() => open({ symbols: ['BTCUSDT', 'NOSUCH'] }), InvariantError);
    assert.throws(() => open({ symbols: [] }), InvariantError);
    assert.throws(() => open({ lastPrices: { BTCUSDT: 0 } }), InvariantError);
  });
});

it('lists at least sixteen contracts, one of them below a cent', () => {
  assert.ok(SIMULATED_INSTRUMENTS.length >= 16);
  assert.ok(SIMULATED_INSTRUMENTS.some((it) => it.startPrice < 0.01));
  assert.equal(new Set(SIMULATED_INSTRUMENTS.map((it) => it.symbol)).size, SIMULATED_INSTRUMENTS.length);
  const names: readonly ScenarioName[] = SCENARIO_NAMES;
  assert.equal(names.length, 12);
});

function checkBook(book: Book, price: (value: number) => void, size: (value: number) => void): void {
  assert.equal(book.bidPrices.length, 10);
  assert.ok(book.bidPrices[0]! < book.askPrices[0]!);
  for (let k = 0; k < 10; k += 1) {
    price(book.bidPrices[k]!);
    price(book.askPrices[k]!);
    size(book.bidSizes[k]!);
    size(book.askSizes[k]!);
    if (k === 0) continue;
    assert.ok(book.bidPrices[k]! < book.bidPrices[k - 1]! && book.askPrices[k]! > book.askPrices[k - 1]!);
  }
}
