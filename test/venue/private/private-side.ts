import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { VenueClock } from '../clock.ts';
import type { VenueMarket } from '../market.ts';
import { VenueError } from '../routes.ts';
import { Account } from './account.ts';
import { NO_FAULTS, type PrivateFault, type PrivateFaults } from './faults.ts';
import { type KeyPermissions, PRIVATE_ROUTES } from './routes.ts';
import { accountEvent, algoEvent, orderEvent } from './user-events.ts';
import { AccountWatch } from './watch.ts';

export interface PrivateRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly status: number;
}

const LISTEN_KEY_MS = 3_600_000;
const RECV_WINDOW_MS = 5_000;

/** Everything of the venue that wants a key: signed requests, one account, and the stream of its user. */
export class PrivateSide {
  readonly account: Account;
  readonly watch: AccountWatch;
  readonly requests: PrivateRequest[] = [];
  faults: PrivateFaults = NO_FAULTS;
  apiKey = 'test-key-of-the-venue-simulator';
  secret = 'test-secret-of-the-venue-simulator';
  permissions: KeyPermissions = { enableWithdrawals: false, enableFutures: true };
  readonly #clock: VenueClock;
  readonly #nowMs: () => number;
  readonly #market: VenueMarket;
  readonly #streams = new Set<WebSocket>();
  readonly #countdowns = new Map<string, () => void>();
  #listenKey: { readonly key: string; readonly untilMs: number } | undefined;
  #keys = 0;
  #held: string | undefined;

  constructor(market: VenueMarket, clock: VenueClock, nowMs: () => number) {
    this.#market = market;
    this.#clock = clock;
    this.#nowMs = nowMs;
    this.account = new Account(market, nowMs, {
      order: (order, trade) => this.#tell(orderEvent(order, trade, nowMs())),
      algo: (algo) => this.#tell(algoEvent(algo, nowMs())),
      position: (symbol) =>
        this.#tell(accountEvent(symbol, this.account.position(symbol), this.account.wallet, nowMs())),
    });
    this.watch = new AccountWatch(this.account, () => clock.hostMs());
  }

  static owns(method: string, path: string): boolean {
    return Object.hasOwn(PRIVATE_ROUTES, `${method} ${path}`);
  }

  step(): void {
    this.account.step();
    this.watch.look();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, search } = new URL(request.url ?? '/', 'http://venue');
    const method = request.method ?? 'GET';
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const sent = search.slice(1) + body;
    const params = new URLSearchParams(sent);
    const isKnown = request.headers['x-mbx-apikey'] === this.apiKey;
    const fault = isKnown ? this.faults.request(method, path, params) : undefined;
    if (fault?.kind === 'slow') await new Promise<void>((resolve) => void this.#clock.after(fault.byMs, resolve));
    const answer = this.#answer(`${method} ${path}`, sent, params, isKnown, fault);
    this.watch.look();
    this.requests.push({ method, path, params, status: answer.status });
    if (this.requests.length > 20_000) this.requests.shift();
    if (fault?.kind === 'lost' || fault?.kind === 'cut') return void request.socket.destroy();
    const text = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    });
    response.end(text);
  }

  /** @returns false when there is no such stream */
  mayOpen(url: string): boolean {
    const found = /^\/private\/ws(?:\/|\?listenKey=)([\w-]+)$/.exec(url);
    return (
      found?.[1] !== undefined && found[1] === this.#listenKey?.key && this.#clock.hostMs() < this.#listenKey.untilMs
    );
  }

  open(socket: WebSocket): void {
    this.#streams.add(socket);
    socket.on('error', () => undefined);
    socket.on('ping', (data) => socket.pong(data));
    socket.on('close', () => this.#streams.delete(socket));
  }

  /** Cuts the streams of the user. */
  drop(): void {
    for (const socket of this.#streams) socket.terminate();
  }

  close(): void {
    for (const cancel of this.#countdowns.values()) cancel();
    this.drop();
  }

  #answer(
    route: string,
    sent: string,
    params: URLSearchParams,
    isKnown: boolean,
    fault: PrivateFault | undefined,
  ): { status: number; body: unknown } {
    try {
      if (!isKnown) throw new VenueError(-2015, 'Invalid API-key, IP, or permissions for action.');
      if (!route.includes('/listenKey')) this.#checkSignature(sent, params);
      if (fault?.kind === 'reject') throw new VenueError(fault.code, fault.msg);
      const isDone = fault?.kind !== 'cut' && (fault?.kind !== 'unknown' || fault.isDone);
      const body = isDone ? PRIVATE_ROUTES[route]!(this.#source(), params) : {};
      if (fault?.kind !== 'unknown') return { status: 200, body };
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      return { status: error.code === -2015 ? 401 : 400, body: { code: error.code, msg: error.message } };
    }
    const msg =
      fault.code === -1007
        ? 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.'
        : 'An unexpected response was received from the message bus. Execution status unknown.';
    return { status: 503, body: { code: fault.code, msg } };
  }

  #source() {
    return {
      account: this.account,
      market: this.#market,
      permissions: this.permissions,
      nowMs: this.#nowMs,
      countdown: (symbol: string, afterMs: number) => this.#countdown(symbol, afterMs),
      listenKey: (action: 'POST' | 'PUT' | 'DELETE') => this.#renewListenKey(action),
    };
  }

  #checkSignature(sent: string, params: URLSearchParams): void {
    const signature = params.get('signature');
    const signed = sent.replace(/&?signature=[^&]*/, '');
    if (signature !== createHmac('sha256', this.secret).update(signed).digest('hex')) {
      throw new VenueError(-1022, 'Signature for this request is not valid.');
    }
    const timestamp = Number(params.get('timestamp') ?? Number.NaN);
    const window = Number(params.get('recvWindow') ?? RECV_WINDOW_MS);
    const nowMs = this.#nowMs();
    if (!(timestamp < nowMs + 1_000 && nowMs - timestamp <= window)) {
      throw new VenueError(-1021, 'Timestamp for this request is outside of the recvWindow.');
    }
  }

  #countdown(symbol: string, afterMs: number): void {
    this.#countdowns.get(symbol)?.();
    this.#countdowns.delete(symbol);
    if (afterMs === 0) return;
    const cancelAll = (): void => {
      for (const order of this.account.openOrders(symbol)) this.account.cancel(order);
      this.watch.look();
    };
    this.#countdowns.set(symbol, this.#clock.after(afterMs, cancelAll));
  }

  #renewListenKey(action: 'POST' | 'PUT' | 'DELETE'): string {
    const nowMs = this.#clock.hostMs();
    const isLive = this.#listenKey !== undefined && nowMs < this.#listenKey.untilMs;
    if (action !== 'POST' && !isLive) throw new VenueError(-1125, 'This listenKey does not exist.');
    if (!isLive) this.#keys += 1;
    const key = isLive ? this.#listenKey!.key : `listenkey${this.#keys}`;
    this.#listenKey = { key, untilMs: action === 'DELETE' ? 0 : nowMs + LISTEN_KEY_MS };
    if (action === 'DELETE') this.drop();
    return key;
  }

  #tell(payload: string): void {
    const fault = this.faults.event(payload);
    if (fault === 'drop') {
      this.drop();
      return;
    }
    const held = this.#held;
    this.#held = fault === 'swap' ? payload : undefined;
    if (fault !== 'lose' && fault !== 'swap') this.#send(payload);
    if (fault === 'duplicate') this.#send(payload);
    if (held !== undefined) this.#send(held);
  }

  #send(payload: string): void {
    for (const socket of this.#streams) socket.send(payload);
  }
}
