import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { VenueClock } from './clock.ts';
import { Connection, type ConnectionHub } from './connection.ts';
import { DepthStream } from './depth-stream.ts';
import type { Frame, FrameFaults } from './frame-faults.ts';
import type { VenueLimits } from './limits.ts';
import type { DepthUpdate, Publisher } from './market.ts';
import { depthPayload } from './payloads.ts';
import { carries, depthSpeedMs, type StreamAddress } from './stream-name.ts';

/** Who listens to what: connections, their subscriptions, and the way of a payload from the market to all of them. */
export class Hub implements Publisher, ConnectionHub {
  readonly clock: VenueClock;
  readonly limits: VenueLimits;
  readonly connections = new Set<Connection>();
  /** Frames that the market published and somebody wanted, by stream: before any fault. */
  readonly published = new Map<string, number>();
  /** Called whenever a stream is subscribed. */
  onSubscribed: (() => void) | undefined;
  readonly #faults: FrameFaults;
  readonly #listeners = new Map<string, Set<Connection>>();
  /** By symbol in lower case, as in the names of the streams. */
  readonly #depths = new Map<string, DepthStream[]>();
  #flushedMs = 0;
  #opened = 0;

  constructor(clock: VenueClock, limits: VenueLimits, faults: FrameFaults) {
    this.clock = clock;
    this.limits = limits;
    this.#faults = faults;
  }

  open(socket: WebSocket, line: Duplex, address: StreamAddress): void {
    this.#opened += 1;
    const connection = new Connection(this.#opened, socket, line, address, this);
    this.connections.add(connection);
    connection.subscribe(address.streams);
    socket.on('close', () => {
      this.connections.delete(connection);
      for (const stream of connection.subscriptions) this.unsubscribed(connection, stream);
    });
  }

  subscribed(connection: Connection, stream: string): void {
    this.onSubscribed?.();
    // A stream of the other entry point is acknowledged, listed, and silent.
    if (!carries(connection.path, stream)) return;
    const listeners = this.#listeners.get(stream);
    if (listeners !== undefined) {
      listeners.add(connection);
      return;
    }
    this.#listeners.set(stream, new Set([connection]));
    const speedMs = depthSpeedMs(stream);
    if (speedMs === undefined) return;
    const lower = stream.split('@')[0]!;
    this.#depths.set(lower, [...(this.#depths.get(lower) ?? []), new DepthStream(stream, speedMs)]);
  }

  unsubscribed(connection: Connection, stream: string): void {
    const listeners = this.#listeners.get(stream);
    listeners?.delete(connection);
    if (listeners === undefined || listeners.size > 0) return;
    this.#listeners.delete(stream);
    const lower = stream.split('@')[0]!;
    const left = this.#depths.get(lower)?.filter(({ name }) => name !== stream) ?? [];
    if (left.length === 0) this.#depths.delete(lower);
    else this.#depths.set(lower, left);
  }

  wants(stream: string): boolean {
    return this.#listeners.has(stream);
  }

  wantsDepth(symbol: string): boolean {
    return this.#depths.has(symbol.toLowerCase());
  }

  publish(symbol: string, stream: string, payload: string): void {
    if (!this.#listeners.has(stream)) return;
    this.published.set(stream, (this.published.get(stream) ?? 0) + 1);
    this.#faults.pass({ symbol, stream, payload }, (frame) => this.deliver(frame));
  }

  publishDepth(symbol: string, update: DepthUpdate): void {
    for (const depth of this.#depths.get(symbol.toLowerCase()) ?? []) {
      const frame = depth.add(update);
      if (frame !== undefined) this.publish(symbol, depth.name, frame.verbatim ?? depthPayload(symbol, frame));
    }
  }

  /** Sends what the slower depth streams have gathered; called at least as often as the fastest of them has periods. */
  flush(nowMs: number): void {
    for (const [lower, depths] of this.#depths) {
      for (const depth of depths) {
        const frame = depth.flush(this.#flushedMs, nowMs);
        if (frame === undefined) continue;
        const symbol = lower.toUpperCase();
        this.publish(symbol, depth.name, depthPayload(symbol, frame));
      }
    }
    this.#flushedMs = nowMs;
  }

  /** To everybody who listens, past the faults. */
  deliver({ stream, payload, raw }: Frame): void {
    const listeners = this.#listeners.get(stream);
    if (listeners === undefined) return;
    let combined: string | undefined;
    for (const connection of listeners) {
      if (raw !== undefined) connection.send(raw);
      else if (!connection.combined) connection.send(payload);
      else {
        combined ??= `{"stream":"${stream}","data":${payload}}`;
        connection.send(combined);
      }
    }
  }

  /** What is sent until `release` leaves in as few packets as it can: a call of the system per frame costs more than the frame. */
  gather(): void {
    for (const connection of this.connections) connection.cork();
  }

  release(): void {
    for (const connection of this.connections) connection.uncork();
  }

  keepHouse(): void {
    const nowMs = this.clock.hostMs();
    for (const connection of this.connections) connection.keepHouse(nowMs);
  }

  /** Of all connections together. */
  get subscriptions(): number {
    let count = 0;
    for (const { subscriptions } of this.connections) count += subscriptions.size;
    return count;
  }

  get waitingBytes(): number {
    let most = 0;
    for (const { waitingBytes } of this.connections) most = Math.max(most, waitingBytes);
    return most;
  }
}
