import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChannelCounts } from '../../src/ports/outbox-store.ts';
import { Chance } from '../simulation/chance.ts';
import { BotApi, type Fault } from './bot-api.ts';

const CHILD = fileURLToPath(new URL('./messages-child.js', import.meta.url));
/** A second of the protocol, in real milliseconds: what is waited for is waited for, only faster. */
const SECOND_MS = 20;
/** In the mean. A short run meets both all the same. */
const MESSAGES_PER_KILL = 250;
const MESSAGES_PER_RESTART = 400;
const EACH_FAULT = 0.01;

export interface MessagesResult {
  readonly count: number;
  readonly seed: number;
  /** Messages that arrived exactly once. */
  readonly once: number;
  /** Those that arrived again, and how often in all: each after an attempt whose answer was lost. */
  readonly repeated: number;
  readonly repetitions: number;
  readonly missing: number;
  readonly outOfOrder: number;
  /** A repetition that does not say that it may be one. */
  readonly unmarkedRepetitions: number;
  /** Attempts whose answer was lost, as the outbox counted them. */
  readonly doubtful: number;
  /** Sent although a 429 had asked for patience. */
  readonly impatient: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly restarts: number;
}

/**
 * Tells `count` messages to a Bot API server that refuses, falls silent, breaks off and restarts, from a process that is
 * killed again and again. What arrived is compared with what was to be told.
 */
export async function runMessages({ count, seed }: { count: number; seed: number }): Promise<MessagesResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-messages-'));
  const chance = new Chance(seed, 'messages');
  const faults: Record<string, number> = {};
  const fault = (): Fault => {
    const drawn = drawFault(chance);
    if (drawn.kind !== 'none') faults[drawn.kind] = (faults[drawn.kind] ?? 0) + 1;
    return drawn;
  };
  const server = new BotApi({ fault, secondMs: SECOND_MS });
  await server.start();
  const path = join(folder, 'outbox.db');
  const perKill = Math.min(MESSAGES_PER_KILL, count / 4);
  const perRestart = Math.min(MESSAGES_PER_RESTART, count / 4);
  let [kills, restarts] = [0, 0];
  let counts: ChannelCounts | undefined;
  try {
    let nextRestart = drawAhead(chance, 0, perRestart);
    while (counts === undefined) {
      const child = new Child([path, server.apiRoot, String(count), String(SECOND_MS)]);
      const killAt = drawAhead(chance, server.messages.length, perKill);
      for (;;) {
        const next = Math.min(killAt, nextRestart);
        await Promise.race([server.until(() => server.messages.length >= next || child.ended), child.exit]);
        if (child.ended) break;
        if (server.messages.length >= killAt) {
          child.kill();
          await child.exit;
          kills += 1;
          break;
        }
        await server.stop();
        await server.start();
        restarts += 1;
        nextRestart = drawAhead(chance, server.messages.length, perRestart);
      }
      counts = await child.result();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return { count, seed, ...judge(server, count), doubtful: counts.doubtful, faults, kills, restarts };
}

function judge(server: BotApi, count: number) {
  const times = new Map<number, number>();
  let [highest, outOfOrder, unmarkedRepetitions] = [0, 0, 0];
  for (const { text } of server.messages) {
    const number = Number(/message (\d+) & <more>/.exec(text)?.[1]);
    const before = times.get(number) ?? 0;
    times.set(number, before + 1);
    if (number < highest || (before === 0 && number !== highest + 1)) outOfOrder += 1;
    if (before > 0 && !text.includes('You may have had')) unmarkedRepetitions += 1;
    highest = Math.max(highest, number);
  }
  const repeated = [...times.values()].filter((each) => each > 1);
  return {
    once: times.size - repeated.length,
    repeated: repeated.length,
    repetitions: repeated.reduce((sum, each) => sum + each - 1, 0),
    missing: count - times.size,
    ...{ outOfOrder, unmarkedRepetitions, impatient: server.impatient },
  };
}

/** What contradicts the promise: every message once and in order, repeated only where an answer was lost, and then marked. */
export function brokenPromises(result: MessagesResult): string[] {
  const { missing, outOfOrder, unmarkedRepetitions, repetitions, doubtful, impatient } = result;
  return [
    ...(missing > 0 ? [`${missing} messages never arrived`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} messages arrived out of order`] : []),
    ...(unmarkedRepetitions > 0 ? [`${unmarkedRepetitions} repetitions do not say so`] : []),
    ...(repetitions > doubtful ? [`${repetitions} repetitions, but only ${doubtful} answers were lost`] : []),
    ...(impatient > 0 ? [`${impatient} messages came before retry_after was over`] : []),
  ];
}

function drawFault(chance: Chance): Fault {
  const kinds = ['silent_after', 'reset_after', 'reset_before', 'error_500', 'error_502'] as const;
  const dice = chance.between(0, 1);
  const index = Math.floor(dice / EACH_FAULT);
  const kind = kinds[index];
  if (kind !== undefined) return { kind };
  if (index < kinds.length + 2) return { kind: 'retry_after', seconds: Math.ceil(chance.between(0, 5)) };
  return { kind: 'none' };
}

const drawAhead = (chance: Chance, from: number, about: number): number =>
  from + 1 + Math.floor(chance.between(0, 2 * about));

/** One life of the sender. */
class Child {
  readonly exit: Promise<unknown>;
  ended = false;
  readonly #process: ChildProcess;
  #output = '';
  #problems = '';

  constructor(args: readonly string[]) {
    this.#process = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout!.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#process.stderr!.on('data', (chunk: Buffer) => {
      this.#problems = (this.#problems + chunk.toString()).slice(-4_000);
    });
    this.exit = once(this.#process, 'close').then(() => {
      this.ended = true;
    });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** What it counted in the end; `undefined` when it was killed before. Throws when it died by itself. */
  async result(): Promise<ChannelCounts | undefined> {
    await this.exit;
    if (this.#output.endsWith('}\n')) return JSON.parse(this.#output) as ChannelCounts;
    if (this.#process.signalCode !== null) return undefined;
    throw new Error(`the sender ended with ${this.#process.exitCode}: ${this.#problems}`);
  }
}
