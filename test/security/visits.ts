import { SCOPES, type Scope } from '../../src/ports/key-ring.ts';
import type { Visit } from './asking.ts';
import { NEIGHBOUR, OTHER, type Stand } from './stand.ts';

/** The keys that visitors have. */
export interface Keyring {
  /** Of the server: cookies are named after it. */
  readonly port: number;
  /** Has every scope. */
  readonly everything: string;
  /** Has the scope `guide` and no other. */
  readonly guide: string;
  /** Had every scope until it was revoked. */
  readonly revoked: string;
  /** Has every scope but this one. */
  readonly without: Readonly<Record<Scope, string>>;
  /** Has this scope and no other. */
  readonly only: Readonly<Record<Scope, string>>;
}

/** What the matrix says of a route, apart from the route table: that is what is put to the test. */
export interface Place {
  readonly path: string;
  /** On this machine, too. */
  readonly needsKey: boolean;
  /** `undefined` where any key will do. */
  readonly scope: Scope | undefined;
}

export async function makeKeyring(stand: Stand): Promise<Keyring> {
  const [without, only] = [{} as Record<Scope, string>, {} as Record<Scope, string>];
  for (const scope of SCOPES) {
    without[scope] = await stand.makeKey(`no ${scope}`, ...SCOPES.filter((each) => each !== scope));
    only[scope] = await stand.makeKey(`only ${scope}`, scope);
  }
  const revoked = await stand.makeKey('revoked', ...SCOPES);
  await stand.revoke('revoked');
  return { port: stand.port, everything: stand.secrets[0]!, guide: only.guide, revoked, without, only };
}

/** What makes a right request one of this column. `undefined` when the route has nothing that could be made so. */
type Column = (right: Visit, place: Place, keys: Keyring) => Visit | undefined;

/** One of the routes' own keys: a route that needs none on this machine is asked without. */
export const owner = (right: Visit, { needsKey }: Place, { everything }: Keyring): Visit =>
  needsKey ? bearing(right, everything) : right;

export const COLUMNS: Readonly<Record<string, Column>> = {
  host: (right, place, keys) => having(owner(right, place, keys), { Host: 'evil.example' }),
  origin: (right, place, keys) => having(owner(right, place, keys), { Origin: 'https://evil.example' }),
  fetch: (right, place, keys) =>
    having(owner(right, place, keys), { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }),
  link: (right, place, keys) =>
    having(owner(right, place, keys), { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }),
  plain: (right, place, keys) => ({
    ...having(owner(right, place, keys), { 'Content-Type': 'text/plain' }),
    body: right.body ?? '{}',
  }),

  'no key': (right) => right,
  'wrong scope': (right, { scope = 'read' }, keys) => bearing(right, keys.without[scope]),
  revoked: (right, _, keys) => bearing(right, keys.revoked),
  other: (right) => ({ ...right, from: OTHER }),
  'other, key': (right, { scope = 'publish' }, keys) => ({ ...bearing(right, keys.only[scope]), from: OTHER }),
  'other, /t/': (right, _, keys) => ({ ...right, target: `/t/${keys.guide}${right.target}`, from: OTHER }),
  '/t/ wrong': (right, _, keys) => ({ ...right, target: `/t/${keys.without.guide}${right.target}`, from: OTHER }),
  '/t/ revoked': (right, _, keys) => ({ ...right, target: `/t/${keys.revoked}${right.target}`, from: OTHER }),
  network: (right) => ({ ...right, from: NEIGHBOUR }),
  cookie: (right, { scope = 'publish' }, keys) => ({ ...withCookie(right, keys, keys.only[scope]), from: OTHER }),
  'cookie revoked': (right, _, keys) => ({ ...withCookie(right, keys, keys.revoked), from: OTHER }),

  '65 KiB': (right, place, keys) =>
    withBody(owner(right, place, keys), JSON.stringify({ ...bodyOf(right), reason: 'x'.repeat(65 * 1_024) })),
  'unknown field': (right, place, keys) =>
    withBody(owner(right, place, keys), JSON.stringify({ ...bodyOf(right), unexpected: 1 })),
  '{__proto__}': (right, place, keys) =>
    withBody(owner(right, place, keys), poisoned(right, '"__proto__":{"scope":"admin"}')),
  '{constructor}': (right, place, keys) =>
    withBody(owner(right, place, keys), poisoned(right, '"constructor":{"prototype":{"scope":"admin"}}')),
  '?__proto__': (right, place, keys) => ({ ...owner(right, place, keys), target: `${right.target}?__proto__=admin` }),
  '?constructor': (right, place, keys) => ({
    ...owner(right, place, keys),
    target: `${right.target}?constructor=admin`,
  }),
  '/__proto__': (right, place, keys) => inPath(owner(right, place, keys), place, '__proto__'),
  '/constructor': (right, place, keys) => inPath(owner(right, place, keys), place, 'constructor'),
};

export const bearing = (visit: Visit, secret: string): Visit => having(visit, { Authorization: `Bearer ${secret}` });

export const having = (visit: Visit, headers: Readonly<Record<string, string>>): Visit => ({
  ...visit,
  headers: { ...visit.headers, ...headers },
});

const withCookie = (visit: Visit, { port }: Keyring, secret: string): Visit =>
  having(visit, { Cookie: `theme=dark; tapewire-${port}=${secret}` });

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
function inPath(right: Visit, { path }: Place, name: string): Visit | undefined {
  if (!/[:*]/.test(path)) return undefined;
  return { ...right, target: path.replace(/:\w+|\*/, name) };
}
