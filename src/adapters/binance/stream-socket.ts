import { WebSocket } from 'ws';
import { MESSAGES_PER_SECOND, STREAMS_PER_MESSAGE } from './limits.ts';

const PING_MS = 2_000;
/** Neither data nor an answer to our pings for this long: the socket is dead, whatever it says. */
const DEAD_AFTER_MS = 5_000;
/** No data for this many times the usual pause between two frames, within the bounds below. */
const QUIET_FACTOR = 20;
const QUIET_MIN_MS = 5_000;
const QUIET_MAX_MS = 60_000;
/** Before this many frames nothing is usual. */
const USUAL_AFTER_FRAMES = 20;
const HANDSHAKE_MS = 10_000;
/** The venue answers a SUBSCRIBE at once. */
const ANSWER_MS = 10_000;

export interface StreamSocketHandlers {
  frame(text: string): void;
  confirmed(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', streams: readonly string[]): void;
  /** The venue has said that it will close this connection soon. */
  leaving(): void;
  /** Once, and nothing after it. */
  closed(reason: string): void;
}

interface Order {
  readonly id: number;
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE';
  readonly streams: readonly string[];
  sentMs: number | undefined;
}

/**
 * One connection for combined streams. Subscribes within the venue's limit of messages, and notices in seconds when a
 * socket that looks open is dead: by pings that nobody answers, or by data that stay away longer than they ever do.
 */
export class StreamSocket {
  /** Our clock, as all times here. */
  readonly openedMs: number;
  readonly #socket: WebSocket;
  readonly #handlers: StreamSocketHandlers;
  readonly #nowMs: () => number;
  #orders: Order[] = [];
  #nextId = 1;
  #budgetFromMs = 0;
  #budgetUsed = 0;
  #pingMs: number;
  #heardMs: number;
  #dataMs: number;
  #firstDataMs = 0;
  #frameCount = 0;
  #reason = 'the venue closed it';
  #ended = false;

  /** @param nowMs a clock that goes on while the process is suspended: a socket that slept is dead */
  constructor(url: string, handlers: StreamSocketHandlers, nowMs: () => number) {
    this.#handlers = handlers;
    this.#nowMs = nowMs;
    this.openedMs = nowMs();
    this.#pingMs = this.openedMs;
    this.#heardMs = this.openedMs;
    this.#dataMs = this.openedMs;
    // Compression costs more time here than it saves on the way.
    const options = { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS, maxPayload: 16 * 1024 * 1024 };
    this.#socket = new WebSocket(url, { ...options, skipUTF8Validation: true });
    this.#socket.on('open', () => {
      this.#heardMs = nowMs();
      this.#dataMs = this.#heardMs;
      this.look();
    });
    this.#socket.on('message', (data: Buffer) => this.#heard(data));
    this.#socket.on('ping', () => {
      this.#heardMs = nowMs();
    });
    this.#socket.on('pong', () => {
      this.#heardMs = nowMs();
    });
    // Every error is followed by a close.
    this.#socket.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#socket.on('close', (code) => this.#end(`${this.#reason} (${code})`));
  }

  /** Whether everything that was asked for has been confirmed. */
  get settled(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#orders.length === 0;
  }

  subscribe(streams: readonly string[]): void {
    this.#order('SUBSCRIBE', streams);
  }

  unsubscribe(streams: readonly string[]): void {
    this.#order('UNSUBSCRIBE', streams);
  }

  close(reason: string): void {
    this.#reason = reason;
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.close(1000);
      // Whoever does not answer a close is not waited for.
      setTimeout(() => this.#socket.terminate(), 1_000).unref();
    } else this.#socket.terminate();
    this.#end(reason);
  }

  #order(method: Order['method'], streams: readonly string[]): void {
    for (let at = 0; at < streams.length; at += STREAMS_PER_MESSAGE) {
      const some = streams.slice(at, at + STREAMS_PER_MESSAGE);
      this.#orders.push({ id: this.#nextId, method, streams: some, sentMs: undefined });
      this.#nextId += 1;
    }
    this.look();
  }

  #heard(data: Buffer): void {
    if (this.#ended) return;
    const text = data.toString();
    const nowMs = this.#nowMs();
    this.#heardMs = nowMs;
    if (!text.startsWith('{"stream"') && this.#isAnswer(text)) return;
    if (this.#frameCount === 0) this.#firstDataMs = nowMs;
    this.#dataMs = nowMs;
    this.#frameCount += 1;
    this.#handlers.frame(text);
  }

  #isAnswer(text: string): boolean {
    const found = /"id":\s*(\d+)/.exec(text);
    const order = this.#orders.find(({ id, sentMs }) => sentMs !== undefined && id === Number(found?.[1]));
    if (text.includes('"serverShutdown"')) {
      this.#handlers.leaving();
      return true;
    }
    if (order === undefined || text.includes('"stream"')) return false;
    if (!/"result":\s*null/.test(text)) {
      this.#fail(`the venue refused to ${order.method}: ${text.slice(0, 100)}`);
      return true;
    }
    this.#orders = this.#orders.filter((each) => each !== order);
    this.#handlers.confirmed(order.method, order.streams);
    return true;
  }

  /** Writes what may be written, and looks for signs of life. To be called several times a second. */
  look(): void {
    if (this.#ended || this.#socket.readyState !== WebSocket.OPEN) return;
    const nowMs = this.#nowMs();
    const trouble = this.#trouble(nowMs);
    if (trouble !== undefined) {
      this.#fail(trouble);
      return;
    }
    if (nowMs - this.#pingMs >= PING_MS && this.#mayWrite(nowMs)) {
      this.#pingMs = nowMs;
      this.#socket.ping();
    }
    for (const order of this.#orders) {
      if (order.sentMs !== undefined) continue;
      if (!this.#mayWrite(nowMs)) break;
      order.sentMs = nowMs;
      this.#socket.send(JSON.stringify({ method: order.method, params: order.streams, id: order.id }));
    }
  }

  #trouble(nowMs: number): string | undefined {
    if (nowMs - this.#heardMs > DEAD_AFTER_MS) return 'dead: no answer to a ping';
    if (nowMs - this.#dataMs > this.#quietMs()) return 'quiet: data stay away';
    const waits = this.#orders.some(({ sentMs }) => sentMs !== undefined && nowMs - sentMs > ANSWER_MS);
    return waits ? 'no answer to a subscription' : undefined;
  }

  #quietMs(): number {
    if (this.#frameCount < USUAL_AFTER_FRAMES) return QUIET_MAX_MS;
    const usualMs = (this.#dataMs - this.#firstDataMs) / this.#frameCount;
    return Math.min(QUIET_MAX_MS, Math.max(QUIET_MIN_MS, usualMs * QUIET_FACTOR));
  }

  #mayWrite(nowMs: number): boolean {
    if (nowMs - this.#budgetFromMs >= 1_000) {
      this.#budgetFromMs = nowMs;
      this.#budgetUsed = 0;
    }
    if (this.#budgetUsed >= MESSAGES_PER_SECOND) return false;
    this.#budgetUsed += 1;
    return true;
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#socket.terminate();
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handlers.closed(reason);
  }
}
