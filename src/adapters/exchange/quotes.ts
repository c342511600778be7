import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { fieldsOf } from './facts.ts';

export interface Quote {
  readonly bid: number;
  readonly ask: number;
}

/** A quote is told on every change of the best prices. Older than this, it is none. */
const QUOTE_MS_MAX = 5_000;
const AGAIN_MS = 500;
const SILENCE_MS = 20_000;
/** The streams of one connection; the venue takes ten messages a second. */
const BATCH_MS = 250;

/** The best prices at the venue that is traded, of the symbols that somebody wanted, on one connection. */
export class Quotes {
  readonly #url: string;
  readonly #quotes = new Map<string, Quote & { readonly atMs: number }>();
  readonly #wanted = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #stop = new AbortController();
  #socket: WebSocket | undefined;
  #ran: Promise<void> | undefined;
  #id = 0;

  /** @param streams where the streams are, without a path */
  constructor(streams: string) {
    this.#url = `${streams}/public/ws`;
  }

  quote(symbol: string): Quote | undefined {
    const quote = this.#quotes.get(symbol);
    return quote === undefined || performance.now() - quote.atMs > QUOTE_MS_MAX ? undefined : quote;
  }

  /** @returns the quote, waited for at most `forMs` */
  async want(symbol: string, forMs: number): Promise<Quote | undefined> {
    this.#wanted.add(symbol);
    this.#ran ??= this.#run();
    this.#subscribe();
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; await sleep(20)) {
      const quote = this.quote(symbol);
      if (quote !== undefined) return quote;
    }
    return this.quote(symbol);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#socket?.terminate();
    await this.#ran;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#listen();
      this.#quotes.clear();
      await sleep(AGAIN_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async #listen(): Promise<void> {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#asked.clear();
    let silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    const batches = setInterval(() => this.#subscribe(), BATCH_MS);
    await new Promise<void>((resolve) => {
      socket.on('open', () => this.#subscribe());
      socket.on('message', (data) => {
        clearTimeout(silence);
        silence = setTimeout(() => socket.terminate(), SILENCE_MS);
        this.#hear(String(data));
      });
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
    clearTimeout(silence);
    clearInterval(batches);
    socket.terminate();
  }

  #subscribe(): void {
    const params = [...this.#wanted].filter((symbol) => !this.#asked.has(symbol));
    if (params.length === 0 || this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const symbol of params) this.#asked.add(symbol);
    this.#id += 1;
    const streams = params.map((symbol) => `${symbol.toLowerCase()}@bookTicker`);
    this.#socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: streams, id: this.#id }));
  }

  #hear(text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      // No quote; the old one ages.
      return;
    }
    const { e, s, b, a } = fieldsOf(frame);
    const [bid, ask] = [Number(b), Number(a)];
    if (e !== 'bookTicker' || typeof s !== 'string' || !(bid > 0) || !(ask >= bid)) return;
    this.#quotes.set(s, { bid, ask, atMs: performance.now() });
  }
}
