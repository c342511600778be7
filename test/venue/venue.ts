import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { ScenarioName } from '../../src/core/simulation/scenarios.ts';
import { VirtualClock, WallClock } from './clock.ts';
import { FaultActions } from './fault-actions.ts';
import type { FaultOrder } from './fault-kinds.ts';
import { type Fault, FaultLog } from './faults.ts';
import { FrameFaults } from './frame-faults.ts';
import { Hub } from './hub.ts';
import { VENUE_LIMITS, type VenueLimits } from './limits.ts';
import { CONTRACTS_MAX } from './listing.ts';
import type { BookSnapshot, VenueMarket } from './market.ts';
import { Rest } from './rest.ts';
import { SimVenueMarket } from './sim-market.ts';
import { readAddress } from './stream-name.ts';

/** Market time per step: how far a frame may be from its moment, and how often slow depth streams are looked at. */
const STEP_MS = 10;
/** A client further behind than this is waited for, where time can wait. */
const WAITING_BYTES = 1 << 18;
const HOUSEKEEPING_MS = 250;
/** The market has run for this long when the doors open: every contract has a book by then. */
const WARM_MS = 1_000;

export interface VenueOptions {
  /** 0, when absent, for any free one. On 127.0.0.1. */
  readonly port?: number;
  /** `wall`, when absent: the machine's. `virtual`: time stands still until `advance`. */
  readonly clock?: 'wall' | 'virtual';
  /** Market seconds per wall second; 1 when absent. */
  readonly speed?: number;
  /** Where market time begins, a whole minute UTC; this minute when absent, a fixed day with a virtual clock. */
  readonly startTimeMs?: number;
  /** Contracts of the embedded market, at most 540; 19 when absent. */
  readonly instruments?: number;
  /** Contracts that a `list` fault can add; 1 when absent. */
  readonly unlisted?: number;
  /** Of all contracts together; as the embedded market has them when absent. */
  readonly tradesPerSecond?: number;
  readonly seed?: number;
  readonly scenario?: ScenarioName;
  /** How far back klines go; a week when absent. */
  readonly historyMinutes?: number;
  readonly limits?: Partial<VenueLimits>;
}

/** A day like any other, for venues whose time is virtual. */
const VIRTUAL_START_MS = Date.UTC(2026, 10, 16, 12);

/** Opens a venue and resolves when it can be reached. Whoever opens it closes it. */
export async function startVenue(options: VenueOptions = {}): Promise<Venue> {
  const { instruments = 19, unlisted = 1 } = options;
  if (instruments + unlisted > CONTRACTS_MAX + 1) throw new Error(`venue: ${CONTRACTS_MAX} contracts at most`);
  const virtual = options.clock === 'virtual';
  const thisMinuteMs = Date.now() - (Date.now() % MINUTE_MS);
  const startTimeMs = options.startTimeMs ?? (virtual ? VIRTUAL_START_MS : thisMinuteMs);
  const market = new SimVenueMarket({
    ...{ instruments, unlisted },
    ...{ tradesPerSecond: options.tradesPerSecond, seed: options.seed ?? 1, startTimeMs },
    ...{ scenario: options.scenario ?? 'null_flow', historyMinutes: options.historyMinutes ?? 7 * 24 * 60 },
  });
  const limits = { ...VENUE_LIMITS, ...options.limits };
  const venue = new Venue(
    market,
    virtual ? new VirtualClock(startTimeMs) : new WallClock(startTimeMs, options.speed ?? 1),
    limits,
  );
  await venue.open(
    options.port ?? 0,
    options.startTimeMs === undefined && !virtual ? Date.now() - startTimeMs : WARM_MS,
  );
  return venue;
}

/** A running venue: its addresses, its time, its faults, and what it knows to be true. */
export class Venue {
  readonly market: VenueMarket;
  readonly faults: FaultLog;
  readonly hub: Hub;
  readonly #clock: VirtualClock | WallClock;
  readonly #rest: Rest;
  readonly #frameFaults: FrameFaults;
  readonly #actions: FaultActions;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    autoPong: false,
    clientTracking: false,
    maxPayload: 1 << 20,
  });
  readonly #timers: (() => void)[] = [];

  constructor(market: VenueMarket, clock: VirtualClock | WallClock, limits: VenueLimits) {
    this.market = market;
    this.#clock = clock;
    this.faults = new FaultLog(clock);
    this.#frameFaults = new FrameFaults(this.faults, clock, (symbol) => market.best(symbol));
    this.hub = new Hub(clock, limits, this.#frameFaults);
    this.#actions = new FaultActions(this.hub, market, clock);
    const source = { market, limits, nowMs: () => this.nowMs(), bookFor: (symbol: string) => this.#bookFor(symbol) };
    this.#rest = new Rest(source, clock, this.faults);
    this.#server = createServer((request, response) => this.#rest.handle(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      const refusal = this.faults.active('refuse', 'maintenance')[0];
      const address = readAddress(request.url ?? '/');
      if (refusal !== undefined || address === undefined) {
        refusal?.strike(request.url ?? '/');
        const status = refusal === undefined ? 404 : (refusal.order.status ?? 503);
        socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.hub.open(client, socket, address));
    });
  }

  /** `http://127.0.0.1:1234`; the streams are below the same address. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get wsUrl(): string {
    return this.url.replace('http', 'ws');
  }

  /** What the venue says the time is. */
  nowMs(): number {
    const skewMs = this.faults.active('skew').reduce((sum, { order }) => sum + (order.byMs ?? 5_000), 0);
    return Math.floor(this.#clock.marketMs() + skewMs);
  }

  /** Every request so far. */
  get requests(): Rest['records'] {
    return this.#rest.records;
  }

  /** The most weight that was used in a minute. */
  get highestWeight(): number {
    return this.#rest.meter.highestWeight;
  }

  /** Orders a fault. @returns it, with what it has done so far and the way to end it */
  fault(order: FaultOrder): Fault {
    const fault = this.faults.order(order);
    this.#frameFaults.renew();
    this.#actions.begin(fault);
    return fault;
  }

  /** Virtual time goes on by `forMs`; resolves when everything is sent and no client is far behind. */
  async advance(forMs: number): Promise<void> {
    const clock = this.#clock;
    if (!(clock instanceof VirtualClock)) throw new Error('venue: only virtual time can be advanced');
    const untilMs = clock.marketMs() + forMs;
    while (clock.marketMs() < untilMs) {
      const nextMs = Math.min(untilMs, clock.marketMs() + STEP_MS);
      this.#step(nextMs);
      clock.runTo(nextMs);
      do await turn();
      while (this.hub.waitingBytes > WAITING_BYTES);
    }
  }

  /** @param warmMs market time that has passed when the doors open */
  async open(port: number, warmMs: number): Promise<void> {
    const { startTimeMs } = this.market;
    this.#step(startTimeMs + warmMs);
    if (this.#clock instanceof VirtualClock) this.#clock.runTo(startTimeMs + warmMs);
    else {
      this.#clock.jump(startTimeMs + warmMs);
      this.#clock.play();
      this.#timers.push(this.#clock.every(STEP_MS, () => this.#step(this.#clock.marketMs())));
    }
    this.#timers.push(this.#clock.every(HOUSEKEEPING_MS, () => this.hub.keepHouse()));
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    for (const fault of this.faults.all) fault.stop();
    for (const connection of this.hub.connections) connection.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #step(untilMs: number): void {
    while (this.market.positionMs < untilMs) {
      const nextMs = Math.min(untilMs, this.market.positionMs + STEP_MS);
      this.market.advance(nextMs, this.hub);
      this.hub.flush(nextMs);
    }
  }

  #bookFor(symbol: string): BookSnapshot | undefined {
    const old = this.faults
      .active('old-snapshot')
      .find(({ order }) => order.symbol === undefined || order.symbol === symbol);
    if (old === undefined) return this.market.book(symbol);
    old.strike('/fapi/v1/depth', symbol);
    return this.#actions.oldBook(symbol) ?? this.market.book(symbol);
  }
}
