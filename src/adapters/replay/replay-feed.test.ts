import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { EngineEvent } from '../../core/engine/event.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventBatch } from '../../ports/market-feed.ts';
import { ReplayFeed } from './replay-feed.ts';
import { openTape } from './tape.ts';

const T = 1_700_000_040_000;
const folder = mkdtempSync(join(tmpdir(), 'tapewire-feed-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Goes on by `stepMs` of market time whenever it is looked at. */
class SteppingClock implements MarketClock {
  readonly speed = 1_000_000;
  readonly #stepMs: number;
  #ms: number;
  constructor(startMs: number, stepMs: number) {
    this.#ms = startMs;
    this.#stepMs = stepMs;
  }
  nowMs(): number {
    this.#ms += this.#stepMs;
    return this.#ms;
  }
  get lastMs(): number {
    return this.#ms;
  }
}

async function feedOf(name: string, timesMs: readonly number[], clock: MarketClock): Promise<ReplayFeed> {
  const path = join(folder, name);
  writeFileSync(path, timesMs.map((ms, id) => `${id},10,1,1,1,${T + ms},true\n`).join(''));
  const tape = await openTape([{ path }]);
  assert.ok(tape.ok);
  return new ReplayFeed(tape.value, clock);
}

const timeOf = (event: EngineEvent): number => ('eventTimeMs' in event ? event.eventTimeMs : Number.NEGATIVE_INFINITY);

it('delivers nothing before its time, everything in order, and tells the seconds of a silence', async () => {
  const clock = new SteppingClock(T, 70);
  const feed = await feedOf('AAA-aggTrades-1.csv', [0, 10, 500, 4200, 4210], clock);
  assert.deepEqual([feed.kind, feed.label, feed.symbols], ['REPLAY', 'REPLAY AAA-aggTrades-1.csv', ['AAA']]);
  assert.equal(feed.status.state, 'warming');
  const events: EngineEvent[] = [];
  const sink = async (batch: EventBatch): Promise<void> => {
    batch((event) => {
      assert.ok(timeOf(event) <= clock.lastMs, 'before its time');
      events.push(event);
    });
    if (events.length > 4) assert.equal(feed.status.state, 'flowing');
  };
  await feed.run(sink, new AbortController().signal);
  const told = events.slice(1).map((event) => `${event.kind} ${timeOf(event) - T}`);
  assert.deepEqual(told, [
    ...['clock 0', 'trade 0', 'trade 10', 'trade 500'],
    ...['clock 1000', 'clock 2000', 'clock 3000', 'clock 4000', 'trade 4200', 'trade 4210'],
  ]);
  assert.deepEqual(feed.status, { state: 'finished', reason: 'the tape has ended', sinceMs: T + 4000, problems: {} });
});

it('waits for its sink, and stops when told to', async () => {
  const feed = await feedOf(
    'AAA-aggTrades-2.csv',
    Array.from({ length: 20_000 }, (_, n) => n),
    new SteppingClock(T + 20_000, 1),
  );
  const stop = new AbortController();
  let busy = false;
  let batches = 0;
  await feed.run(async (batch) => {
    assert.equal(busy, false, 'a second batch while the first is being decided');
    busy = true;
    batch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    busy = false;
    batches += 1;
    if (batches === 3) stop.abort();
  }, stop.signal);
  assert.equal(batches, 3);
  assert.notEqual(feed.status.state, 'finished');
});

it('stops at once while it waits for a time far away', async () => {
  const clock: MarketClock = { speed: 1, nowMs: () => T };
  const feed = await feedOf('AAA-aggTrades-3.csv', [0, 3_600_000], clock);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  const events: EngineEvent[] = [];
  await feed.run(async (batch) => batch((event) => void events.push(event)), stop.signal);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['instrument', 'clock', 'trade', 'clock'].slice(0, events.length),
  );
});

it('says that it hurries while the clock is far ahead', async () => {
  const clock: MarketClock = { speed: 1, nowMs: () => T + 600_000 };
  const feed = await feedOf('AAA-aggTrades-4.csv', [0, 1000, 599_000, 599_500], clock);
  const reasons = new Set<string | undefined>();
  const sink = async (batch: EventBatch): Promise<void> => {
    reasons.add(feed.status.reason);
    batch(() => undefined);
  };
  await feed.run(sink, new AbortController().signal);
  assert.ok(
    [...reasons].some((reason) => /^the tape is \d+ s behind and hurries$/.test(reason ?? '')),
    [...reasons].join(' | '),
  );
});
