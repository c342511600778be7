import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EngineEvent } from '../core/engine/event.ts';
import type { EventBatch, EventSink, MarketFeed } from '../ports/market-feed.ts';
import { defaultConfig } from './config/defaults.ts';
import { latenessOf, Player } from './player.ts';

const T = Date.UTC(2026, 0, 1);

/** Plays `run` as the feed, and tells what the house heard. */
async function play(run: (sink: EventSink, clock: { timeMs: number }) => Promise<void>, livedMs = 0) {
  const heard: EngineEvent[] = [];
  const moving = { timeMs: T };
  const house = {
    submit: async (events: readonly EngineEvent[]) => {
      heard.push(...events);
      return [];
    },
    take: async (batch: EventBatch) => {
      batch((event) => void heard.push(event));
      return [];
    },
  };
  const feed = { run: (sink: EventSink) => run(sink, moving) } as Pick<MarketFeed, 'run'> as MarketFeed;
  const clock = { nowMs: () => moving.timeMs, speed: 1 };
  const player = new Player({ feed, house, clock, lateMs: 5_000, livedMs });
  await player.play(new AbortController().signal);
  return { heard, player };
}

const clockAt =
  (timeMs: number): EventBatch =>
  (deliver) =>
    deliver({ kind: 'clock', eventTimeMs: timeMs });

it('decides nothing about the time before the play, nor about what somebody has already heard of', async () => {
  const quiet = async (): Promise<void> => undefined;
  assert.deepEqual((await play(quiet)).heard, [{ kind: 'catch_up', untilMs: T }]);
  assert.deepEqual((await play(quiet, T)).heard, [{ kind: 'catch_up', untilMs: T + 1 }]);
});

it('says before every batch what has become too old, however long the house was held up', async () => {
  const { heard } = await play(async (sink, clock) => {
    await sink(clockAt(T + 1_000));
    clock.timeMs = T + 600_000;
    await sink(clockAt(T + 2_000));
  });
  assert.deepEqual(heard.slice(1), [
    { kind: 'catch_up', untilMs: T - 5_000 },
    { kind: 'clock', eventTimeMs: T + 1_000 },
    { kind: 'catch_up', untilMs: T + 595_000 },
    { kind: 'clock', eventTimeMs: T + 2_000 },
  ]);
});

it('knows when market data last came, and whether anything was new', async () => {
  const past = await play((sink) => sink(clockAt(T - 1_000)).then(() => undefined));
  assert.deepEqual([past.player.sawPresent, past.player.dataAgeMs], [false, undefined]);
  const trade = {
    kind: 'trade',
    symbol: 'ETHUSDT',
    tradeId: 1,
    price: 1,
    size: 1,
    aggressor: 'buy',
    eventTimeMs: T,
  } as const;
  const fresh = await play(async (sink) => {
    await sink(clockAt(T + 1_000));
    await sink((deliver) => deliver(trade));
  });
  assert.equal(fresh.player.sawPresent, true);
  assert.ok(fresh.player.dataAgeMs !== undefined && fresh.player.dataAgeMs >= 0);
});

it('allows five seconds, or half of the shortest life of a signal', () => {
  const { fusion, signals } = defaultConfig([]);
  const settings = { timeframes: fusion.timeframes, signals };
  assert.equal(latenessOf(settings), 5_000);
  assert.equal(latenessOf({ ...settings, signals: { ...signals, maxTtlSeconds: 4 } }), 2_000);
});
