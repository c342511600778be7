import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { VenueClock } from './clock.ts';
import type { VenueLimits } from './limits.ts';
import type { StreamAddress, StreamPath } from './stream-name.ts';
import { answerRequest } from './stream-request.ts';

/** What a connection asks of the hub it belongs to. */
export interface ConnectionHub {
  readonly clock: VenueClock;
  readonly limits: VenueLimits;
  subscribed(connection: Connection, stream: string): void;
  unsubscribed(connection: Connection, stream: string): void;
}

/** One client's socket: its subscriptions, the venue's limits on it, pings, lifetime, and faults of the line. */
export class Connection {
  readonly id: number;
  readonly path: StreamPath;
  readonly openedAtMs: number;
  readonly subscriptions = new Set<string>();
  combined: boolean;
  /** Frames sent to it. */
  sent = 0;
  /** Sends nothing any more and answers nothing, while the socket stays open. */
  frozen = false;
  readonly #socket: WebSocket;
  readonly #line: Duplex;
  readonly #hub: ConnectionHub;
  readonly #received: number[] = [];
  #lastPongMs: number;
  #lastPingMs: number;
  #delayMs = 0;
  /** What a slow line still holds, in order. */
  readonly #queue: { readonly dueMs: number; readonly data: string | Buffer }[] = [];

  constructor(id: number, socket: WebSocket, line: Duplex, address: StreamAddress, hub: ConnectionHub) {
    this.id = id;
    this.#socket = socket;
    this.#line = line;
    this.#hub = hub;
    this.path = address.path;
    this.combined = address.combined;
    this.openedAtMs = hub.clock.hostMs();
    this.#lastPingMs = this.openedAtMs;
    this.#lastPongMs = this.openedAtMs;
    // A socket that breaks is not news here: `close` follows and the hub forgets the connection.
    socket.on('error', () => undefined);
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => this.#onPong());
    socket.on('ping', (data) => this.#onPing(data));
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Names that are subscribed already change nothing. Too many cost the connection. */
  subscribe(streams: readonly string[]): boolean {
    for (const stream of streams) {
      if (this.subscriptions.has(stream)) continue;
      if (this.subscriptions.size >= this.#hub.limits.streamsPerConnection) {
        this.send('{"error":{"code":4,"msg":"Too many subscriptions"}}');
        this.close(1008, 'Invalid request');
        return false;
      }
      this.subscriptions.add(stream);
      this.#hub.subscribed(this, stream);
    }
    return true;
  }

  unsubscribe(streams: readonly string[]): void {
    for (const stream of streams) {
      if (this.subscriptions.delete(stream)) this.#hub.unsubscribed(this, stream);
    }
  }

  /** Sends a frame; behind others that a slow line still holds. */
  send(data: string | Buffer): void {
    if (this.frozen || !this.open) return;
    if (this.#delayMs > 0 || this.#queue.length > 0) {
      const dueMs = Math.max(this.#queue.at(-1)?.dueMs ?? 0, this.#hub.clock.hostMs() + this.#delayMs);
      this.#queue.push({ dueMs, data });
      if (this.#queue.length === 1) this.#awaitDue();
      return;
    }
    this.#write(data);
  }

  /** From now on each frame arrives `delayMs` later. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  freeze(): void {
    this.frozen = true;
    this.#line.pause();
  }

  thaw(): void {
    this.frozen = false;
    this.#line.resume();
  }

  cork(): void {
    this.#line.cork();
  }

  uncork(): void {
    this.#line.uncork();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Cuts the line without a word: the client sees 1006. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Pings, and ends what has lived too long, does not answer or does not read. */
  keepHouse(nowMs: number): void {
    if (this.frozen || !this.open) return;
    const { limits } = this.#hub;
    if (nowMs - this.openedAtMs >= limits.lifetimeMs) {
      this.close(1008, 'Connection expired');
      return;
    }
    if (nowMs - this.#lastPongMs >= limits.pongWithinMs) {
      this.close(1008, 'Pong timeout');
      return;
    }
    if (this.waitingBytes > limits.waitingBytes) {
      this.terminate();
      return;
    }
    if (nowMs - this.#lastPingMs < limits.pingEveryMs) return;
    this.#lastPingMs = nowMs;
    this.#socket.ping(String(Math.floor(nowMs)));
  }

  #awaitDue(): void {
    const { clock } = this.#hub;
    clock.after(Math.max(0, this.#queue[0]!.dueMs - clock.hostMs()), () => {
      while (this.#queue.length > 0 && this.#queue[0]!.dueMs <= clock.hostMs()) this.#write(this.#queue.shift()!.data);
      if (this.#queue.length > 0 && this.open) this.#awaitDue();
    });
  }

  #write(data: string | Buffer): void {
    if (this.frozen || !this.open) return;
    this.sent += 1;
    this.#socket.send(data);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (!this.#mayReceive()) return;
    if (isBinary) {
      this.close(1008, 'Invalid request');
      return;
    }
    const answer = answerRequest(this, String(data));
    if (answer !== undefined) this.send(answer);
  }

  #onPong(): void {
    this.#lastPongMs = this.#hub.clock.hostMs();
    this.#mayReceive();
  }

  #onPing(data: Buffer): void {
    if (this.#mayReceive()) this.#socket.pong(data);
  }

  #mayReceive(): boolean {
    if (this.frozen || !this.open) return false;
    const nowMs = this.#hub.clock.hostMs();
    const received = this.#received;
    received.push(nowMs);
    while (received[0]! <= nowMs - 1_000) received.shift();
    if (received.length <= this.#hub.limits.messagesPerSecond) return true;
    this.close(1008, 'Too many requests');
    return false;
  }
}
