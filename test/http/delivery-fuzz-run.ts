import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { REFUSAL_STATUS } from '../../src/contract/refusal.ts';
import { problem } from '../../src/contract/v1/problem.ts';
import { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { send, type Visit } from '../security/asking.ts';
import { RIGHT_REQUESTS } from '../security/right-requests.ts';
import { openStand, type Stand } from '../security/stand.ts';
import { bearing } from '../security/visits.ts';
import { exchange, type FuzzReport } from './fuzz-run.ts';
import { malformedDelivery } from './malformed-delivery.ts';

const ROUTES = ROUTE_TABLE.filter(({ path }) => path.startsWith('/api/v1/')).map(
  ({ method, path }) => `${method} ${path}`,
);
const PARALLEL = 16;
/** After so many requests there are new signals, sessions and claims that requests can be right about. */
const RENEW_EVERY = 640;
const CODES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(REFUSAL_STATUS).map(([code, status]) => [code.toUpperCase(), status]),
);

/** Sends malformed requests with a valid key to every route of /api/v1, of a real house with a journal on disk. */
export async function fuzzDelivery(requests: number, seed: number): Promise<FuzzReport> {
  const stand = await openStand();
  try {
    return await fuzzStand(stand, requests, seed);
  } finally {
    await stand.close();
  }
}

async function fuzzStand(stand: Stand, requests: number, seed: number): Promise<FuzzReport> {
  const key = stand.secrets[0]!;
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let validated = 0;
  for (let from = 0; from < requests; from += RENEW_EVERY) {
    const rights = await rightRequests(stand);
    const until = Math.min(from + RENEW_EVERY, requests);
    let next = from;
    const worker = async () => {
      while (next < until) {
        const index = next;
        next += 1;
        const route = ROUTES[index % ROUTES.length]!;
        const bytes = malformedDelivery(route, rights.get(route)!, key, seed, index);
        stand.gateMs += 1_000;
        const received = await exchange(stand.port, bytes);
        const status = /^HTTP\/1\.1 (\d{3}) /.exec(received)?.[1] ?? 'closed';
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status !== '404' && status !== '413') validated += 1;
        const fault = faultOf(status, received);
        if (fault !== undefined) faults.push(`request ${index} of seed ${seed}: ${fault} to\n${shown(bytes)}`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
  }
  faults.push(...(await afterwards(stand, key)));
  return { requests, statuses, validated, faults };
}

async function rightRequests(stand: Stand): Promise<ReadonlyMap<string, Visit>> {
  const rights = new Map<string, Visit>();
  for (const route of ROUTES) rights.set(route, await RIGHT_REQUESTS[route]!(stand));
  // The newest session holds the account, and its signal is the one that can be claimed.
  rights.set(CLAIM, await RIGHT_REQUESTS[CLAIM]!(stand));
  return rights;
}

const CLAIM = 'POST /api/v1/signals/:id/claim';

/** A yes, or a problem with a code from the table and the status that belongs to it. */
function faultOf(status: string, received: string): string | undefined {
  if (status.startsWith('2')) return undefined;
  if (!/^4/.test(status)) return `answered ${status}: ${received.slice(-300)}`;
  const [head = '', body = ''] = received.split('\r\n\r\n', 2);
  if (status === '400' && /malformed HTTP|not an HTTP/i.test(body)) return undefined;
  if (!head.includes('application/problem+json')) return `${status} is no problem: ${body.slice(0, 200)}`;
  const said = problem.safeParse(JSON.parse(body));
  if (!said.success) return `${status} is not a whole problem: ${body.slice(0, 200)}`;
  return CODES[said.data.code] === Number(status) ? undefined : `${status} ${said.data.code} is in no table`;
}

/** What was taken must be readable, by everybody who reads it and after a restart. */
async function afterwards(stand: Stand, key: string): Promise<string[]> {
  const faults: string[] = [];
  for (const target of [
    ...['/api/v1/signals?limit=500', '/api/v1/deliveries?limit=500', '/api/v1/sessions', '/api/v1/accounts'],
    ...['/api/v1/events?limit=500', '/api/v1/time', '/api/v1/metrics', '/api/signals', '/api/signals/history', '/'],
  ]) {
    const { status, text } = await send(stand, bearing({ method: 'GET', target, headers: {} }, key));
    if (status !== 200) faults.push(`afterwards ${target} answers ${status}: ${text.slice(0, 200)}`);
  }
  const logged = stand.logged();
  if (logged !== '') faults.push(`reported as our mistake: ${logged.slice(0, 2_000)}`);
  const books = new Books();
  for (const line of (await stand.onDisk()).split('\n')) books.apply(JSON.parse(line) as Effect);
  if (books.signals.lastSeq !== stand.books.signals.lastSeq) faults.push('a restart stands elsewhere');
  return faults;
}

const shown = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/tw_\S+/, 'tw_***')
    .slice(0, 1_500);
