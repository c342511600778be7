import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/apps/cli.js', import.meta.url));
/** Long enough for a machine that has much else to do. */
const LISTEN_MS_MAX = 120_000;
const STEP_MS = 10;

export interface ServerOptions {
  readonly command?: 'start' | 'demo';
  /** Another program than the product's, that takes the same flags and prints the same screen. */
  readonly program?: string;
  /** `undefined` leaves the choice to the environment and the configuration file. */
  readonly port?: number | undefined;
  /** All of its `TAPEWIRE_` and `TELEGRAM_` variables: those of whoever runs the tests are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The real program in a process of its own, on any free port unless told otherwise. */
export class Server {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #output = '';
  #problems = '';

  constructor(args: readonly string[], cwd: string, options: ServerOptions = {}) {
    const { command = 'start', program = CLI, env = {} } = options;
    const port = 'port' in options ? options.port : 0;
    const flags = port === undefined ? [] : ['--port', String(port)];
    const inherited = Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name));
    this.#child = spawn(process.execPath, [program, command, ...flags, ...args], {
      cwd,
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'close').then(([code]) => code as number | null);
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#problems = (this.#problems + chunk.toString()).slice(-4_000);
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it told on stdout: the start-up screen. */
  get output(): string {
    return this.#output;
  }

  /** The base URL once the start-up screen names it, `undefined` before. */
  get url(): string | undefined {
    return /^API\s+(http:\/\/127\.0\.0\.1:\d+)\//m.exec(this.#output)?.[1];
  }

  /** The end of what it told on stderr. */
  get problems(): string {
    return this.#problems;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves with the exit code when the process is gone and everything it told has been read. */
  get exitCode(): Promise<number | null> {
    return this.#exit;
  }

  /** The base URL, as soon as there is one. */
  async listening(): Promise<string> {
    const givenUpMs = Date.now() + LISTEN_MS_MAX;
    while (this.url === undefined) {
      if (this.ended || Date.now() > givenUpMs) throw new Error(`the server does not listen:\n${this.#problems}`);
      await sleep(STEP_MS);
    }
    return this.url;
  }

  /** SIGKILL: no handler runs, no buffer is flushed. Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
