import assert from 'node:assert/strict';
import { it } from 'node:test';
import Fastify from 'fastify';
import { holdToTheTable, rowAt } from '../../src/adapters/http/route-guard.ts';
import { allowedMethods, placeAt, ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { serve } from './serving.ts';

/** What somebody may ask for at a route. */
const example = (path: string): string => path.replace(/:\w+/g, 'x').replace('*', 'x/y');

it('has a row for every route that the server registers, or the server does not start', async (t) => {
  await serve(t);
  const guarded = Fastify({ exposeHeadRoutes: false });
  holdToTheTable(guarded, (reply) => reply);
  const seen: string[] = [];
  guarded.addHook('onRoute', ({ method, url }) => void seen.push(`${method} ${url}`));
  for (const { method, path } of ROUTE_TABLE) guarded.route({ method, url: path, handler: async () => '' });
  assert.equal(seen.length, ROUTE_TABLE.length);
  const handler = async () => '';
  for (const [method, url] of [
    ['GET', '/api/v1/debug'],
    ['PUT', '/api/v1/signals/:id'],
    ['GET', '/api/*'],
    ['DELETE', '/api/signals'],
    ['GET', '/*'],
  ] as const) {
    assert.throws(() => guarded.route({ method, url, handler }), new RegExp(`${method} .* is in no route table`));
  }
});

it('gives every route one access and every method of it one scope', () => {
  const routes = ROUTE_TABLE.map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(routes).size, routes.length);
  for (const row of ROUTE_TABLE) {
    assert.equal(rowAt(row.method, example(row.path)), row, row.path);
    assert.ok(
      placeAt(row.path)!.rows.every(({ access }) => access === row.access),
      row.path,
    );
    // Nothing under /api/v1 without a key, and nothing else needs one on this machine but to give it back.
    assert.equal(row.access === 'key', row.path.startsWith('/api/v1/') || row.path === '/dashboard/leave', row.path);
    if (row.access === 'open') assert.match(row.path, /^\/api\/health$|^\/dashboard(\/\*)?$/);
    if (row.access === 'door') assert.equal(row.path, '/dashboard/enter');
  }
});

it('finds nothing beside the routes', () => {
  const nothing = [
    '',
    'x',
    '/x',
    '/api',
    '/api/v1',
    '/api/v1/signals/',
    '/api/v1/signals//claim',
    '/api/v1/signals/a/b',
    '/docsx',
    '/API/signals',
    '/__proto__',
    '/api/v1/accounts/a',
    '/api/v1/accounts//halt',
  ];
  for (const path of nothing) assert.equal(placeAt(path), undefined, path);
  assert.equal(allowedMethods(placeAt('/api/v1/signals/x')!), 'GET, PATCH, HEAD, OPTIONS');
  assert.equal(allowedMethods(placeAt('/api/signals/acknowledge')!), 'POST, OPTIONS');
  assert.equal(rowAt('HEAD', '/api/stats')?.path, '/api/stats');
  assert.equal(rowAt('HEAD', '/api/v1/accounts/a/halt'), undefined);
});

it('answers nothing when the router arrives somewhere else than the gate looked', async () => {
  // A router that takes capital letters for small ones, as the table does not.
  const app = Fastify({ routerOptions: { caseSensitive: false } });
  holdToTheTable(app, (reply, { code }) => reply.code(404).send(code));
  app.get('/api/v1/time', async () => 'the time');
  app.get('/api/signals/*', async () => 'signals');
  const ask = async (url: string) => (await app.inject({ method: 'GET', url })).body;
  assert.deepEqual([await ask('/api/v1/time'), await ask('/api/signals/LATEST')], ['the time', 'signals']);
  assert.deepEqual([await ask('/api/V1/time'), await ask('/API/signals/x')], ['unknown_path', 'unknown_path']);
  await app.close();
});
