import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import type { Bar } from '../market/bar.ts';
import { MINUTE_MS } from '../market/timeframe.ts';
import { LiveMarket, type Want } from './live-market.ts';

const ETH = { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 };
/** A whole minute. */
const START_MS = Date.UTC(2026, 0, 5, 9);
const STEP_MS = 100;

/** A market that trades every tenth of a second on one connection; our clock is the venue's. */
class Scene {
  readonly heard: MarketEvent[] = [];
  readonly market = new LiveMarket({
    deliver: (event) => void this.heard.push(event),
    ...{ settleMs: 250, historyMinutes: 0, chunkMinutes: 99, gaplessIds: true, streams: ['trades'], marks: false },
  });
  nowMs = START_MS + 30_000;
  #tradeId = 0;

  constructor() {
    this.market.onTime(this.nowMs, this.nowMs, this.nowMs);
    this.market.list(ETH, { activity: 1, depth: false }, this.nowMs);
    this.market.onOpened(0, [{ kind: 'trades', symbol: ETH.symbol }], this.nowMs);
  }

  /** @param trades whether they come; what does not come now comes `later` */
  until(untilMs: number, trades: 'come' | 'are lost' | 'stay away' = 'come'): this {
    for (; this.nowMs < untilMs; this.nowMs += STEP_MS) {
      if (trades !== 'stay away') this.#tradeId += 1;
      if (trades === 'come') this.#trade();
      this.market.onTick(this.nowMs);
    }
    return this;
  }

  #trade(): void {
    const print = { kind: 'trade', symbol: ETH.symbol, price: 3500, size: 1, aggressor: 'buy' } as const;
    const trade = { ...print, tradeId: this.#tradeId, eventTimeMs: this.nowMs };
    this.market.onTrade(trade, this.nowMs, 0, this.nowMs);
  }

  get wanted(): Extract<Want, { kind: 'bars' }> | undefined {
    return this.market.wants(this.nowMs).find((want) => want.kind === 'bars');
  }

  /** The venue answers what is wanted of it. */
  answer(): this {
    const wanted = this.wanted;
    assert.ok(wanted !== undefined, 'nothing is wanted');
    const bars: Bar[] = [];
    for (let openTimeMs = wanted.fromMs; openTimeMs < wanted.toMs; openTimeMs += MINUTE_MS) {
      const prices = { open: 3500, high: 3500, low: 3500, close: 3500, volume: 600, buyVolume: 600 };
      const times = { openTimeMs, closeTimeMs: openTimeMs + MINUTE_MS };
      bars.push({ kind: 'bar', symbol: ETH.symbol, timeframe: '1m', ...times, ...prices });
    }
    this.market.onBars(ETH.symbol, bars, wanted, this.nowMs);
    return this;
  }

  /** Joined: the first whole minute begins with 09:01. */
  live(): this {
    this.until(START_MS + MINUTE_MS + 2_000).answer();
    assert.equal(this.market.lines.get(ETH.symbol)?.phase, 'live');
    this.heard.length = 0;
    return this;
  }

  get told(): readonly string[] {
    return this.heard.flatMap((event) => {
      if (event.kind === 'trade' || event.kind === 'doubt') return [];
      const atMs = event.kind === 'bar' ? event.closeTimeMs : 'eventTimeMs' in event ? event.eventTimeMs : 0;
      return event.kind === 'gap' ? ['gap'] : [`${event.kind} ${(atMs - START_MS) / 1000}`];
    });
  }
}

it('joins history and live minutes without a seam: the bar before, then every trade since', () => {
  const scene = new Scene().until(START_MS + MINUTE_MS + 2_000);
  assert.deepEqual(
    scene.told.filter((line) => !line.startsWith('clock')),
    [],
    'nothing before it is whole',
  );
  assert.deepEqual(scene.wanted, {
    ...{ kind: 'bars', symbol: 'ETHUSDT', fromMs: START_MS, toMs: START_MS + MINUTE_MS, urgent: true },
  });
  scene.heard.length = 0;
  scene.answer();
  const kinds = scene.heard.filter(({ kind }) => kind !== 'doubt').map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(0, 2), ['instrument', 'bar']);
  const trades = scene.heard.flatMap((event) => (event.kind === 'trade' ? [event.eventTimeMs] : []));
  const since = Array.from({ length: 18 }, (_, index) => START_MS + MINUTE_MS + index * STEP_MS);
  assert.deepEqual(trades.slice(0, 18), since);
});

it('fetches a minute that trades are missing of, and tells its bar behind its last second', () => {
  const scene = new Scene().live();
  const minuteEndMs = START_MS + 2 * MINUTE_MS;
  scene
    .until(minuteEndMs - 30_000)
    .until(minuteEndMs - 29_900, 'are lost')
    .until(minuteEndMs - 5_000);
  assert.equal(scene.market.problems['missing trade'], 1);
  assert.ok(scene.told.includes('gap'));
  assert.equal(scene.wanted, undefined, 'the venue has not closed it either');
  // The last second waits for what a busy connection may still bring, longer than the venue needs to close the minute.
  scene.until(minuteEndMs - 500).until(minuteEndMs + 2_200, 'stay away');
  assert.ok(!scene.told.includes('clock 120'), scene.told.slice(-3).join());
  assert.equal(scene.wanted, undefined, 'its bar would come before its last second was over');
  scene.until(minuteEndMs + 3_000);
  assert.ok(scene.told.includes('clock 120'));
  scene.answer();
  assert.equal(scene.told.at(-1), 'bar 120');
  assert.equal(scene.wanted, undefined);
});
