import type { Scope } from '../../ports/key-ring.ts';

/**
 * Who may use a route.
 *
 *   open    everybody, with GET
 *   guide   this machine, machines in `api.networks` and keys in the path; a key in the header needs the row's scope
 *   door    everybody, with POST: where a code or a key is exchanged for a cookie
 *   page    this machine; a key in the header needs the row's scope
 *   key     a key in the header, or in the cookie of the dashboard, with the row's scope, from this machine as well
 */
export type Access = 'open' | 'door' | 'guide' | 'page' | 'key';

export interface Row {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `:name` stands for one part of a path, `*` at its end for any rest. */
  readonly path: string;
  readonly access: Access;
  readonly scope: Scope;
}

/** Every route there is. What is not listed here is answered with 404, whoever asks and whatever the router knows. */
export const ROUTE_TABLE: readonly Row[] = [
  row('GET', '/', 'page', 'read'),
  row('GET', '/docs', 'page', 'read'),
  row('GET', '/docs/*', 'page', 'read'),
  row('GET', '/api/openapi.json', 'page', 'read'),

  // Page and scripts, the same for everybody: what they show has to be asked for.
  row('GET', '/dashboard', 'open', 'read'),
  row('GET', '/dashboard/*', 'open', 'read'),
  row('POST', '/dashboard/enter', 'door', 'read'),
  row('POST', '/dashboard/leave', 'key', 'read'),

  row('GET', '/api/signals', 'guide', 'read'),
  row('GET', '/api/signals/latest', 'guide', 'read'),
  row('GET', '/api/signals/history', 'guide', 'read'),
  row('POST', '/api/signals/acknowledge', 'guide', 'report'),
  row('GET', '/api/signals/*', 'guide', 'read'),
  row('GET', '/api/health', 'open', 'read'),
  row('GET', '/api/stats', 'guide', 'read'),

  row('GET', '/api/v1/signals', 'key', 'read'),
  row('POST', '/api/v1/signals', 'key', 'publish'),
  row('GET', '/api/v1/signals/:id', 'key', 'read'),
  row('PATCH', '/api/v1/signals/:id', 'key', 'publish'),
  row('POST', '/api/v1/signals/:id/cancel', 'key', 'publish'),
  row('POST', '/api/v1/signals/:id/close', 'key', 'publish'),
  row('POST', '/api/v1/signals/:id/claim', 'key', 'execute'),
  row('GET', '/api/v1/sessions', 'key', 'read'),
  row('POST', '/api/v1/sessions', 'key', 'execute'),
  row('POST', '/api/v1/sessions/:id/heartbeat', 'key', 'execute'),
  row('DELETE', '/api/v1/sessions/:id', 'key', 'execute'),
  row('GET', '/api/v1/events', 'key', 'read'),
  row('GET', '/api/v1/stream', 'key', 'read'),
  row('GET', '/api/v1/market/stream', 'key', 'read'),
  row('POST', '/api/v1/deliveries/:id/reports', 'key', 'report'),
  row('GET', '/api/v1/deliveries', 'key', 'admin'),
  row('POST', '/api/v1/deliveries/:id/resolve', 'key', 'admin'),
  row('GET', '/api/v1/accounts', 'key', 'read'),
  row('POST', '/api/v1/accounts/:account/halt', 'key', 'admin'),
  row('POST', '/api/v1/accounts/:account/resume', 'key', 'admin'),
  row('GET', '/api/v1/instruments', 'key', 'read'),
  row('GET', '/api/v1/instruments/:symbol', 'key', 'read'),
  row('GET', '/api/v1/bars', 'key', 'read'),
  row('GET', '/api/v1/silences', 'key', 'read'),
  row('GET', '/api/v1/config', 'key', 'admin'),
  row('POST', '/api/v1/accounts/:account/statement', 'key', 'report'),
  row('GET', '/api/v1/positions', 'key', 'read'),
  row('POST', '/api/v1/positions/:id/close', 'key', 'admin'),
  row('POST', '/api/v1/positions/:id/settle', 'key', 'admin'),
  row('GET', '/api/v1/performance', 'key', 'read'),
  row('GET', '/api/v1/risk', 'key', 'read'),
  row('POST', '/api/v1/risk/halt', 'key', 'admin'),
  row('POST', '/api/v1/risk/resume', 'key', 'admin'),
  row('POST', '/api/v1/risk/flatten', 'key', 'admin'),
  row('GET', '/api/v1/ledgers', 'key', 'read'),
  row('GET', '/api/v1/notices', 'key', 'read'),
  row('POST', '/api/v1/notices/mute', 'key', 'admin'),
  row('POST', '/api/v1/notices/unmute', 'key', 'admin'),
  row('GET', '/api/v1/time', 'key', 'read'),
  row('GET', '/api/v1/metrics', 'key', 'read'),
];

function row(method: Row['method'], path: string, access: Access, scope: Scope): Row {
  return { method, path, access, scope };
}

/** What there is at a path: its rows share the access, and each method has one. */
export interface Place {
  readonly access: Access;
  readonly rows: readonly Row[];
}

const places = [...new Set(ROUTE_TABLE.map(({ path }) => path))].map((path) => {
  const rows = ROUTE_TABLE.filter((each) => each.path === path);
  return { path, parts: path.split('/'), access: rows[0]!.access, rows };
});
const fixed = new Map(places.filter(({ path }) => !/[:*]/.test(path)).map((place) => [place.path, place]));
// Like the router: a name for one part goes before any rest.
const patterns = [
  ...places.filter(({ path }) => path.includes(':')),
  ...places.filter(({ path }) => path.endsWith('*')),
];

/** @param path decoded, without query and without a slash at its end */
export function placeAt(path: string): Place | undefined {
  const place = fixed.get(path);
  if (place !== undefined) return place;
  const parts = path.split('/');
  return patterns.find((pattern) => fits(pattern.parts, parts));
}

/** `undefined` when the path does not take the method. What takes GET takes HEAD. */
export function rowOf(place: Place, method: string): Row | undefined {
  const asked = method === 'HEAD' ? 'GET' : method;
  return place.rows.find((each) => each.method === asked);
}

/** For the header `Allow`. */
export function allowedMethods({ rows }: Place): string {
  const methods = rows.map(({ method }) => method);
  return [...methods, ...(rows.some(({ method }) => method === 'GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*';
  if (isOpen ? parts.length < pattern.length : parts.length !== pattern.length) return false;
  return pattern.every((wanted, index) => {
    if (wanted === '*') return true;
    return wanted.startsWith(':') ? parts[index] !== '' : parts[index] === wanted;
  });
}
