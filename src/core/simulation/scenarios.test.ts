import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Trade } from '../market/trade.ts';
import { TEST_START_MS } from './event-log-hash.testing.ts';
import { EventWindow } from './event-window.ts';
import { FairPrice, STEP_MS } from './fair-price.ts';
import { InstrumentStream } from './instrument-stream.ts';
import { SIMULATED_INSTRUMENTS } from './instruments.ts';
import { Metaorder } from './metaorder.ts';
import { Random } from './random.ts';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';
import { SimulatedMarket } from './simulated-market.ts';
import { correlation } from './stylised-facts.ts';

const BTC = SIMULATED_INSTRUMENTS[0]!;

function streamOf(scenario: ScenarioName, seed: number): { stream: InstrumentStream; window: EventWindow } {
  const stream = new InstrumentStream(seed, BTC, SCENARIOS[scenario], 942_500, 0);
  return { stream, window: new EventWindow(1, STEP_MS) };
}

it('describes every scenario in a sentence', () => {
  for (const name of SCENARIO_NAMES) assert.match(SCENARIOS[name].summary, /^[A-Z].{40,110}\.$/, name);
});

for (const scenario of SCENARIO_NAMES) {
  it(`keeps the book around the fair price: ${scenario}`, () => {
    const { stream, window } = streamOf(scenario, 3);
    for (let step = 0; step < 6_000; step += 1) {
      window.clear();
      stream.advance(window);
      const { fair, book } = stream;
      assert.ok(Math.abs(fair.ticks - book.mid) <= book.gap * 1.01, `step ${step}: ${fair.ticks} against ${book.mid}`);
      assert.ok([...book.bids, ...book.asks].every((size) => size >= 1));
    }
  });
}

it('never quotes a price of nothing, however low it starts', () => {
  const window = new EventWindow(1, STEP_MS);
  const stream = new InstrumentStream(5, BTC, SCENARIOS.jumpy, 50, 0);
  for (let step = 0; step < 20_000; step += 1) {
    window.clear();
    stream.advance(window);
    assert.ok(stream.book.bestBid - 9 * stream.book.gap > 0);
  }
});

describe('a metaorder', () => {
  it('leans and falls back by exactly as much, so that it adds nothing on average', () => {
    const metaorder = new Metaorder(1.2, 0.1);
    const random = Random.of(1, 'metaorder');
    let sum = 0;
    let squares = 0;
    let begun = 0;
    const steps = 2_000_000;
    for (let step = 0; step < steps; step += 1) {
      const idle = metaorder.side === 0;
      const move = metaorder.step(random, step % 2 === 0 ? 1 : -1);
      if (idle && metaorder.side !== 0) begun += 1;
      sum += move;
      squares += move * move;
    }
    assert.ok(Math.abs(sum) < 3 * Math.sqrt(squares), `${sum} of ${Math.sqrt(squares)}`);
    // 1.2 a minute in 200,000 seconds: 4,000, of a count whose standard deviation is below 63.
    assert.ok(Math.abs(begun - 4_000) < 190, String(begun));
  });

  it('makes flow one-sided for seconds to a minute', () => {
    const trades: Trade[] = [];
    const market = new SimulatedMarket({
      seed: 5,
      scenario: 'medium',
      startTimeMs: TEST_START_MS,
      symbols: ['SOLUSDT'],
    });
    market.advance(TEST_START_MS + 1_800_000, (event) => {
      if (event.kind === 'trade') trades.push({ ...event });
    });
    const share: number[] = [];
    for (let fromMs = TEST_START_MS; fromMs < TEST_START_MS + 1_800_000; fromMs += 10_000) {
      const bin = trades.filter((trade) => trade.eventTimeMs >= fromMs && trade.eventTimeMs < fromMs + 10_000);
      if (bin.length >= 20) share.push(bin.filter((trade) => trade.aggressor === 'buy').length / bin.length);
    }
    const oneSided = share.filter((part) => part > 0.8 || part < 0.2).length / share.length;
    assert.ok(oneSided > 0.1 && oneSided < 0.6, `${oneSided} of the bins are one-sided`);
    assert.ok(share.some((part) => part > 0.8) && share.some((part) => part < 0.2));
  });
});

it('death and flip turn on day 9', () => {
  const day = 86_400;
  for (const [scenario, wanted] of [
    ['death', 0],
    ['flip', -1],
  ] as const) {
    const fair = new FairPrice(31, BTC, SCENARIOS[scenario], 942_500);
    const [before, after] = [informationOf(fair, 9 * day), informationOf(fair, 9 * day)];
    // The strong signal correlates by about 0.4 with the next minute; the standard error of nine days is 0.01.
    assert.ok(before > 0.3, `${scenario} before: ${before}`);
    assert.ok(wanted === 0 ? Math.abs(after) < 0.04 : after < -0.3, `${scenario} after: ${after}`);
  }
});

it('spoof shows large orders that are gone within a second', () => {
  const [lying, honest] = [largeOrders('spoof'), largeOrders('medium')];
  // Twelve a minute, an hour long; an honest book shows one that large rarely.
  assert.ok(lying.length > 400 && honest.length < lying.length / 5, `${lying.length} against ${honest.length}`);
  const short = lying.filter((steps) => steps * STEP_MS < 1_000).length;
  assert.ok(short > 0.85 * lying.length, `${short} of ${lying.length}`);
});

it('illiquid has a fifth of the depth and a wide spread', () => {
  const [calm, thin] = [streamOf('medium', 1).stream.book, streamOf('illiquid', 1).stream.book];
  assert.ok(Math.abs(thin.usual(0) / calm.usual(0) - 0.2) < 0.01);
  assert.ok(thin.spread >= 5 * calm.spread);
});

it('cascade and jumpy move in leaps', () => {
  const kurtosis = (scenario: ScenarioName): number => {
    const fair = new FairPrice(41, BTC, SCENARIOS[scenario], 942_500);
    const moves: number[] = [];
    for (let second = 0; second < 86_400; second += 1) {
      const before = fair.ticks;
      for (let step = 0; step < 10; step += 1) fair.advance();
      moves.push(fair.ticks / before - 1);
    }
    const mean = (power: number): number => moves.reduce((sum, move) => sum + move ** power, 0) / moves.length;
    return mean(4) / mean(2) ** 2;
  };
  const calm = kurtosis('medium');
  assert.ok(kurtosis('jumpy') > 4 * calm, 'jumpy');
  assert.ok(kurtosis('cascade') > 1.2 * calm, 'cascade');
});

/** Correlation of the hidden signal with the return of the minute after it, over the next `seconds`. */
function informationOf(fair: FairPrice, seconds: number): number {
  const signal: number[] = [];
  const returns: number[] = [];
  for (let second = 0; second < seconds; second += 60) {
    const before = fair.ticks;
    signal.push(fair.state.signal);
    for (let step = 0; step < 600; step += 1) fair.advance();
    returns.push(fair.ticks / before - 1);
  }
  return correlation(signal, returns);
}

/** How many steps each order of twelve usual sizes stayed in the first three levels, in an hour. */
function largeOrders(scenario: ScenarioName): number[] {
  const { stream, window } = streamOf(scenario, 4);
  const lives: number[] = [];
  const life = [0, 0];
  for (let step = 0; step < 36_000; step += 1) {
    window.clear();
    stream.advance(window);
    const { bids, asks } = stream.book;
    [bids, asks].forEach((sizes, side) => {
      if ([0, 1, 2].some((level) => sizes[level]! > stream.book.usual(level) * 12)) life[side]! += 1;
      else if (life[side]! > 0) lives.push(life.splice(side, 1, 0)[0]!);
    });
  }
  return lives;
}
