import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VenueClock } from './clock.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { Fault, FaultLog } from './faults.ts';
import { Meter } from './meter.ts';
import { ROUTES, type RouteSource, VenueError } from './routes.ts';
import { weightOf } from './weights.ts';

/** One request, as the venue saw it. */
export interface RequestRecord {
  readonly atMs: number;
  readonly path: string;
  readonly query: string;
  readonly weight: number;
  readonly status: number;
}

/** Requests that are remembered, the latest. */
const RECORDS_MAX = 20_000;

const MAINTENANCE_PAGE =
  '<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>';

/** The REST side: admission by weight, the routes, and what faults make of them. */
export class Rest {
  readonly meter: Meter;
  readonly records: RequestRecord[] = [];
  readonly #source: RouteSource;
  readonly #clock: VenueClock;
  readonly #faults: FaultLog;

  constructor(source: RouteSource, clock: VenueClock, faults: FaultLog) {
    this.meter = new Meter(source.limits);
    this.#source = source;
    this.#clock = clock;
    this.#faults = faults;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://venue');
    // Whoever sends a body has the answer all the same.
    request.resume();
    const slow = this.#fault(pathname, 'rest-slow');
    if (slow === undefined) {
      this.#answer(pathname, searchParams, response);
      return;
    }
    slow.strike(pathname);
    this.#clock.after(slow.order.byMs ?? 5_000, () => this.#answer(pathname, searchParams, response));
  }

  #answer(path: string, query: URLSearchParams, response: ServerResponse): void {
    const nowMs = this.#clock.hostMs();
    const maintenance = this.#fault(path, 'maintenance');
    if (maintenance !== undefined) {
      maintenance.strike(path);
      this.#send(response, { path, query, weight: 0 }, 503, MAINTENANCE_PAGE, 'text/html');
      return;
    }
    const weight = weightOf(path, query);
    const request = { path, query, weight };
    const isFunding = path === '/fapi/v1/fundingRate' || path === '/fapi/v1/fundingInfo';
    const admission = this.meter.admit(weight, isFunding, nowMs);
    if (!isFunding) response.setHeader('X-MBX-USED-WEIGHT-1M', admission.usedWeight);
    if (!admission.ok) {
      response.setHeader('Retry-After', admission.retryAfterS);
      this.#send(response, request, admission.status, this.#tooMany(admission.status, admission.untilMs));
      return;
    }
    const broken = this.#fault(path, 'http', 'rest-garbage');
    if (broken !== undefined) {
      this.#break(broken, response, request);
      return;
    }
    const route = ROUTES[path];
    if (route === undefined) {
      this.#send(response, request, 404, '<html><body>Not found</body></html>', 'text/html');
      return;
    }
    try {
      this.#send(response, request, 200, JSON.stringify(route(this.#source, query)));
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      this.#send(response, request, 400, JSON.stringify({ code: error.code, msg: error.message }));
    }
  }

  #break(
    fault: Fault,
    response: ServerResponse,
    request: Pick<RequestRecord, 'path' | 'weight'> & { query: URLSearchParams },
  ): void {
    fault.strike(request.path);
    const { kind, status = 500, retryAfterS } = fault.order;
    if (kind === 'rest-garbage') {
      this.#send(response, request, 200, '{"lastUpdateId":17,"bids":[["1.0","');
      return;
    }
    if (retryAfterS !== undefined) response.setHeader('Retry-After', retryAfterS);
    if (status === 418 || status === 429) {
      const untilMs = this.#clock.hostMs() + (retryAfterS ?? 60) * 1_000;
      if (retryAfterS === undefined) response.setHeader('Retry-After', 60);
      this.#send(response, request, status, this.#tooMany(status, untilMs));
      return;
    }
    const text =
      status === 503
        ? { code: -1008, msg: 'Request throttled by system-level protection.' }
        : { code: -1001, msg: 'Internal error; unable to process your request. Please try again.' };
    this.#send(response, request, status, JSON.stringify(text));
  }

  #tooMany(status: 429 | 418, untilMs: number): string {
    const msg =
      status === 429
        ? `Too many requests; current limit of IP(127.0.0.1) is ${this.#source.limits.weightPerMinute} requests per minute. Please use the websocket for live updates to avoid polling the API.`
        : `Way too many requests; IP(127.0.0.1) banned until ${Math.floor(untilMs)}. Please use the websocket for live updates to avoid bans.`;
    return JSON.stringify({ code: -1003, msg });
  }

  #fault(path: string, ...kinds: FaultKind[]): Fault | undefined {
    return this.#faults.active(...kinds).find(({ order }) => order.route === undefined || order.route === path);
  }

  #send(
    response: ServerResponse,
    { path, query, weight }: { path: string; query: URLSearchParams; weight: number },
    status: number,
    body: string,
    type = 'application/json',
  ): void {
    this.records.push({ atMs: this.#clock.hostMs(), path, query: String(query), weight, status });
    if (this.records.length > RECORDS_MAX) this.records.shift();
    response.writeHead(status, { 'Content-Type': `${type};charset=UTF-8`, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  }
}
