import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bearing } from '../../src/adapters/http/fake-keys.testing.ts';
import { failure } from '../../src/contract/schemas.ts';
import { problem } from '../../src/contract/v1/problem.ts';
import { SCOPES } from '../../src/ports/key-ring.ts';
import { type Ask, posting, type Reply, serve } from './serving.ts';

const OTHER = '192.168.1.20';
const GUIDE_GETS = ['/api/signals', '/api/signals/history', '/api/signals/ETHUSDT', '/api/stats', '/api/health'];
const PAGES = ['/', '/docs', '/docs/json', '/api/openapi.json'];
const ACK = '/api/signals/acknowledge';
const stampOf = (text: string): unknown => JSON.parse(text).signals[0].timestamp;

const withKey = (secret: string, ask: Ask = {}): Ask => ({ ...ask, headers: { ...ask.headers, ...bearing(secret) } });

function refusedAs(reply: Reply, status: number, what: string): string {
  assert.equal(reply.status, status, `${what}: ${reply.text}`);
  const said = JSON.parse(reply.text);
  assert.ok(failure.safeParse(said).success || problem.safeParse(said).success, what);
  assert.equal(reply.headers['www-authenticate'], status === 401 ? 'Bearer realm="tapewire"' : undefined, what);
  return said.message ?? said.detail;
}

it('asks for a key under /api/v1 from this machine too, and says no as a problem', async (t) => {
  const { keys, ask } = await serve(t);
  const reply = await ask('/api/v1/signals');
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  const { detail, ...rest } = JSON.parse(reply.text);
  assert.deepEqual(rest, { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'UNAUTHORIZED' });
  assert.match(detail, /Authorization: Bearer <key>.*file api-key.*`tapewire keys add`/);
  for (const path of [
    '/api/v1',
    '/api/v1/',
    '/api/v1/nope',
    '/api/v1/%73ignals',
    '/api/v1/%zz',
    '/api/v1/signals/a/claim',
  ]) {
    refusedAs(await ask(path), 401, path);
  }
  const all = keys.make(...SCOPES);
  assert.equal(JSON.parse((await ask('/api/v1/nope', withKey(all))).text).code, 'UNKNOWN_PATH');
  assert.equal(JSON.parse((await ask('/api/v1/%zz', withKey(all))).text).code, 'MALFORMED_REQUEST');
  const wrong = await ask('/api/v1/signals', withKey(all, { method: 'PUT' }));
  assert.deepEqual([wrong.status, wrong.headers.allow], [405, 'GET, POST, HEAD, OPTIONS']);
});

it('names the scope that a key lacks, and lets one in that has it', async (t) => {
  const { keys, ask } = await serve(t);
  const wanted = [
    ['GET', '/api/v1/signals', 'read'],
    ['POST', '/api/v1/signals', 'publish'],
    ['PATCH', '/api/v1/signals/x', 'publish'],
    ['POST', '/api/v1/signals/x/claim', 'execute'],
    ['POST', '/api/v1/deliveries/x/reports', 'report'],
    ['GET', '/api/v1/deliveries', 'admin'],
    ['GET', '/api/signals', 'read'],
    ['POST', ACK, 'report'],
    ['GET', '/docs', 'read'],
  ] as const;
  for (const [method, path, scope] of wanted) {
    const ask1 = method === 'GET' ? {} : { ...posting('{}'), method };
    const without = keys.make(...SCOPES.filter((each) => each !== scope));
    const reply = await ask(path, withKey(without, ask1));
    const said = refusedAs(reply, 403, `${method} ${path}`);
    assert.match(said, new RegExp(`does not have the scope ${scope}: .*--scopes ${scope}`));
    const { status } = await ask(path, withKey(keys.make(scope), ask1));
    assert.ok(![401, 403].includes(status), `${method} ${path}: ${status}`);
  }
  // Health is open to everybody, so to the holder of any key.
  assert.equal((await ask('/api/health', withKey(keys.make('publish')))).status, 200);
});

it('refuses a key that is unknown, revoked, doubled or no key, even where none is needed', async (t) => {
  const { keys, ask, raw } = await serve(t);
  const secret = keys.make('read');
  assert.equal((await ask('/api/signals', withKey(secret))).status, 200);
  keys.revoke(secret);
  const revoked = refusedAs(await ask('/api/signals', withKey(secret)), 401, 'revoked');
  assert.match(revoked, /not known, or it was revoked.*leave the header Authorization out\.$/);
  assert.doesNotMatch(refusedAs(await ask('/api/v1/time', withKey(secret)), 401, 'revoked'), /leave the header/);
  const atTheDoor = await ask('/dashboard/enter', { method: 'POST', ...withKey(secret) });
  assert.doesNotMatch(refusedAs(atTheDoor, 401, 'revoked'), /leave the header/, 'there a key is what is asked for');
  const good = keys.make('read');
  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    `Basic ${good}`,
    good,
    `Bearer ${good}, Bearer ${good}`,
    `Bearer ${good} x`,
  ]) {
    const reply = await ask('/api/signals', { headers: { Authorization: header } });
    refusedAs(reply, 401, JSON.stringify(header));
  }
  for (const header of [`bearer ${good}`, `BEARER  ${good}`]) {
    assert.equal((await ask('/api/signals', { headers: { Authorization: header } })).status, 200, header);
  }
  const line = `Authorization: Bearer ${good}\r\n`;
  const once = `GET /api/v1/nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${line}\r\n`;
  assert.match(await raw(once), /^HTTP\/1\.1 404 /);
  assert.match(await raw(once.replace(line, line + line)), /^HTTP\/1\.1 401 /);
});

it('opens everything of the guide to a key with the scope read, from any machine', async (t) => {
  const { house, keys, ask } = await serve(t, { remoteAddressOf: () => OTHER });
  house.issue();
  const [reader, reporter] = [keys.make('read'), keys.make('report')];
  for (const path of [...GUIDE_GETS, ...PAGES]) assert.equal((await ask(path, withKey(reader))).status, 200, path);
  assert.equal((await ask('/api/signals', withKey(reader, { method: 'HEAD' }))).status, 200);
  const timestamp = stampOf((await ask('/api/signals', withKey(reader))).text);
  refusedAs(await ask(ACK, withKey(reader, posting({ timestamp }))), 403, 'reader');
  assert.equal((await ask(ACK, withKey(reporter, posting({ timestamp })))).status, 200);
});

it('takes guide clients on other machines by the key in their base URL, to these routes and no others', async (t) => {
  const { house, keys, ask, mistakes } = await serve(t, { remoteAddressOf: () => OTHER });
  house.issue();
  const guide = keys.make('guide');
  const base = `/t/${guide}`;
  for (const path of GUIDE_GETS) assert.equal((await ask(base + path)).status, 200, path);
  assert.equal((await ask(`${base}/api/signals/latest?x=1`)).status, 200);
  assert.equal((await ask(`${base}/api/signals/latest`, { method: 'HEAD' })).status, 200);
  const timestamp = stampOf((await ask(`${base}/api/signals`)).text);
  assert.equal((await ask(`${base}${ACK}`, posting({ timestamp }))).status, 200);
  assert.equal((await ask(`${base}/api/signals`, { method: 'DELETE' })).status, 405);

  const all = keys.make(...SCOPES);
  const nowhere = [
    ...PAGES,
    '',
    '/t',
    '/api',
    '/api/v1/signals',
    '/api/v1/time',
    '/api/%76%31/time',
    `${base}/api/signals`,
  ];
  for (const path of nowhere) {
    const reply = await ask(`/t/${all}${path}`);
    refusedAs(reply, 404, path);
    assert.ok(!reply.text.includes(all), path);
  }
  const [reader, stranger] = [keys.make('read'), 'tw_nobody-has-this-one'];
  assert.match(refusedAs(await ask(`/t/${reader}/api/signals`), 403, 'read'), /does not have the scope guide/);
  for (const path of ['/api/signals', '/api/health', '/docs', '/api/v1/time', '']) {
    const reply = await ask(`/t/${stranger}${path}`);
    refusedAs(reply, 401, path);
    assert.ok(!reply.text.includes(stranger), path);
  }
  refusedAs(await ask(`${base}/api/signals`, withKey(guide)), 401, 'both');
  keys.revoke(guide);
  refusedAs(await ask(`${base}/api/signals`), 401, 'revoked');
  assert.deepEqual(mistakes, []);
});

it('names no key when it reports a mistake of its own', async (t) => {
  const told: string[] = [];
  const { house, keys, ask } = await serve(t, {
    remoteAddressOf: () => OTHER,
    onError: (_, what) => told.push(what),
  });
  house.health = () => {
    throw new Error('for the test');
  };
  const guide = keys.make('guide');
  assert.equal((await ask(`/t/${guide}/api/health`)).status, 500);
  keys.identify = () => {
    throw new Error('for the test');
  };
  assert.equal((await ask(`/t/${guide}/api/health`)).status, 500);
  assert.equal(told.length, 2);
  assert.ok(!told.join().includes(guide), told.join());
});

it('lets machines of api.networks use the routes of the guide without a key, and nothing else', async (t) => {
  let address = '';
  const networks = ['192.168.1.0/24', '2001:db8:7::/48', '10.9.8.7/32'];
  const { house, ask } = await serve(t, { networks, remoteAddressOf: () => address });
  house.issue();
  for (const inside of ['192.168.1.20', '::ffff:192.168.1.255', '10.9.8.7', '2001:db8:7::5', '2001:db8:7:ff::1%eth0']) {
    address = inside;
    for (const path of GUIDE_GETS) assert.equal((await ask(path)).status, 200, `${path} from ${inside}`);
    assert.equal((await ask(ACK, posting({ timestamp: '2024-11-21T10:30:45.123456' }))).status, 200, inside);
    for (const path of [...PAGES, '/nope']) refusedAs(await ask(path), 401, `${path} from ${inside}`);
    refusedAs(await ask('/api/v1/signals'), 401, inside);
  }
  for (const outside of ['192.168.2.1', '::ffff:192.168.0.255', '10.9.8.8', '2001:db8:8::5', '']) {
    address = outside;
    refusedAs(await ask('/api/signals'), 401, outside);
  }
});

it('slows down who guesses keys, and nobody who has one', async (t) => {
  let [address, nowMs] = [OTHER, 0];
  const { keys, ask } = await serve(t, { remoteAddressOf: () => address, monotonicMs: () => nowMs });
  const [known, late] = [keys.make('read', 'guide'), keys.make('read')];
  assert.equal((await ask('/api/signals', withKey(known))).status, 200);
  const guesses = [];
  for (let index = 0; index < 12; index += 1) {
    const guess = `tw_guess${index}`;
    const reply = index % 2 ? ask(`/t/${guess}/api/signals`) : ask('/api/v1/time', withKey(guess));
    guesses.push((await reply).status);
  }
  assert.equal(guesses.join(' '), '401 401 401 401 401 401 401 401 401 401 429 429');
  const asked = keys.asked.length;
  const waiting = await ask('/api/signals', withKey(late));
  assert.deepEqual([waiting.status, waiting.headers['retry-after']], [429, '5'], 'a guess is not even looked at');
  assert.equal(keys.asked.length, asked);
  assert.equal((await ask('/api/signals', withKey(known))).status, 200, 'what was accepted before still is');
  assert.equal((await ask(`/t/${known}/api/signals`)).status, 200);
  keys.revoke(known);
  assert.equal((await ask('/api/signals', withKey(known))).status, 401, 'unless it is revoked');
  address = '192.168.1.21';
  assert.equal((await ask('/api/signals', withKey(late))).status, 200, 'another machine');
  address = OTHER;
  nowMs += 60_000;
  assert.equal((await ask('/api/signals', withKey(late))).status, 200, 'after a while');
});

it('asks for the key after what a browser sends, and before what costs anything', async (t) => {
  const { keys, ask } = await serve(t);
  const reader = keys.make('read');
  const headers: Record<string, string> = {
    Host: 'evil',
    Origin: 'http://evil',
    'Sec-Fetch-Site': 'cross-site',
    'Content-Type': 'text/plain',
    Authorization: 'Bearer tw_wrong',
  };
  const body = 'x'.repeat(65_537);
  const steps: [name: string, status: number, next: string | undefined][] = [
    ['Host', 421, undefined],
    ['Origin', 403, undefined],
    ['Sec-Fetch-Site', 403, undefined],
    ['Content-Type', 415, 'application/json'],
    ['Authorization', 401, `Bearer ${reader}`],
    ['Authorization', 403, `Bearer ${keys.make('publish')}`],
    ['size', 413, undefined],
  ];
  for (const [name, status, next] of steps) {
    refusedAs(await ask('/api/v1/signals', { method: 'POST', headers, body }), status, name);
    if (next === undefined) delete headers[name];
    else headers[name] = next;
  }
});
