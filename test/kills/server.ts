import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/apps/cli.js', import.meta.url));

/** The real program in a process of its own, on any free port. */
export class Server {
  readonly #child: ChildProcess;
  #output = '';
  #problems = '';

  constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, [CLI, 'start', '--port', '0', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#problems = (this.#problems + chunk.toString()).slice(-4_000);
    });
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

  /** SIGKILL: no handler runs, no buffer is flushed. Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
