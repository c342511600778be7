import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Executor, type Grant, nextSignal, value } from './delivery-parties.testing.ts';
import { type Answered, HttpClient } from './http-line.testing.ts';
import { median, percentile } from './measure.testing.ts';
import type { Probe, Probed } from './probe.testing.ts';
import type { FreshServer } from './server.testing.ts';
import type { Watched, WatchersAsked } from './watchers.testing.ts';

export interface LoadOptions {
  /** Signals a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Of which one is the executor's own. */
  readonly streams: number;
}

interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadResult {
  readonly published: number;
  readonly settled: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** By what was asked and the answer's code. */
  readonly refused: Readonly<Record<string, number>>;
  /** From the time a signal was to be published, where the name says so: a server that falls behind cannot hide it. */
  readonly latencyMs: Readonly<Record<string, Spread>>;
  readonly streams: number;
  readonly eventsRead: number;
  readonly bytesRead: number;
  readonly missing: number;
  readonly resets: number;
  readonly broken: number;
  readonly loopDelayMs: Spread;
  readonly serverCpuShare: number;
  /** Resident memory, the median of each quarter. */
  readonly quartersMib: readonly number[];
}

/** Runs at the rate before anything is counted: until everything is compiled and the memories have their length. */
const WARM_SECONDS = 15;
/** One of so many is filled and closed; the others are rejected. */
const FILLED_EVERY = 10;
const SAMPLE_MS = 250;
const SETTLE_MS = 20_000;

/** Publishes at fixed times, whatever the answers do; claims what is heard, and reports what was claimed. */
class Load {
  refused: Record<string, number> = {};
  readonly sincePublish = { 'scheduled to publish answered': [], 'scheduled to the SSE client': [] } as Record<
    string,
    number[]
  >;
  readonly latency: Record<string, number[]> = {
    ...this.sincePublish,
    'scheduled to claim answered': [],
    'claim to its answer': [],
    'report to its answer': [],
  };
  published = 0;
  settled = 0;
  counting = false;
  executor: Executor | undefined;
  readonly #producer: HttpClient;
  /** By id, when it was to be published, of all that are not settled. */
  readonly #open = new Map<string, number>();
  #claimed = 0;

  constructor(port: number, key: string) {
    this.#producer = new HttpClient({ port, key });
  }

  get openCount(): number {
    return this.#open.size;
  }

  async run(rate: number, seconds: number): Promise<void> {
    const beganMs = performance.now();
    const count = Math.round(rate * seconds);
    for (let index = 0; index < count; ) {
      const dueMs = beganMs + (index * 1_000) / rate;
      const nowMs = performance.now();
      if (dueMs > nowMs) {
        await sleep(Math.max(1, Math.floor(dueMs - nowMs)));
        continue;
      }
      void this.#publish(dueMs);
      index += 1;
    }
  }

  async settle(): Promise<void> {
    const beganMs = performance.now();
    while (this.#open.size > 0 && performance.now() - beganMs < SETTLE_MS) await sleep(20);
  }

  readonly heard = (signalId: string): void => {
    const dueMs = this.#open.get(signalId);
    if (dueMs === undefined) return;
    this.#note('scheduled to the SSE client', dueMs);
    void this.#execute(signalId, dueMs);
  };

  close(): void {
    this.#producer.close();
    this.executor?.close();
  }

  async #publish(dueMs: number): Promise<void> {
    const signal = nextSignal();
    this.#open.set(signal.id, dueMs);
    const answered = await this.#producer.post('/api/v1/signals', signal).catch(broken);
    if (this.#isRefused('publish', answered)) {
      this.#open.delete(signal.id);
      return;
    }
    this.#note('scheduled to publish answered', dueMs);
    if (this.counting) this.published += 1;
  }

  async #execute(signalId: string, dueMs: number): Promise<void> {
    this.#claimed += 1;
    const types = this.#claimed % FILLED_EVERY === 0 ? (['FILLED', 'CLOSED'] as const) : (['REJECTED'] as const);
    const claimedMs = performance.now();
    const answered = await this.executor!.claim(signalId).catch(broken);
    if (!this.#isRefused('claim', answered)) {
      this.#note('scheduled to claim answered', dueMs);
      this.#note('claim to its answer', claimedMs);
      const grant = value<Grant>(answered);
      for (const type of types) {
        const reportedMs = performance.now();
        if (this.#isRefused('report', await this.executor!.report(grant, type).catch(broken))) break;
        this.#note('report to its answer', reportedMs);
      }
      if (this.counting) this.settled += 1;
    }
    this.#open.delete(signalId);
  }

  #note(name: string, sinceMs: number): void {
    if (this.counting) this.latency[name]!.push(performance.now() - sinceMs);
  }

  #isRefused(what: string, { status, body }: Answered): boolean {
    if (status < 300) return false;
    const code = /"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 80);
    const name = `${what} ${status} ${code}`;
    this.refused[name] = (this.refused[name] ?? 0) + 1;
    return true;
  }
}

const broken = (error: unknown): Answered => ({ status: 599, body: String(error) });

export async function runLoad(
  server: FreshServer,
  url: string,
  key: string,
  options: LoadOptions,
): Promise<LoadResult> {
  const { rate, seconds, streams } = options;
  const watchers = fork(fileURLToPath(new URL('watchers.testing.js', import.meta.url)));
  const load = new Load(Number(new URL(url).port), key);
  try {
    await ask<WatchersAsked, unknown>(watchers, { url, key, count: streams - 1 });
    // The last to come is the last to be written to.
    load.executor = await Executor.start(url, key, load.heard);
    await load.run(rate, WARM_SECONDS);
    load.counting = true;
    load.refused = {};
    await ask<Probe, Probed>(server.child, 'begin');
    const resident: number[] = [];
    const sample = async (): Promise<void> => {
      resident.push((await ask<Probe, Probed>(server.child, 'now')).residentMib);
    };
    const sampler = setInterval(() => void sample(), SAMPLE_MS);
    const beganMs = performance.now();
    await load.run(rate, seconds);
    clearInterval(sampler);
    const { loopDelayMs, cpuSeconds } = await ask<Probe, Probed>(server.child, 'now');
    await load.settle();
    const lastedSeconds = (performance.now() - beganMs) / 1_000;
    const { cursor } = await timeOf(url, key);
    const untilSeq = Number(cursor.split(':')[1]);
    const watched = await ask<WatchersAsked, Watched>(watchers, { untilSeq });
    const own = load.executor.reader;
    return {
      published: load.published,
      settled: load.settled,
      seconds: lastedSeconds,
      perSecond: load.published / lastedSeconds,
      refused: load.refused,
      latencyMs: Object.fromEntries(Object.entries(load.latency).map(([name, times]) => [name, spreadOf(times)])),
      streams,
      eventsRead: watched.events + own.events,
      bytesRead: watched.bytes + own.bytes,
      missing: watched.missing + own.missing + Math.max(0, untilSeq - own.lastSeq),
      resets: watched.resets + own.resets,
      broken: watched.ended + Number(own.ended),
      loopDelayMs,
      serverCpuShare: cpuSeconds / seconds,
      quartersMib: [0, 1, 2, 3].map((quarter) => {
        const [from, to] = [quarter, quarter + 1].map((n) => Math.floor((n * resident.length) / 4));
        return median(resident.slice(from, to));
      }),
    };
  } finally {
    load.close();
    watchers.disconnect();
  }
}

async function timeOf(url: string, key: string): Promise<{ readonly cursor: string }> {
  const response = await fetch(`${url}/api/v1/time`, { headers: { Authorization: `Bearer ${key}` } });
  return (await response.json()) as { readonly cursor: string };
}

/** One question at a time: the answers have no number. */
function ask<Q extends string | object, A>(child: ChildProcess, question: Q): Promise<A> {
  return new Promise((resolve) => {
    child.once('message', (answer) => resolve(answer as A));
    child.send(question);
  });
}

const spreadOf = (times: readonly number[]): Spread => ({
  p50: percentile(times, 0.5),
  p99: percentile(times, 0.99),
  max: percentile(times, 1),
});
