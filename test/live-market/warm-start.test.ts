import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KLINE_ROWS } from '../../src/adapters/binance/limits.ts';
import { Questions } from '../../src/adapters/binance/questions.ts';
import type { Asked, Received } from '../../src/adapters/binance/received.ts';
import { requestOf } from '../../src/adapters/binance/requests.ts';
import { WeightBudget } from '../../src/adapters/binance/weight-budget.ts';
import { LiveMarket } from '../../src/core/feed/live-market.ts';
import type { Bar } from '../../src/core/market/bar.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import { VENUE_LIMITS } from '../venue/limits.ts';
import { Meter } from '../venue/meter.ts';
import { weightOf } from '../venue/weights.ts';

const INSTRUMENTS = 540;
const WEEK_MINUTES = 7 * 24 * 60;
const START_MS = Date.UTC(2026, 10, 16, 12, 0, 30);
const STEP_MS = 100;

it('begins a week of minutes for 540 instruments within the weight that the venue counts', {
  timeout: 300_000,
}, async (t) => {
  let nowMs = START_MS;
  const meter = new Meter(VENUE_LIMITS);
  const budget = new WeightBudget();
  const bars = new Map<string, number>();
  const liveSinceMs = new Map<string, number>();
  const live = new LiveMarket({
    deliver: (event) => {
      if (event.kind === 'bar') bars.set(event.symbol, (bars.get(event.symbol) ?? 0) + 1);
      if (event.kind === 'instrument') liveSinceMs.set(event.instrument.symbol, nowMs);
    },
    ...{ settleMs: 250, historyMinutes: WEEK_MINUTES, chunkMinutes: KLINE_ROWS },
    ...{ gaplessIds: true, streams: ['trades', 'quotes'], marks: false },
  });
  const refused: number[] = [];
  const answer = (asked: Asked, text: string): void => {
    if (asked.name === 'klines')
      live.onBars(asked.symbol, minutes(asked.symbol, asked.fromMs, asked.toMs), asked, nowMs);
    else if (asked.name === 'time') live.onTime(nowMs, nowMs, Number(text));
  };
  const questions = new Questions({
    ask: async (asked) => {
      const url = new URL(requestOf(asked).path, 'http://venue');
      const admission = meter.admit(weightOf(url.pathname, url.searchParams), false, nowMs);
      if (!admission.ok) refused.push(admission.status);
      return admission.ok ? { ok: true, text: String(nowMs) } : { ok: false, name: 'refused', problem: 'refused' };
    },
    budget,
    nowMs: () => nowMs,
    chance: () => 0,
    received: (received: Received) => {
      if (received.kind === 'answer') answer(received.asked, received.text);
    },
    failed: (name) => assert.fail(name),
  });

  const symbols = Array.from({ length: INSTRUMENTS }, (_, index) => `S${String(index).padStart(3, '0')}USDT`);
  live.onTime(nowMs, nowMs, nowMs);
  symbols.forEach((symbol, index) => {
    live.list({ symbol, tickSize: 0.01, stepSize: 0.001 }, { activity: INSTRUMENTS - index, depth: false }, nowMs);
    live.onOpened(
      0,
      [
        { kind: 'trades', symbol },
        { kind: 'quotes', symbol },
      ],
      nowMs,
    );
  });
  while (liveSinceMs.size < INSTRUMENTS && nowMs < START_MS + 60 * MINUTE_MS) {
    nowMs += STEP_MS;
    live.onTick(nowMs);
    questions.look(live.wants(nowMs), false);
    // Answers are promises that are kept already.
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const minutesTaken = (Math.max(...liveSinceMs.values()) - START_MS) / MINUTE_MS;
  t.diagnostic(
    `${INSTRUMENTS} instruments live after ${minutesTaken.toFixed(1)} minutes, at most ${meter.highestWeight} of weight`,
  );
  assert.equal(liveSinceMs.size, INSTRUMENTS);
  assert.deepEqual(refused, []);
  assert.ok(meter.highestWeight <= VENUE_LIMITS.weightPerMinute);
  assert.ok(minutesTaken < 20, `${minutesTaken} minutes`);
  for (const symbol of symbols) assert.ok(bars.get(symbol)! >= WEEK_MINUTES, `${symbol}: ${bars.get(symbol)} bars`);
  const order = [...liveSinceMs.keys()].map((symbol) => symbols.indexOf(symbol));
  const half = (from: number): number => order.slice(from, from + 270).reduce((sum, rank) => sum + rank, 0) / 270;
  assert.ok(half(0) < 150 && half(270) > 390, 'the most active begin first');
});

function minutes(symbol: string, fromMs: number, toMs: number): Bar[] {
  const made: Bar[] = [];
  const prices = { open: 1, high: 1, low: 1, close: 1, volume: 1, buyVolume: 1 };
  for (let openTimeMs = fromMs; openTimeMs < toMs; openTimeMs += MINUTE_MS) {
    made.push({ kind: 'bar', symbol, timeframe: '1m', openTimeMs, closeTimeMs: openTimeMs + MINUTE_MS, ...prices });
  }
  return made;
}
