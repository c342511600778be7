import { setTimeout as sleep } from 'node:timers/promises';
import { HttpTransport } from '../../src/client/http-transport.ts';
import { fieldsOf } from '../../src/client/wire.ts';
import type { Promises } from './promises.ts';

const AGAIN_MS = 15;

/**
 * Reads the event stream over all lives of the server and resumes where it was cut off: every event comes once, in
 * order, without a hole. Nothing that was told is ever gone, so a `reset` would be a broken promise as well.
 */
export class Follower {
  readonly #transport: HttpTransport;
  readonly #promises: Promises;
  readonly #stop = new AbortController();
  #cursor: string | undefined;
  resumptions = 0;
  resets = 0;

  constructor(url: string, key: string, promises: Promises) {
    this.#transport = new HttpTransport({ url, key });
    this.#promises = promises;
  }

  /** Of the last event. */
  get seq(): number {
    return Number(this.#cursor?.split(':')[1] ?? 0);
  }

  /** @param cursor where to begin: right behind that event */
  async run(cursor: string): Promise<void> {
    this.#cursor = cursor;
    while (!this.#stop.signal.aborted) {
      try {
        for await (const event of this.#transport.events(this.#cursor, this.#stop.signal)) {
          if (event.type === 'open') this.resumptions += 1;
          else if (event.type === 'reset') this.#reset(event.cursor, event.data);
          else this.#heard(event.cursor, event.type, event.data);
        }
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        // A broken connection, or one that was not even made: that is the kill.
        await sleep(AGAIN_MS);
      }
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #reset(cursor: string, data: unknown): void {
    this.resets += 1;
    this.#promises.isLost(`the stream after ${this.#cursor} was reset: ${JSON.stringify(data)}`);
    this.#cursor = cursor;
  }

  #heard(cursor: string, type: string, data: unknown): void {
    const [journal = '', text] = cursor.split(':');
    const expected = `${this.#cursor?.split(':')[0]}:${this.seq + 1}`;
    if (`${journal}:${text}` !== expected) this.#promises.problem(`the stream went from ${this.#cursor} to ${cursor}`);
    this.#cursor = cursor;
    if (type !== 'signal.issued') return;
    const signal = fieldsOf(fieldsOf(data).signal);
    this.#promises.issued.add(String(signal.id));
    if (typeof signal.expires_in_ms === 'number') this.#promises.hasLeft(String(signal.id), signal.expires_in_ms);
  }
}
