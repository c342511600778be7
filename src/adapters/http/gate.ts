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
    if (!this.#hosts.allows(headers.host)) return foreignHost(headers.host);
    if (!url.startsWith('/') && !(method === 'OPTIONS' && url === '*')) return NO_PATH;
    if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) return FOREIGN_ORIGIN;
    if (headers['sec-fetch-site'] !== undefined && !this.#mayFetch(request, url)) return FOREIGN_PAGE;
    if (hasBody(request) && !isJson(headers['content-type'], headers['content-encoding'])) return NOT_JSON;
    const local = isLocal(remoteAddress);
    if (!local && !(method === 'GET' && pathOf(url) === '/api/health')) return OTHER_MACHINE;
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

function isLocal(address: string): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1' || isLocalAddress(address);
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** A web page can send `text/plain` to any server without asking first; it cannot send JSON. */
function isJson(contentType: string | undefined, contentEncoding: string | undefined): boolean {
  if (contentType === undefined || (contentEncoding !== undefined && contentEncoding !== 'identity')) return false;
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  return type === 'application/json' && parameters.every((each) => each === '' || /^charset="?utf-8"?$/.test(each));
}

function foreignHost(host: string | undefined): GateRefusal {
  const named = host === undefined ? 'no host' : `the host ${JSON.stringify(host.slice(0, 80))}`;
  const remedy = "Use http://127.0.0.1 with this port, this machine's address, or add the name to api.allowedHosts";
  return { code: 'foreign_host', message: `This server does not answer for ${named}. ${remedy}.` };
}

function tooMany(rate: Rate, waitMs: number): GateRefusal {
  const message = `More than ${rate.perSecond} requests per second. Ask again later.`;
  return { code: 'too_many_requests', message, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
}

const NO_PATH: GateRefusal = {
  code: 'malformed_request',
  message: 'The request target must be a path on this server.',
};
const FOREIGN_ORIGIN: GateRefusal = {
  code: 'foreign_origin',
  message: 'Pages of other sites may not use this server.',
};
const FOREIGN_PAGE: GateRefusal = {
  code: 'foreign_page',
  message: 'Pages of other sites may link to the pages of this server, and nothing else.',
};
const NOT_JSON: GateRefusal = {
  code: 'not_json',
  message: 'A request body must be uncompressed UTF-8 with the header Content-Type: application/json.',
};
const OTHER_MACHINE: GateRefusal = {
  code: 'not_from_this_machine',
  message:
    'This version answers other machines only GET /api/health: run the client on the machine that runs Tapewire.',
};
const BODY_TOO_LARGE: GateRefusal = { code: 'body_too_large', message: `A request body may have ${BODY_LIMIT} bytes.` };
