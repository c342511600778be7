import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EngineEvent } from '../../core/engine/event.ts';
import { SimulatedMarket } from '../../core/simulation/simulated-market.ts';
import type { EventBatch } from '../../ports/market-feed.ts';
import { SimFeed } from './sim-feed.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** A clock that a test moves by hand. */
class HandClock {
  speed: number;
  timeMs = START_MS;
  released = false;

  constructor(speed: number) {
    this.speed = speed;
  }

  nowMs(): number {
    return this.timeMs;
  }

  setRate(rate: number): void {
    this.speed = rate;
  }

  release(): void {
    this.released = true;
  }
}

function open({ speed = 1, gap }: { speed?: number; gap?: { fromMs: number; toMs: number } } = {}) {
  const clock = new HandClock(speed);
  const options = { seed: 7, scenario: 'medium', startTimeMs: START_MS, symbols: ['BTCUSDT', 'ETHUSDT'] } as const;
  const market = new SimulatedMarket(options);
  const feed = new SimFeed({ market, scenario: 'medium', startTimeMs: START_MS, clock, gap });
  const stop = new AbortController();
  const kinds: string[] = [];
  const events: { kind: string; timeMs: number }[] = [];
  const sink = async (batch: EventBatch): Promise<void> => {
    batch((event: EngineEvent) => {
      kinds.push(event.kind);
      if ('eventTimeMs' in event) events.push({ kind: event.kind, timeMs: event.eventTimeMs });
    });
  };
  return { clock, feed, stop, kinds, events, sink };
}

/** Lets the feed run until `until` holds. The clock is moved by hand, so nothing here depends on how fast it is. */
async function runUntil(run: ReturnType<typeof open>, until: () => boolean, meanwhile?: () => void): Promise<void> {
  const running = run.feed.run(run.sink, run.stop.signal);
  const look = async (): Promise<void> => {
    while (!until()) {
      meanwhile?.();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.race([look(), running]);
  run.stop.abort();
  await running;
}

it('tells the gap and the instruments, then a day of bars, then what happens up to now and nothing beyond', async () => {
  const run = open({ gap: { fromMs: START_MS - 60_000, toMs: START_MS } });
  assert.equal(run.feed.label, 'SIMULATED medium');
  assert.equal(run.feed.status.state, 'warming');
  run.clock.timeMs = START_MS + 1_500;
  await runUntil(run, () => run.feed.status.state === 'flowing');
  assert.deepEqual(run.kinds.slice(0, 3), ['gap', 'instrument', 'instrument']);
  assert.equal(run.kinds.filter((kind) => kind === 'bar').length, 2 * 1_440);
  assert.ok(run.kinds.lastIndexOf('bar') < run.kinds.indexOf('clock'), 'history comes before the market');
  assert.ok(run.events.length > 2);
  assert.ok(run.events.every(({ timeMs }) => timeMs < START_MS + 1_500));
  assert.ok(run.clock.released, 'a held clock runs from here on');
});

it('says that it hurries while it is behind, and no longer', async () => {
  const run = open();
  run.clock.timeMs = START_MS + 30_000;
  const states = new Set<string>();
  const watched = async (batch: EventBatch): Promise<void> => {
    states.add(run.feed.status.reason ?? run.feed.status.state);
    await run.sink(batch);
  };
  await runUntil({ ...run, sink: watched }, () => run.feed.status.state === 'flowing');
  assert.ok(
    [...states].some((state) => /is 30 s behind and hurries/.test(state)),
    [...states].join(' | '),
  );
  assert.equal(run.feed.status.reason, undefined);
});

it('notices a standstill in the middle of its work, not only before it', async () => {
  const run = open();
  let held = false;
  const states = new Set<string>();
  const holding = async (batch: EventBatch): Promise<void> => {
    states.add(run.feed.status.state);
    await run.sink(batch);
    if (run.feed.status.state === 'flowing' && !held) {
      held = true;
      run.clock.timeMs += 600_000;
    }
  };
  await runUntil(
    { ...run, sink: holding },
    () => held && run.feed.status.state === 'flowing' && run.events.at(-1)!.timeMs > START_MS + 599_000,
    () => {
      run.clock.timeMs += 20;
    },
  );
  assert.ok(states.has('degraded'), [...states].join(' | '));
});

it('runs slower, and says so, when the machine cannot follow', async () => {
  const run = open({ speed: 100 });
  await runUntil(
    run,
    () => run.clock.speed < 90 && run.feed.status.state === 'flowing',
    // The clock runs away, half a second of wall time at every look, however fast the feed is.
    () => {
      if (run.clock.speed > 90 && run.feed.status.state === 'flowing') run.clock.timeMs += 50_000;
    },
  );
  assert.match(run.feed.status.reason ?? '', /^this machine follows at \d+\.\dx of 100x$/);
});
