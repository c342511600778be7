import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { reportRecording } from '../../src/adapters/recording/recording-report.ts';
import { journalPath } from '../../src/adapters/sqlite/data-dir.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { guideSignalJson } from '../../src/contract/guide-signal.ts';
import { Server } from '../kills/server.ts';

const CLI = fileURLToPath(new URL('../../src/apps/cli.js', import.meta.url));
const POLL_MS = 20;
const PATIENCE_MS = 120_000;

const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TAPEWIRE_')));

/** One command, to its end. */
export function tapewire(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [CLI, ...args], { cwd, encoding: 'utf8', env: ENVIRONMENT });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

interface Statistics {
  readonly total_signals_exported: number;
  readonly silences: Readonly<Record<string, number>>;
}

/** The program in a folder, recorded. */
export class RecordedRun {
  readonly #server: Server;
  readonly #cwd: string;
  readonly #url: string;

  private constructor(server: Server, cwd: string, url: string) {
    this.#server = server;
    this.#cwd = cwd;
    this.#url = url;
  }

  /** Ends with the test at the latest. */
  static async start(t: TestContext, cwd: string, ...args: string[]): Promise<RecordedRun> {
    const server = new Server(['--record', ...args], cwd);
    t.after(() => server.kill());
    return new RecordedRun(server, cwd, await server.listening());
  }

  /** Resolves once the statistics are as wanted. */
  async until(what: string, is: (statistics: Statistics) => boolean): Promise<void> {
    const givenUpMs = Date.now() + PATIENCE_MS;
    for (;;) {
      if (is(await this.statistics())) return;
      if (this.#server.ended || Date.now() > givenUpMs)
        throw new Error(`${what} did not come:\n${this.#server.problems}`);
      await sleep(POLL_MS);
    }
  }

  async statistics(): Promise<Statistics> {
    const answer = (await (await fetch(`${this.#url}/api/stats`)).json()) as { statistics: Statistics };
    return answer.statistics;
  }

  async post(path: string, body: unknown): Promise<number> {
    const key = readFileSync(join(this.#cwd, 'tapewire-data', 'api-key'), 'utf8').trim();
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.#url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.text();
    return answer.status;
  }

  async health(): Promise<{ status: string; reasons: readonly { reason: string }[] }> {
    const answer = await fetch(`${this.#url}/api/health`);
    return (await answer.json()) as { status: string; reasons: readonly { reason: string }[] };
  }

  /** Ctrl-C. Where there is no such thing it is a kill. */
  async stop(): Promise<void> {
    process.kill(this.#server.pid, 'SIGINT');
    await this.#server.exitCode;
  }

  kill(): Promise<void> {
    return this.#server.kill();
  }
}

/** The recorded files, in their order. */
export const recordings = (cwd: string): string[] => recordingsIn(join(cwd, 'tapewire-data', 'tapes'));

export function recordingsIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

/** Resolves once the nth recording has this many signals on disk, whatever happens from then on. */
export async function recordedSignals(cwd: string, nth: number, count: number): Promise<void> {
  const givenUpMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const report = await reportRecording(recordings(cwd)[nth] ?? '', () => undefined);
    const signals = report.ok ? (report.value.counts.signal ?? 0) : 0;
    if (signals >= count) return;
    if (Date.now() > givenUpMs) throw new Error(`recording ${nth} has ${signals} signals, not ${count}`);
    await sleep(10 * POLL_MS);
  }
}

/** Every signal that was published, as `replay --out` writes it. */
export async function publishedLines(cwd: string, journalName: string): Promise<string[]> {
  const path = journalPath(join(cwd, 'tapewire-data'), journalName);
  const journal = openSqliteJournal({ path, nowMs: Date.now(), keepDays: 36_500, keepSignals: 100_000 });
  if (!journal.ok) throw new Error(journal.problem);
  try {
    const lines: string[] = [];
    for await (const effect of journal.value.read(0)) {
      if (effect.kind === 'signal_issued') lines.push(guideSignalJson(effect.signal, effect.seq));
    }
    return lines;
  } finally {
    await journal.value.close();
  }
}

/** The signals that a replay of these files gives, and what it said. */
export function replayedLines(cwd: string, files: readonly string[]) {
  const { code, out, err } = tapewire(cwd, 'replay', ...files, '--out', 'replayed.jsonl');
  const lines = readFileSync(join(cwd, 'replayed.jsonl'), 'utf8').split('\n').filter(Boolean);
  return { code, out, err, lines };
}
