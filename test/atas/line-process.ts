import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A start, or an answer, takes no longer on a machine that has much else to do. */
const ANSWER_MS_MAX = 60_000;

interface Said {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * A process of the simulator: told its configuration in the first line of stdin, asked by JSON lines, answering by JSON lines. Whatever
 * has no id is what it says by itself, once, when it is ready.
 */
export class LineProcess {
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #waiting = new Map<number, (said: Said) => void>();
  #problems = '';
  #asked = 0;

  constructor(
    host: string,
    verb: 'exchange' | 'platform',
    configuration: object,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#child = spawn('dotnet', ['exec', host, verb], { stdio: 'pipe', env: { ...process.env, ...env } });
    this.#closed = once(this.#child, 'close');
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#problems = (this.#problems + text).slice(-4_000);
    });
    // A process that was killed cannot be written to any more; its end is heard of by `close`.
    this.#child.stdin!.on('error', () => undefined);
    this.#child.stdin!.write(`${JSON.stringify(configuration)}\n`);
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: this.#child.stdout! }).on('line', (line) => {
        const said = JSON.parse(line) as Said;
        if (said.id === undefined) resolve(said as Readonly<Record<string, unknown>>);
        else this.#waiting.get(said.id)?.(said);
      });
      void this.#closed.then(() => {
        reject(new Error(`the ${verb} ended:\n${this.#problems}`));
        for (const answer of this.#waiting.values()) answer({ error: `the ${verb} ended: ${this.#problems}` });
      });
    });
    // Whoever waits for it hears of it; a process that is killed while it starts is nobody's problem.
    this.ready.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The end of what it wrote on stderr. */
  get problems(): string {
    return this.#problems;
  }

  async ask<T>(cmd: string, fields: object = {}): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise<Said>((resolve) => this.#waiting.set(id, resolve));
    const timer = setTimeout(() => this.#waiting.get(id)?.({ error: `no answer to ${cmd}` }), ANSWER_MS_MAX);
    this.#child.stdin!.write(`${JSON.stringify({ id, cmd, ...fields })}\n`);
    const { result, error } = await answered;
    clearTimeout(timer);
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(error);
    return result as T;
  }

  /** Nothing runs any more after this, and nothing is flushed. */
  async kill(): Promise<void> {
    if (!this.ended) this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
