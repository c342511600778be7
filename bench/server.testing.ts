import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/apps/cli.js', import.meta.url));
const POLL_MS = 2;

/** The real program, fresh, in a process and a data directory of its own. */
export class FreshServer {
  readonly child: ChildProcess;
  readonly dataDir: string;
  readonly #spawnedMs = performance.now();
  readonly #folder: string;
  #output = '';
  #problems = '';

  /**
   * @param within the folder that the data directory is made in, and with it the disk
   * @param command of the command line
   * @param nodeArgs for Node itself
   */
  constructor(
    args: readonly string[] = [],
    { within = tmpdir(), command = 'start', nodeArgs = [] as readonly string[] } = {},
  ) {
    this.#folder = mkdtempSync(join(within, 'tapewire-bench-'));
    this.dataDir = join(this.#folder, 'data');
    const all = [...nodeArgs, CLI, command, '--port', '0', '--host', '127.0.0.1', '--data-dir', this.dataDir, ...args];
    this.child = spawn(process.execPath, all, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.child.stdout!.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    // The log: read, so that it does not stand still, and shown only when something went wrong.
    this.child.stderr!.on('data', (chunk: Buffer) => {
      this.#problems = (this.#problems + chunk.toString()).slice(-2_000);
    });
  }

  get sinceSpawnMs(): number {
    return performance.now() - this.#spawnedMs;
  }

  /** The base URL, once the start-up screen names it. */
  async url(): Promise<string> {
    for (;;) {
      const url = /^API\s+(http:\/\/127\.0\.0\.1:\d+)/m.exec(this.#output)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`the server ended before it answered: ${this.#problems}`);
      await sleep(POLL_MS);
    }
  }

  /** Milliseconds from the spawn until `path` answers 200. */
  async untilAnswered(path: string): Promise<number> {
    const url = `${await this.url()}${path}`;
    for (;;) {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.status === 200) return this.sinceSpawnMs;
      await sleep(POLL_MS * 5);
    }
  }

  /** @param signal SIGINT lets it finish what it has begun, such as a profile of itself; not on Windows */
  async end(signal: 'SIGKILL' | 'SIGINT' = 'SIGKILL'): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
