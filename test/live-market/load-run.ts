import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import type { EngineEvent } from '../../src/core/engine/event.ts';
import { Stand, until } from './stand.ts';

export interface LoadOptions {
  readonly instruments: number;
  readonly tradesPerSecond: number;
  readonly depthInstruments: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface LoadResult {
  readonly seconds: number;
  readonly instruments: number;
  readonly strategies: number;
  readonly timeframes: number;
  readonly trades: number;
  readonly trades_per_second: number;
  readonly quotes_per_second: number;
  readonly books_per_second: number;
  readonly signals: number;
  /** Missing, repeated or late: anything but 0 is a loss. */
  readonly lost: Readonly<Record<string, number>>;
  /** From the callback of the socket until the engine has taken it; what waits for its second is counted from then on. */
  readonly receipt_to_engine_ms: Quantiles;
  /** From the moment a second is due until its effects are on disk and told. */
  readonly second_to_effects_ms: Quantiles;
  readonly event_loop_delay_ms: Quantiles;
  readonly cpu_share: number;
  readonly rss_mb_max: number;
  readonly doubts: Readonly<Record<string, number>>;
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The whole path under load: a venue in another process, sockets, the feed, the house, a journal on disk. The week of
 * history is left out; it is measured by its own test.
 */
export async function runLoad(options: LoadOptions, say: (line: string) => void): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-load-'));
  const venue = await spawnVenue(options);
  const journal = openSqliteJournal({
    ...{ path: join(folder, 'journal.db'), nowMs: Date.now(), keepDays: 90, keepSignals: 100_000 },
  });
  if (!journal.ok) throw new Error(journal.problem);
  const meter = new Meter();
  const stand = await Stand.open({
    venueUrl: venue.url,
    journal: journal.value,
    market: { depthInstruments: options.depthInstruments, historyMinutes: 0 },
    onReceived: (received) => {
      if (received.kind === 'frame') meter.frame(received.atMs);
      else if (received.kind === 'tick') meter.tick(stand.feed.market.live.dueAtMs);
    },
    onEvent: (event) => meter.see(event),
  });
  try {
    say(`waiting for ${options.instruments} instruments to be joined to their minute`);
    await until(() => stand.liveCount >= options.instruments, 250);
    await sleep(2_000);
    say(`measuring for ${options.seconds} s`);
    const problemsBefore = { ...stand.feed.market.live.problems };
    const censusBefore = { ...stand.house.census.problems };
    const signalsBefore = stand.signals.length;
    meter.begin();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const cpu = process.cpuUsage();
    const beganMs = performance.now();
    for (let second = 0; second < options.seconds; second += 1) {
      await sleep(1_000);
      meter.weigh();
    }
    const seconds = (performance.now() - beganMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    delay.disable();
    meter.end();
    const lost = {
      ...differences(problemsBefore, stand.feed.market.live.problems),
      ...differences(censusBefore, stand.house.census.problems),
    };
    // The resolution is the timer's own period, not a delay.
    const delayMs = (ns: number): number => round(Math.max(0, ns / 1e6 - 5));
    const { engine, house } = meter;
    return {
      seconds: round(seconds),
      instruments: stand.liveCount,
      ...{ strategies: 6, timeframes: 3, trades: meter.trades },
      trades_per_second: Math.round(meter.trades / seconds),
      quotes_per_second: Math.round(meter.quotes / seconds),
      books_per_second: Math.round(meter.books / seconds),
      signals: stand.signals.length - signalsBefore,
      lost,
      receipt_to_engine_ms: engine.quantiles,
      second_to_effects_ms: house.quantiles,
      event_loop_delay_ms: {
        p50: delayMs(delay.percentile(50)),
        p99: delayMs(delay.percentile(99)),
        max: delayMs(delay.max),
      },
      cpu_share: round((user + system) / 1e6 / seconds),
      rss_mb_max: meter.rssMbMax,
      doubts: { ...stand.feed.market.live.doubts.counts },
    };
  } finally {
    await stand.close();
    await journal.value.close();
    venue.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function spawnVenue({ instruments, tradesPerSecond, seed }: LoadOptions) {
  const script = fileURLToPath(new URL('load-venue.js', import.meta.url));
  const args = ['--instruments', `${instruments}`, '--rate', `${tradesPerSecond}`, '--seed', `${seed}`];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  const url = /http:\/\/\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`the venue said: ${line}`);
  return { url, kill: () => child.kill() };
}

class Sample {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.push(value);
  }

  clear(): void {
    this.#values.length = 0;
  }

  get quantiles(): Quantiles {
    const sorted = Float64Array.from(this.#values).sort();
    const at = (share: number): number =>
      round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}

/** Every so-manieth frame is timed: timing all of them would be a load of its own. */
const SAMPLED = 16;

class Meter {
  readonly engine = new Sample();
  readonly house = new Sample();
  trades = 0;
  quotes = 0;
  books = 0;
  rssMbMax = 0;
  #counting = false;
  #frames = 0;
  #dueAtMs: number | undefined;

  begin(): void {
    this.engine.clear();
    this.house.clear();
    [this.trades, this.quotes, this.books] = [0, 0, 0];
    this.#counting = true;
  }

  end(): void {
    this.#counting = false;
  }

  /** A frame is taken now: how long has it waited since its socket gave it to us? */
  frame(atMs: number): void {
    this.#frames += 1;
    if (this.#counting && this.#frames % SAMPLED === 0)
      this.engine.add(Math.max(0, performance.timeOrigin + performance.now() - atMs - 0.5));
  }

  tick(dueAtMs: number): void {
    this.#dueAtMs = dueAtMs;
  }

  see(event: EngineEvent): void {
    if (event.kind === 'trade') this.trades += 1;
    else if (event.kind === 'quote') this.quotes += 1;
    else if (event.kind === 'book') this.books += 1;
    else if (event.kind === 'clock' && this.#dueAtMs !== undefined) {
      if (this.#counting) this.house.add(Math.max(0, performance.timeOrigin + performance.now() - this.#dueAtMs));
      this.#dueAtMs = undefined;
    }
  }

  weigh(): void {
    this.rssMbMax = Math.max(this.rssMbMax, Math.round(process.memoryUsage.rss() / 1e6));
  }
}

function differences(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const rows = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(rows.filter(([, count]) => count !== 0));
}

const round = (value: number): number => Math.round(value * 100) / 100;
