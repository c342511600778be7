import type { IncomingMessage } from 'node:http';
import type { KeyRing } from '../../ports/key-ring.ts';
import { isLocalAddress } from './addresses.ts';
import { Entrance, headerCount, type Target } from './entrance.ts';
import type { HostList } from './host-list.ts';
import { Machines } from './machines.ts';
import type { NetworkList } from './networks.ts';
import {
  BODY_LIMIT,
  BODY_TOO_LARGE,
  BROKEN_PATH,
  FOREIGN_ORIGIN,
  FOREIGN_PAGE,
  foreignHost,
  type GateRefusal,
  NO_PATH,
  NOT_JSON,
  nothingAt,
  TWO_HOSTS,
  tooMany,
  wrongMethod,
} from './refusals.ts';
import { pathOf } from './request-path.ts';
import { allowedMethods, rowOf } from './route-table.ts';
import { type Rate, TokenBucket } from './token-bucket.ts';

export interface Rates {
  readonly local: Rate;
  /** For each other machine. */
  readonly remote: Rate;
}

/**
 * Who may come in. Runs on every request before any route is looked for, so that no route can forget it, in this
 * order: host, origin, kind of fetch, kind of body, key or machine, scope, size, rate, and whether there is such a route.
 * A web page that a user of this machine happens to visit is as foreign as another machine: it may neither read nor
 * trigger anything here.
 *
 * An `Origin` is ours when scheme, host and port are those that the client called: `http://` and what stands in `Host`.
 * A page loaded from 127.0.0.1 is foreign to localhost, as it is to the browser, and https is never ours.
 * A body is judged whatever the method: none of our GETs takes one, and what is not JSON is refused there, too.
 */
export class Gate {
  readonly #hosts: HostList;
  readonly #entrance: Entrance;
  readonly #rates: Rates;
  readonly #isPage: (path: string) => boolean;
  readonly #monotonicMs: () => number;
  readonly #local: TokenBucket;
  readonly #machines: Machines;

  constructor(options: {
    readonly hosts: HostList;
    readonly keys: KeyRing;
    /** Whose machines need no key for the guide's routes. */
    readonly networks: NetworkList;
    readonly rates: Rates;
    /** Whether a path is an HTML page, which links on other sites may lead to. */
    readonly isPage: (path: string) => boolean;
    readonly monotonicMs: () => number;
  }) {
    this.#hosts = options.hosts;
    this.#entrance = new Entrance(options);
    this.#rates = options.rates;
    this.#isPage = options.isPage;
    this.#monotonicMs = options.monotonicMs;
    this.#local = new TokenBucket(options.rates.local, options.monotonicMs());
    this.#machines = new Machines(options.rates.remote);
  }

  /**
   * Why the request may not come in; `undefined` when it may: then `callerOf` knows who sent it, and a key is no longer
   * in its path.
   */
  check(request: IncomingMessage, remoteAddress: string): GateRefusal | undefined {
    const foreign = this.#checkOrigin(request);
    if (foreign !== undefined) return foreign;
    const isLocal = isLocalAddress(remoteAddress);
    const nowMs = this.#monotonicMs();
    const target = this.#entrance.check(request, { remoteAddress, isLocal }, nowMs);
    if ('code' in target) return target;
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return BODY_TOO_LARGE;
    const waitMs = (isLocal ? this.#local : this.#machines.bucketOf(remoteAddress, nowMs)).take(nowMs);
    if (waitMs > 0) return tooMany(isLocal ? this.#rates.local : this.#rates.remote, waitMs);
    return whatIsMissing(request, target);
  }

  /** What a browser tells of the page that sends a request, and what such a page cannot send unasked. */
  #checkOrigin(request: IncomingMessage): GateRefusal | undefined {
    const { headers, method = '' } = request;
    const url = request.url ?? '';
    // node:http keeps the first and says nothing of others.
    if (headerCount(request.rawHeaders, 'host') > 1) return TWO_HOSTS;
    if (!this.#hosts.allows(headers.host)) return foreignHost(headers.host, request.socket.localPort);
    if (!url.startsWith('/') && !(method === 'OPTIONS' && url === '*')) return NO_PATH;
    if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host)) return FOREIGN_ORIGIN;
    if (headers['sec-fetch-site'] !== undefined && !this.#mayFetch(request, url)) return FOREIGN_PAGE;
    if (hasBody(request) && !isJson(headers['content-type'], headers['content-encoding'])) return NOT_JSON;
    return undefined;
  }

  #mayFetch({ headers, method }: IncomingMessage, url: string): boolean {
    const site = headers['sec-fetch-site'];
    if (site === 'same-origin' || site === 'none') return true;
    return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && this.#isPage(pathOf(url));
  }
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The route table is an allow-list: the router is never asked for what is not in it. */
function whatIsMissing({ method = '', url = '' }: IncomingMessage, { path, place }: Target): GateRefusal | undefined {
  if (path === undefined) return BROKEN_PATH;
  if (place === undefined) return url === '*' ? undefined : nothingAt(pathOf(url));
  if (method === 'OPTIONS' || rowOf(place, method) !== undefined) return undefined;
  return wrongMethod(method, allowedMethods(place));
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
