import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { EventLog } from '../../src/adapters/http/event-log.ts';
import { SseReader } from '../../src/adapters/http/events.testing.ts';
import { FakeHouse } from '../../src/adapters/http/fake-house.testing.ts';
import { bearing, FakeKeys } from '../../src/adapters/http/fake-keys.testing.ts';
import { MarketStreams } from '../../src/adapters/http/market-stream.ts';
import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { LatencyLedger } from '../../src/adapters/http/v1/latency-ledger.ts';
import { EXAMPLE_HOUSE_VIEW } from '../../src/adapters/http/v1/view.testing.ts';
import { MemoryJournal } from '../../src/adapters/memory/journal.ts';
import { problem } from '../../src/contract/v1/problem.ts';
import { posting, serve } from './serving.ts';

/** Whatever it is, the test asks it in detail. */
type Json = ReturnType<typeof JSON.parse>;

const ROWS = ROUTE_TABLE.filter(({ path }) => path.startsWith('/api/v1/'));
const STREAMS = ['/api/v1/stream', '/api/v1/market/stream'];

/** The real server with /api/v1 on it, over a fake house and a journal in memory. */
async function serving(test: TestContext) {
  const house = new FakeHouse();
  const journal = new MemoryJournal(house.journalId);
  const log = await EventLog.open({ journal, lastSeq: 0 });
  house.onEffects = (effects) => {
    void journal.append(effects);
    log.publish(effects);
  };
  const market = new MarketStreams({ label: house.market.label, symbols: ['ETHUSDT'] });
  const keys = new FakeKeys();
  const key = keys.make('read', 'publish', 'execute', 'report', 'admin');
  const ledger = new LatencyLedger(() => house.nowMs * 1_000);
  const delivery = { log, market, ledger, view: EXAMPLE_HOUSE_VIEW };
  const server = await serve(test, { house, keys, delivery });
  test.after(() => assert.deepEqual(server.mistakes, []));
  const post = (body: unknown, headers: object = {}) => {
    const { headers: json, ...rest } = posting(body);
    return { ...rest, headers: { ...json, ...bearing(key), ...headers } };
  };
  const get = (path: string) => server.ask(path, { headers: bearing(key) });
  const read = (path: string, headers: object = {}) =>
    new SseReader(server.port, path, { ...bearing(key), ...headers });
  return { ...server, house, log, market, key, post, get, read };
}

it('has a handler for every call of the route table, and its OpenAPI document describes what each answers', async (t) => {
  const { ask, post, key } = await serving(t);
  const document = JSON.parse((await ask('/api/openapi.json')).text) as Json;
  const calls = (Object.entries(document.paths) as [string, object][])
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((call) => call.includes('/api/v1/'));
  const rows = ROWS.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  assert.deepEqual(calls.sort(), rows.sort());
  for (const { method, path } of ROWS) {
    const { parameters = [], responses } = document.paths[path.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    assert.deepEqual(
      parameters.filter((each: Json) => each.in === 'path').map(({ name }: Json) => name),
      [...path.matchAll(/:(\w+)/g)].map(([, name]) => name),
      path,
    );
    if (STREAMS.includes(path)) continue;
    const asked = path.replace(/:\w+/g, 'nobody');
    const headers = { 'Idempotency-Key': 'k' };
    const bodiless = { method, headers: bearing(key) };
    const withBody = { ...post({ nonsense: 1 }, headers), method };
    const reply = await ask(asked, method === 'GET' || method === 'DELETE' ? bodiless : withBody);
    assert.ok(Object.keys(responses).includes(String(reply.status)), `${method} ${path} answered ${reply.status}`);
    assert.ok(reply.status < 500, path);
    if (reply.status < 400) continue;
    assert.equal(reply.headers['content-type'], 'application/problem+json', path);
    assert.equal(problem.parse(JSON.parse(reply.text)).status, reply.status);
  }
  const { status, headers } = await ask('/api/v1/metrics', { method: 'HEAD', headers: bearing(key) });
  assert.deepEqual([status, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8']);
});

it('takes a body that was left out for an empty one, and no broken or poisoned one', async (t) => {
  const { house, ask, key, post } = await serving(t);
  const { signalId } = house.issue();
  const cancel = `/api/v1/signals/${signalId}/cancel`;
  for (const body of ['{', '{"__proto__":{}}', '{"reason":{"constructor":1}}', '"text"', '[]', 'null x']) {
    const { status, text } = await ask(cancel, post(body));
    assert.deepEqual([status, JSON.parse(text).code], [400, 'MALFORMED_REQUEST'], body);
  }
  const { status, text } = await ask(cancel, { method: 'POST', headers: bearing(key) });
  assert.deepEqual([status, JSON.parse(text).signal.state], [200, 'CANCELLED']);
});

it('takes nothing at all, an empty body and null for {} where nothing need be said, and only there', async (t) => {
  const { house, ask, post } = await serving(t);
  const signalId = house.issue().signalId;
  const chunked = { 'Transfer-Encoding': 'chunked' };
  const asks = [post(''), post('null'), post('{}'), post('', chunked), post({ reason: null })];
  const optional = [
    `/api/v1/signals/${signalId}/cancel`,
    '/api/v1/accounts/paper/halt',
    '/api/v1/accounts/paper/resume',
  ];
  for (const path of optional) {
    for (const asked of asks.slice(0, path.endsWith('resume') ? 4 : 5)) {
      assert.equal((await ask(path, asked)).status, 200, `${path} ${asked.body}`);
    }
  }
  const nobody = '/api/v1/sessions/nobody/heartbeat';
  for (const asked of [...asks.slice(0, 4), post({ epoch: null })])
    assert.equal((await ask(nobody, asked)).status, 409);
  const required = ['/api/v1/sessions', '/api/v1/signals', `/api/v1/signals/${signalId}/claim`];
  for (const path of required) {
    for (const body of ['', 'null']) {
      const { status, text } = await ask(path, post(body, { 'Idempotency-Key': 'k' }));
      assert.equal(status, 400, path);
      assert.match(JSON.parse(text).detail, /request body (is empty: a|must be a) JSON object/);
    }
  }
});

it('streams events behind the gate: with a key, resuming by header before query, 32 of all kinds', async (t) => {
  const { house, log, ask, key, read } = await serving(t);
  const nobody = new SseReader((await serve(t)).port, '/api/v1/stream');
  await nobody.until(() => nobody.head !== '');
  assert.match(nobody.head, /^HTTP\/1\.1 401 /);
  house.issue();
  house.issue({ symbol: 'BTCUSDT' });
  const reader = read(`/api/v1/stream?after=${house.journalId}:0`, { 'Last-Event-ID': `${house.journalId}:1` });
  await reader.until(() => reader.messages.length === 2);
  assert.match(reader.head, /x-tapewire-market: SIMULATED medium/i);
  assert.match(reader.head, /cache-control: no-store/i);
  assert.deepEqual(
    reader.messages.map(({ id }) => id),
    [`${house.journalId}:1`, log.cursor],
  );
  const head = await ask('/api/v1/stream', { method: 'HEAD', headers: bearing(key) });
  assert.deepEqual([head.status, head.headers['content-type']], [200, 'text/event-stream; charset=utf-8']);
  const others = Array.from({ length: 31 }, (_, index) => read(STREAMS[index % 2]!));
  await Promise.all(others.map((each) => each.until(() => each.messages.length === 1)));
  for (const path of STREAMS) {
    const refused = await ask(path, { headers: bearing(key) });
    assert.deepEqual([refused.status, JSON.parse(refused.text).code], [429, 'TOO_MANY_STREAMS']);
  }
  for (const each of [reader, nobody, ...others]) each.socket.destroy();
});

it('ends every stream when it closes, and does not wait for who waits for an event', { timeout: 20_000 }, async (t) => {
  const { close, get, log, read } = await serving(t);
  const readers = STREAMS.map((path) => read(path));
  await Promise.all(readers.map((reader) => reader.until(() => reader.messages.length === 1)));
  const waiting = get(`/api/v1/events?after=${log.cursor}&wait=30`).then(
    () => 'answered',
    () => 'cut off',
  );
  await close();
  await waiting;
  await Promise.all(readers.map((reader) => reader.untilClosed()));
});
