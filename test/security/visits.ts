import type { Row } from '../../src/adapters/http/route-table.ts';
import { SCOPES, type Scope } from '../../src/ports/key-ring.ts';
import type { Visit } from './asking.ts';
import { NEIGHBOUR, OTHER, type Stand } from './stand.ts';

/** The keys that visitors have. */
export interface Keyring {
  /** Has every scope. */
  readonly everything: string;
  /** Has the scope `guide` and no other. */
  readonly guide: string;
  /** Had every scope until it was revoked. */
  readonly revoked: string;
  /** Has every scope but this one. */
  readonly without: Readonly<Record<Scope, string>>;
}

export async function makeKeyring(stand: Stand): Promise<Keyring> {
  const without = {} as Record<Scope, string>;
  for (const scope of SCOPES)
    without[scope] = await stand.makeKey(`no ${scope}`, ...SCOPES.filter((each) => each !== scope));
  const revoked = await stand.makeKey('revoked', ...SCOPES);
  await stand.revoke('revoked');
  return { everything: stand.secrets[0]!, guide: await stand.makeKey('guide', 'guide'), revoked, without };
}

/** What makes a right request one of this column. `undefined` when the route has nothing that could be made so. */
type Column = (right: Visit, row: Row, keys: Keyring) => Visit | undefined;

/** One of the routes' own keys: a route that needs none on this machine is asked without. */
const owner = (right: Visit, row: Row, { everything }: Keyring): Visit =>
  row.access === 'key' ? bearing(right, everything) : right;

export const COLUMNS: Readonly<Record<string, Column>> = {
  host: (right, row, keys) => having(owner(right, row, keys), { Host: 'evil.example' }),
  origin: (right, row, keys) => having(owner(right, row, keys), { Origin: 'https://evil.example' }),
  fetch: (right, row, keys) =>
    having(owner(right, row, keys), { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }),
  link: (right, row, keys) =>
    having(owner(right, row, keys), { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }),
  plain: (right, row, keys) => ({
    ...having(owner(right, row, keys), { 'Content-Type': 'text/plain' }),
    body: right.body ?? '{}',
  }),

  'no key': (right) => right,
  'wrong scope': (right, { scope }, keys) => bearing(right, keys.without[scope]),
  revoked: (right, _, keys) => bearing(right, keys.revoked),
  other: (right) => ({ ...right, from: OTHER }),
  'other, key': (right, _, keys) => ({ ...bearing(right, keys.everything), from: OTHER }),
  'other, /t/': (right, _, keys) => ({ ...right, target: `/t/${keys.guide}${right.target}`, from: OTHER }),
  network: (right) => ({ ...right, from: NEIGHBOUR }),

  '65 KiB': (right, row, keys) =>
    withBody(owner(right, row, keys), JSON.stringify({ ...bodyOf(right), reason: 'x'.repeat(65 * 1_024) })),
  'unknown field': (right, row, keys) =>
    withBody(owner(right, row, keys), JSON.stringify({ ...bodyOf(right), unexpected: 1 })),
  '{__proto__}': (right, row, keys) =>
    withBody(owner(right, row, keys), poisoned(right, '"__proto__":{"scope":"admin"}')),
  '{constructor}': (right, row, keys) =>
    withBody(owner(right, row, keys), poisoned(right, '"constructor":{"prototype":{"scope":"admin"}}')),
  '?__proto__': (right, row, keys) => ({ ...owner(right, row, keys), target: `${right.target}?__proto__=admin` }),
  '?constructor': (right, row, keys) => ({ ...owner(right, row, keys), target: `${right.target}?constructor=admin` }),
  '/__proto__': (right, row, keys) => inPath(owner(right, row, keys), row, '__proto__'),
  '/constructor': (right, row, keys) => inPath(owner(right, row, keys), row, 'constructor'),
};

export const bearing = (visit: Visit, secret: string): Visit => having(visit, { Authorization: `Bearer ${secret}` });

export const having = (visit: Visit, headers: Readonly<Record<string, string>>): Visit => ({
  ...visit,
  headers: { ...visit.headers, ...headers },
});

const bodyOf = ({ body }: Visit): object => (body === undefined ? {} : (JSON.parse(body) as object));

function withBody(visit: Visit, body: string): Visit {
  return { ...having(visit, { 'Content-Type': 'application/json' }), body };
}

/** Written by hand: JavaScript itself would not write `__proto__` down. */
function poisoned(right: Visit, member: string): string {
  const others = JSON.stringify(bodyOf(right)).slice(1, -1);
  return `{${others === '' ? '' : `${others},`}${member}}`;
}

/** In the place of the part of the path that has no fixed text. */
function inPath(right: Visit, { path }: Row, name: string): Visit | undefined {
  if (!/[:*]/.test(path)) return undefined;
  return { ...right, target: path.replace(/:\w+|\*/, name) };
}
