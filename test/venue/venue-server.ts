import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { VirtualClock, type WallClock } from './clock.ts';
import { refusalOf, refusalOfPlan } from './contract-faults.ts';
import { FaultActions } from './fault-actions.ts';
import type { FaultOrder } from './fault-kinds.ts';
import type { PlannedFault } from './fault-spec.ts';
import { type Fault, FaultLog } from './faults.ts';
import { FrameFaults } from './frame-faults.ts';
import { Hub } from './hub.ts';
import type { VenueLimits } from './limits.ts';
import type { BookSnapshot, VenueMarket } from './market.ts';
import { PrivateSide } from './private/private-side.ts';
import { VenueRefusal } from './refusal.ts';
import { Rest } from './rest.ts';
import { readAddress } from './stream-name.ts';

/** Market time per step: how far a frame may be from its moment, and how often slow depth streams are looked at. */
const STEP_MS = 10;
/** The sockets have their turn at least this often, wall time. */
const TURN_MS = 25;
/** As much at once when nobody looks at a clock. */
const HURRY_STEP_MS = 50;
/** A client further behind than this is waited for, where time can wait. */
const WAITING_BYTES = 1 << 18;
const HOUSEKEEPING_MS = 250;

/** A running venue: its addresses, its time, its faults, and what it knows to be true. */
export class Venue {
  readonly market: VenueMarket;
  readonly faults: FaultLog;
  readonly hub: Hub;
  /** The account, and what is true of it. */
  readonly private: PrivateSide;
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
  #playing: Promise<void> | undefined;
  #closed = false;

  constructor(market: VenueMarket, clock: VirtualClock | WallClock, limits: VenueLimits) {
    this.market = market;
    this.#clock = clock;
    this.faults = new FaultLog(clock);
    this.#frameFaults = new FrameFaults(this.faults, clock, (symbol) => market.best(symbol));
    this.hub = new Hub(clock, limits, this.#frameFaults);
    this.#actions = new FaultActions(this.hub, market, clock);
    const source = { market, limits, nowMs: () => this.nowMs(), bookFor: (symbol: string) => this.#bookFor(symbol) };
    this.#rest = new Rest(source, clock, this.faults);
    this.private = new PrivateSide(market, clock, () => this.nowMs());
    this.#server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0]!;
      if (PrivateSide.owns(request.method ?? 'GET', path)) void this.private.handle(request, response);
      else this.#rest.handle(request, response);
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.private.mayOpen(request.url ?? '/')) {
        this.#sockets.handleUpgrade(request, socket, head, (client) => this.private.open(client));
        return;
      }
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

  /**
   * Orders a fault. Throws, with the reason, when its contract does not fit.
   * @returns it, with what it has done so far and the way to end it
   */
  fault(order: FaultOrder): Fault {
    const refusal = refusalOf(order, this.market.contracts);
    if (refusal !== undefined) throw new VenueRefusal(refusal);
    const fault = this.faults.order(order);
    this.#frameFaults.renew();
    this.#actions.begin(fault);
    return fault;
  }

  /** Orders faults when their time comes. Throws at once, with the reason, when a contract for one of them is missing. */
  plan(planned: readonly PlannedFault[]): void {
    const refusal = refusalOfPlan(planned, this.market.contracts);
    if (refusal !== undefined) throw new VenueRefusal(refusal);
    for (const { order, afterMs, everyMs } of planned) {
      const strike = (): void => {
        // A repetition may have used up what there was: a run of hours must not end over it.
        if (refusalOf(order, this.market.contracts) === undefined) this.fault(order);
      };
      const begin = (): void => {
        strike();
        if (everyMs !== undefined) this.#timers.push(this.#clock.every(everyMs, strike));
      };
      this.#timers.push(this.#clock.after(afterMs, begin));
    }
  }

  /** Virtual time goes on by `forMs`; resolves when everything is sent and no client is far behind. */
  async advance(forMs: number): Promise<void> {
    const clock = this.#clock;
    if (!(clock instanceof VirtualClock)) throw new Error('venue: only virtual time can be advanced');
    const untilMs = clock.marketMs() + forMs;
    while (clock.marketMs() < untilMs) {
      const nextMs = Math.min(untilMs, clock.marketMs() + STEP_MS);
      clock.runTo(nextMs);
      this.#step(nextMs);
      await this.#drain();
    }
  }

  /** Lets time run, where it waits for streams. Resolves when a capture is over, or the venue closed. */
  async play(): Promise<void> {
    const clock = this.#clock;
    if (clock instanceof VirtualClock) throw new Error('venue: virtual time runs by advance');
    if (this.#playing === undefined) {
      this.#playing = clock.paced ? this.#pace(clock) : this.#hurry(clock);
    }
    await this.#playing;
  }

  /** @param opening what market time it is when the doors open, at the earliest, and when it begins to run */
  async open(opening: { port: number; openAtMs: number; playAfterStreams: number }): Promise<void> {
    this.#step(opening.openAtMs);
    const clock = this.#clock;
    if (!(clock instanceof VirtualClock)) this.#catchUp(clock);
    // Before anything runs: a venue that cannot be reached must not keep the process alive.
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(opening.port, '127.0.0.1', resolve);
    });
    if (clock instanceof VirtualClock) clock.runTo(opening.openAtMs);
    else {
      const enough = (): boolean => this.hub.subscriptions >= opening.playAfterStreams;
      if (enough()) void this.play();
      else this.hub.onSubscribed = () => void (enough() && this.play());
    }
    this.#timers.push(clock.every(HOUSEKEEPING_MS, () => this.hub.keepHouse()));
  }

  /**
   * The clock of the host went on while the market was computed. Each pass leaves less to do than the one before; a machine
   * on which it does not is too slow for this market, and opens with what it has.
   */
  #catchUp(clock: WallClock): void {
    let behindMs = Infinity;
    for (;;) {
      const untilMs = clock.marketMs();
      const leftMs = untilMs - this.market.positionMs;
      if (leftMs <= STEP_MS || leftMs > behindMs / 2) return;
      behindMs = leftMs;
      this.#step(untilMs);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    for (const fault of this.faults.all) fault.stop();
    for (const connection of this.hub.connections) connection.terminate();
    this.private.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pace(clock: WallClock): Promise<void> {
    const { endTimeMs = Infinity } = this.market;
    clock.play();
    while (!this.#closed && this.market.positionMs < endTimeMs) {
      const untilMs = clock.marketMs();
      this.#step(untilMs, TURN_MS);
      // Whoever is behind takes no rest.
      await (this.market.positionMs < untilMs ? turn() : sleep(STEP_MS));
    }
  }

  async #hurry(clock: WallClock): Promise<void> {
    const { endTimeMs = 0 } = this.market;
    while (!this.#closed && this.market.positionMs < endTimeMs) {
      const nextMs = Math.min(endTimeMs, this.market.positionMs + HURRY_STEP_MS);
      this.#step(nextMs);
      clock.jump(nextMs);
      await this.#drain();
    }
  }

  /** Sockets have their turn, and nobody is far behind. */
  async #drain(): Promise<void> {
    do await turn();
    while (!this.#closed && this.hub.waitingBytes > WAITING_BYTES);
  }

  /** @param budgetMs how long the sockets may be kept waiting; a market that cannot follow its clock falls behind */
  #step(untilMs: number, budgetMs = Infinity): void {
    const beganMs = performance.now();
    this.hub.gather();
    while (this.market.positionMs < untilMs && performance.now() - beganMs < budgetMs) {
      const nextMs = Math.min(untilMs, this.market.positionMs + STEP_MS);
      this.market.advance(nextMs, this.hub);
      this.hub.flush(nextMs);
    }
    this.hub.release();
    this.private.step();
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
