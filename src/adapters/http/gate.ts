import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../../contract/refusal.ts';
import { isLocalAddress, rateKey } from './addresses.ts';
import type { HostList } from './host-list.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

/** The largest request body, bytes. */
export const BODY_LIMIT = 65_536;
/** How many other machines are counted at a time. The one that called longest ago is forgotten first. */
const MACHINES = 4_096;

export interface Rates {
  readonly local: Rate;
  /** For each other machine. */
  readonly remote: Rate;
}

export interface GateRefusal extends Refusal {
  /** Whole wall seconds, at least 1. */
  readonly retryAfterSeconds?: number;
}

/**
 * Who may come in. Runs on every request before any route is looked for, so that no route can forget it, in this
 * order: host, origin, kind of fetch, kind of body, machine, size, rate. A web page that a user of this machine
 * happens to visit is as foreign as another machine: it may neither read nor trigger anything here.
 *
 * An `Origin` is ours when scheme, host and port are those that the client called: `http://` and what stands in `Host`.
 * A page loaded from 127.0.0.1 is foreign to localhost, as it is to the browser, and https is never ours.
 * A body is judged whatever the method: none of our GETs takes one, and what is not JSON is refused there, too.
 */
export class Gate {
  readonly #hosts: HostList;
  readonly #rates: Rates;
  readonly #isPage: (path: string) => boolean;
  readonly #monotonicMs: () => number;
  readonly #local: TokenBucket;
  readonly #machines = new Map<string, TokenBucket>();

  constructor(options: {
    readonly hosts: HostList;
    readonly rates: Rates;
    /** Whether a path is an HTML page, which links on other sites may lead to. */
    readonly isPage: (path: string) => boolean;
    readonly monotonicMs: () => number;
  }) {
    this.#hosts = options.hosts;
    this.#rates = options.rates;
    this.#isPage = options.isPage;
    this.#monotonicMs = options.monotonicMs;
    this.#local = new TokenBucket(options.rates.local, options.monotonicMs());
  }

  /** Why the request may not come in; `undefined` when it may. */
  check(request: IncomingMessage, remoteAddress: string): GateRefusal | undefined {
    const { headers, method = '' } = request;
    const url = request.url ?? '';
    if (hostCount(request.rawHeaders) > 1) return TWO_HOSTS;
    if (!this.#hosts.allows(headers.host)) return foreignHost(headers.host, request.socket.localPort);
    if (!url.startsWith('/') && !(method === 'OPTIONS' && url === '*')) return NO_PATH;
    if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) return FOREIGN_ORIGIN;
    if (headers['sec-fetch-site'] !== undefined && !this.#mayFetch(request, url)) return FOREIGN_PAGE;
    if (hasBody(request) && !isJson(headers['content-type'], headers['content-encoding'])) return NOT_JSON;
    const local = isLocal(remoteAddress);
    if (!local && !(method === 'GET' && barePathOf(url) === '/api/health'))
      return otherMachine(request.socket.localPort);
    if (Number(headers['content-length'] ?? 0) > BODY_LIMIT) return BODY_TOO_LARGE;
    const nowMs = this.#monotonicMs();
    const waitMs = (local ? this.#local : this.#bucketOf(remoteAddress, nowMs)).take(nowMs);
    return waitMs === 0 ? undefined : tooMany(local ? this.#rates.local : this.#rates.remote, waitMs);
  }

  #mayFetch({ headers, method }: IncomingMessage, url: string): boolean {
    const site = headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return true;
    return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && this.#isPage(pathOf(url));
  }

  #bucketOf(remoteAddress: string, nowMs: number): TokenBucket {
    const key = rateKey(remoteAddress);
    const bucket = this.#machines.get(key) ?? new TokenBucket(this.#rates.remote, nowMs);
    this.#machines.delete(key);
    this.#machines.set(key, bucket);
    if (this.#machines.size > MACHINES) {
      for (const oldest of this.#machines.keys()) {
        this.#machines.delete(oldest);
        break;
      }
    }
    return bucket;
  }
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** The same without a slash at its end: the routes do not tell `/api/health/` from `/api/health`. */
export function barePathOf(url: string): string {
  const path = pathOf(url);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** How often `Host` was sent: node:http keeps the first and says nothing of others. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function isLocal(address: string): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1' || isLocalAddress(address);
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin === `http://${host}`;
}

/** A web page can send `text/plain` to any server without asking first; it cannot send JSON. */
function isJson(contentType: string | undefined, contentEncoding: string | undefined): boolean {
  if (contentType === undefined || (contentEncoding !== undefined && contentEncoding !== 'identity')) return false;
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  return type === 'application/json' && parameters.every((each) => each === '' || /^charset="?utf-8"?$/.test(each));
}

function foreignHost(host: string | undefined, port: number | undefined): GateRefusal {
  const problem =
    host === undefined || host === ''
      ? 'The request does not say which host it is for (header Host).'
      : `This server does not answer to the host ${JSON.stringify(host.slice(0, 80))}.`;
  const remedy = `On this machine use http://127.0.0.1:${port}; other names are allowed in api.allowedHosts.`;
  return { code: 'foreign_host', message: `${problem} ${remedy}` };
}

/** Said to this machine, too, when it calls itself by its network address: that it is the same one is not looked for. */
function otherMachine(port: number | undefined): GateRefusal {
  const remedy = `on the machine that runs Tapewire, use http://127.0.0.1:${port} and not its network address.`;
  const message = `This version answers other machines only GET /api/health: ${remedy}`;
  return { code: 'unauthorized', message };
}

function tooMany(rate: Rate, waitMs: number): GateRefusal {
  const message = `More than ${rate.perSecond} requests per second. Ask again later.`;
  return { code: 'too_many_requests', message, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
}

const NO_PATH: GateRefusal = {
  code: 'malformed_request',
  message: 'The request target must be a path on this server.',
};
const TWO_HOSTS: GateRefusal = {
  code: 'malformed_request',
  message: 'A request may have one Host header, and no more.',
};
const FOREIGN_ORIGIN: GateRefusal = {
  code: 'foreign_origin',
  message: 'Pages of other sites may not use this server. Its own are those at the very address that is called.',
};
const FOREIGN_PAGE: GateRefusal = {
  code: 'foreign_page',
  message: 'Pages of other sites may link to the pages of this server, and nothing else.',
};
const NOT_JSON: GateRefusal = {
  code: 'not_json',
  message: 'A request body must be uncompressed UTF-8 with the header Content-Type: application/json.',
};
const BODY_TOO_LARGE: GateRefusal = { code: 'body_too_large', message: `A request body may have ${BODY_LIMIT} bytes.` };

/** For what only node:http notices: an `Expect` other than `100-continue`. */
export const UNKNOWN_EXPECTATION: GateRefusal = {
  code: 'unknown_expectation',
  message: 'The header Expect may only say 100-continue.',
};
