import type { ApiClient } from './api-client.ts';
import { backoffMs } from './backoff.ts';
import { Deadline, momentOf } from './deadline.ts';
import { type Notify, wordsOf } from './notice.ts';
import type { Clock, ServerEvent, Transport } from './ports.ts';
import { fieldsOf } from './wire.ts';

/** After a stream that brought nothing, the long poll is used for so long: some proxies swallow streams. */
const POLL_FOR_MS = 60_000;
const POLL_WAIT_SECONDS = 25;

/**
 * Every event once or more, none left out: the stream, resumed at the last cursor whenever it breaks, and the long poll
 * while the stream brings nothing. Where the server cannot resume, `reset` is heard, and a snapshot must take the place
 * of what was missed.
 */
export class EventSource {
  readonly #api: ApiClient;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #notify: Notify;
  readonly #stop: AbortSignal;
  readonly #heard: (event: ServerEvent) => void;
  #cursor: string;

  constructor(
    tools: {
      readonly api: ApiClient;
      readonly transport: Transport;
      readonly clock: Clock;
      readonly notify: Notify;
      readonly stop: AbortSignal;
    },
    after: string,
    heard: (event: ServerEvent) => void,
  ) {
    this.#api = tools.api;
    this.#transport = tools.transport;
    this.#clock = tools.clock;
    this.#notify = tools.notify;
    this.#stop = tools.stop;
    this.#cursor = after;
    this.#heard = heard;
  }

  async run(): Promise<void> {
    for (let failures = 0; !this.#stop.aborted; ) {
      const isAlive = (await this.#stream()) || (await this.#poll());
      failures = isAlive ? 0 : failures + 1;
      if (!this.#stop.aborted) await this.#clock.sleep(backoffMs(failures), this.#stop);
    }
  }

  /** @returns whether anything was heard before it broke */
  async #stream(): Promise<boolean> {
    let heardAny = false;
    let problem = 'it ended';
    try {
      for await (const event of this.#transport.events(this.#cursor, this.#stop)) {
        heardAny = true;
        this.#hear(event);
      }
    } catch (error) {
      problem = wordsOf(error);
    }
    if (!this.#stop.aborted) this.#notify('stream_broken', problem);
    return heardAny;
  }

  /** @returns whether the server answered until it was time to try the stream again */
  async #poll(): Promise<boolean> {
    const enough = new Deadline(this.#clock, momentOf(this.#clock), POLL_FOR_MS);
    while (!this.#stop.aborted && !enough.isOver) {
      const answer = await this.#api.poll(this.#cursor, POLL_WAIT_SECONDS, this.#stop);
      if (answer.kind === 'refused' && answer.refusal.code === 'CURSOR_GONE') {
        if (!(await this.#resetToNewest())) return false;
        continue;
      }
      if (answer.kind !== 'ok') return false;
      const { events, cursor } = fieldsOf(answer.value);
      if (!Array.isArray(events) || typeof cursor !== 'string') return false;
      for (const each of events) {
        const { type, cursor: at, data } = fieldsOf(each);
        if (typeof type === 'string' && typeof at === 'string') this.#hear({ type, cursor: at, data });
      }
      this.#cursor = cursor;
    }
    return true;
  }

  /** The snapshot that follows a reset shows what is live, so the events before it are not needed. */
  async #resetToNewest(): Promise<boolean> {
    const newest = await this.#api.newestCursor();
    if (newest.kind !== 'ok') return false;
    this.#hear({ type: 'reset', cursor: newest.value, data: { reason: 'cursor gone' } });
    return true;
  }

  #hear(event: ServerEvent): void {
    this.#cursor = event.cursor;
    if (event.type !== 'open') this.#heard(event);
  }
}
