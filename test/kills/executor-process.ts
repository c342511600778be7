import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NoticeName } from '../../src/client/notice.ts';

const CHILD = fileURLToPath(new URL('./executor-child.js', import.meta.url));

/** A line of the executor: what it is about to ask, what the server has acknowledged to it, or a notice. */
export type Said =
  | { readonly kind: 'asking'; readonly path: string }
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'claim'; readonly signalId: string; readonly fence: number; readonly clientOrderId: string }
  | { readonly kind: 'report'; readonly deliveryId: string; readonly reportId: string; readonly type: string }
  | { readonly kind: 'notice'; readonly name: NoticeName; readonly detail: string; readonly signalId?: string };

export interface ExecutorPlaces {
  readonly url: string;
  readonly keyFile: string;
  readonly store: string;
  readonly venue: string;
}

/** A real executor in a process of its own, on the store of its predecessor. */
export class ExecutorProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #rest = '';
  #problems = '';

  constructor({ url, keyFile, store, venue }: ExecutorPlaces, sender: number, hear: (said: Said) => void) {
    this.#child = spawn(process.execPath, [CHILD, url, keyFile, store, venue, String(sender)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      // What follows the last line break may be half a line of a process that was killed.
      this.#rest = lines.pop() ?? '';
      for (const line of lines) hear(JSON.parse(line) as Said);
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#problems = (this.#problems + text).slice(-4_000);
    });
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get problems(): string {
    return this.#problems;
  }

  /** Resolves when it is gone and everything it said has been heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
