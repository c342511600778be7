import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { fieldsOf } from './facts.ts';
import type { VenueApi } from './venue-api.ts';
import { problemOf } from './venue-look.ts';

const KEEP_ALIVE_MS = 30 * 60_000;
const AGAIN_MS_MIN = 250;
const AGAIN_MS_MAX = 15_000;
/** The venue pings every three minutes; without one for so long the line is dead. */
const SILENCE_MS = 7 * 60_000;

/**
 * The user's stream, used as a bell: an event says that something happened to a symbol, and whoever trades it asks. So an event that
 * comes twice, late, in another order or not at all changes nothing but the moment of the next look.
 */
export class UserStream {
  readonly #api: VenueApi;
  readonly #streams: string;
  readonly #rang: (symbol: string | undefined) => void;
  readonly #told: (detail: string) => void;
  readonly #stop = new AbortController();
  #socket: WebSocket | undefined;
  #ran: Promise<void> | undefined;

  /** @param rang with `undefined` after a break, when anything may have happened */
  constructor(
    api: VenueApi,
    streams: string,
    rang: (symbol: string | undefined) => void,
    told: (detail: string) => void,
  ) {
    this.#api = api;
    this.#streams = streams;
    this.#rang = rang;
    this.#told = told;
  }

  start(): void {
    this.#ran ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#socket?.terminate();
    await this.#ran;
  }

  async #run(): Promise<void> {
    let waitMs = AGAIN_MS_MIN;
    while (!this.#stop.signal.aborted) {
      const beganMs = performance.now();
      const problem = await this.#listen();
      if (this.#stop.signal.aborted) return;
      this.#told(`user stream: ${problem}`);
      this.#rang(undefined);
      waitMs = performance.now() - beganMs > AGAIN_MS_MAX ? AGAIN_MS_MIN : Math.min(AGAIN_MS_MAX, waitMs * 2);
      await sleep(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** @returns why it ended */
  async #listen(): Promise<string> {
    const answer = await this.#api.call('fapiPrivatePostListenKey');
    if (answer.kind !== 'ok') return `no listen key: ${problemOf(answer)}`;
    const { listenKey } = fieldsOf(answer.body);
    if (this.#stop.signal.aborted) return 'stopped';
    const socket = new WebSocket(`${this.#streams}/private/ws?listenKey=${String(listenKey)}`);
    this.#socket = socket;
    const keepAlive = setInterval(() => void this.#keepAlive(socket), KEEP_ALIVE_MS);
    let silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    const alive = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    };
    try {
      return await new Promise<string>((resolve) => {
        socket.on('open', () => this.#rang(undefined));
        socket.on('ping', alive);
        socket.on('message', (data) => {
          alive();
          if (this.#hear(String(data)) === 'expired') socket.terminate();
        });
        socket.on('error', (error) => resolve(error.message));
        socket.on('close', (code) => resolve(`closed with ${code}`));
      });
    } finally {
      clearInterval(keepAlive);
      clearTimeout(silence);
      socket.terminate();
    }
  }

  #hear(text: string): 'expired' | undefined {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      // Half an event says as much as a whole one: something happened.
      this.#rang(undefined);
      return undefined;
    }
    const { e, o, a } = fieldsOf(event);
    if (e === 'listenKeyExpired') return 'expired';
    if (e === 'ORDER_TRADE_UPDATE' || e === 'ALGO_UPDATE') this.#rang(String(fieldsOf(o).s));
    if (e !== 'ACCOUNT_UPDATE') return undefined;
    const { P } = fieldsOf(a);
    for (const row of Array.isArray(P) ? P : []) this.#rang(String(fieldsOf(row).s));
    return undefined;
  }

  async #keepAlive(socket: WebSocket): Promise<void> {
    const answer = await this.#api.call('fapiPrivatePutListenKey');
    // A key that is gone brings nothing more: a new one is asked for.
    if (answer.kind === 'refused') socket.terminate();
  }
}
