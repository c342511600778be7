import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { it } from 'node:test';
import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import { asJson, type Heard, send, sendRaw } from './asking.ts';
import { RIGHT_REQUESTS } from './right-requests.ts';
import { HERE, NEIGHBOUR, OTHER, openStand } from './stand.ts';
import { bearing, having, makeKeyring } from './visits.ts';

const get = (target: string, headers: Readonly<Record<string, string>> = {}) => ({ method: 'GET', target, headers });
/** What only `GET /api/v1/time` says, and only to who has a key. */
const SECRET_TIME = 'server_time_us';

async function stage(t: { after(done: () => Promise<void>): void }) {
  const stand = await openStand();
  t.after(stand.close);
  const keys = await makeKeyring(stand);
  const isSilent = ({ text, headers }: Pick<Heard, 'text' | 'headers'>) =>
    stand.secrets.every((secret) => !(text + JSON.stringify(headers)).includes(secret));
  return { stand, keys, isSilent };
}

it('finds no way around the gate in how a path is written', async (t) => {
  const { stand, keys, isSilent } = await stage(t);
  const { everything, guide } = keys;
  const roundabout = [
    '//api/v1/time',
    '/api//v1/time',
    '/api/v1//time',
    '/api/v1/time//',
    '/./api/v1/time',
    '/api/../api/v1/time',
    '/api/%2e%2e/api/v1/time',
    '/%2e%2e/api/v1/time',
    '/api/.%2e/api/v1/time',
    '/api%2fv1%2ftime',
    '/api/v1%2ftime',
    '/api/v1%2Ftime',
    '/api/v1%5ctime',
    '/api\\v1\\time',
    '\\api\\v1\\time',
    '/api/V1/time',
    '/API/v1/time',
    '/api/v1/time;a=b',
    '/api/v1/time%00',
    '/api/v1/time%20',
    '/api/v1/time%3f',
    '/api/v1/%2574ime',
    '/docs/../api/v1/time',
    '/docs/%2e%2e/api/v1/time',
    '/docs/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs/static/..%5c..%5cpackage.json',
    '/t',
    '/t/',
    `/T/${guide}/api/signals`,
    `//t/${guide}/api/signals`,
    `/t//${guide}/api/signals`,
    `/%74/${guide}/api/signals`,
    `/t%2f${guide}/api/signals`,
    `/x/../t/${guide}/api/signals`,
    `/t/${guide}`,
    `/t/${guide}/`,
    `/t/${guide}api/signals`,
    `/t/${guide}//api/signals`,
    `/t/${guide}/../api/signals`,
    `/t/${guide}/api/v1/time`,
    `/t/${everything}/api/v1/time`,
    `/t/${everything}/api/v1/signals`,
    `/t/${everything}/api/%76%31/time`,
    `/t/${everything}/api/../api/v1/time`,
    `/t/${everything}/`,
    `/t/${everything}/docs`,
    `/t/${guide}/t/${guide}/api/signals`,
  ];
  const before = await stand.onDisk();
  for (const target of roundabout) {
    stand.gateMs += 60_000;
    const heards = [
      await send(stand, get(target)),
      await send(stand, bearing(get(target), everything)),
      await send(stand, { ...get(target), from: OTHER }),
      await send(stand, { ...get(target), from: NEIGHBOUR }),
    ];
    for (const heard of heards) {
      assert.ok([400, 401, 404].includes(heard.status), `${target}: ${heard.status} ${heard.text.slice(0, 100)}`);
      assert.ok(isSilent(heard), target);
      assert.doesNotMatch(heard.text, /server_time_us|"devDependencies"/, target);
    }
  }
  // The symbol may be any text, and stays one.
  for (const target of ['/api/signals/../v1/time', '/api/signals/%2e%2e/v1/time', '/api/signals/..%2fv1%2ftime']) {
    const { status, text } = await send(stand, get(target));
    assert.deepEqual([status, text.includes(SECRET_TIME)], [200, false], target);
    assert.equal((await send(stand, { ...get(target), from: OTHER })).status, 401, target);
  }
  assert.equal(await stand.onDisk(), before);
  // One and the same path for the gate and for the router.
  for (const target of ['/api/v1/time', '/api/v1/time/', '/api/v1/%74ime', '/%61pi/v1/time', '/api/v1/time?a#b']) {
    assert.equal((await send(stand, get(target))).status, 401, target);
    assert.ok((await send(stand, bearing(get(target), everything))).text.includes(SECRET_TIME), target);
  }
  assert.equal(stand.logged(), '');
});

it('finds no way around the gate in the form of a request', async (t) => {
  const { stand, keys } = await stage(t);
  const key = `Authorization: Bearer ${keys.everything}`;
  const right = await RIGHT_REQUESTS['POST /api/v1/sessions']!(stand);
  const body = right.body!;
  const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`;
  const time = 'GET /api/v1/time HTTP/1.1';
  const post = [`POST ${right.target} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json'];
  const length = `Content-Length: ${body.length}`;
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const forms: readonly [status: string, bytes: string][] = [
    ['400', head(`GET http://localhost/api/v1/time HTTP/1.1`, 'Host: localhost', key)],
    ['400', head(`GET http://localhost:${stand.port}/api/signals HTTP/1.1`, 'Host: localhost')],
    ['421', head('GET http://localhost/api/signals HTTP/1.1', 'Host: evil.example')],
    ['400', head('GET * HTTP/1.1', 'Host: localhost', key)],
    ['400', head('GET api/v1/time HTTP/1.1', 'Host: localhost', key)],
    ['', head('CONNECT localhost:80 HTTP/1.1', 'Host: localhost', key)],
    ['401', head(time, 'Host: localhost', key, key)],
    ['401', head(time, 'Host: localhost', key, 'authorization: Bearer tw_other')],
    ['401', head(time, 'Host: localhost', 'Authorization: Basic YTpi', key)],
    ['401', head(time, 'Host: localhost', `Authorization: Bearer ${keys.everything},Bearer ${keys.everything}`)],
    ['400', head(time, 'Host: localhost', 'Host: localhost', key)],
    ['400', head(time, 'Host: localhost', 'host: evil.example', key)],
    ['421', head(time, 'Host:', key)],
    ['421', head(time, key)],
    ['421', head('GET /api/v1/time HTTP/1.0', key)],
    ['421', head(time, 'Host: localhost@evil.example', key)],
    ['421', head(time, 'Host: localhost, evil.example', key)],
    ['403', head(time, 'Host: localhost', 'Origin: http://localhost', 'Origin: https://evil.example', key)],
    ['403', head(time, 'Host: localhost', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site', key)],
    ['400', head(time, 'Host : localhost', key)],
    ['400', `${head(...post, key, length, 'Transfer-Encoding: chunked')}${chunked}`],
    ['400', `${head(...post, key, 'Transfer-Encoding: chunked', length)}${body}`],
    ['400', `${head(...post, key, length, 'Content-Length: 5')}${body}`],
    ['400', `${head(...post, key, length, length)}${body}`],
    ['400', `${head(...post, key, 'Content-Length: +5')}${body}`],
    ['400', `${head(...post, key, 'Transfer-Encoding: chunked, identity')}${chunked}`],
    ['415', `${head(...post, 'Content-Encoding: gzip', key, length)}${body}`],
    ['415', `${head(post[0]!, post[1]!, 'Content-Type: text/plain', post[2]!, key, length)}${body}`],
    ['415', `${head(post[0]!, post[1]!, key, length)}${body}`],
    ['415', `${head(post[0]!, post[1]!, key, 'Transfer-Encoding: chunked')}${chunked}`],
    ['413', `${head(...post, key, 'Transfer-Encoding: chunked')}${'10000\r\n'}${' '.repeat(65_536)}\r\n${chunked}`],
    ['405', head('PUT /api/v1/time HTTP/1.1', 'Host: localhost', key)],
    ['405', head('TRACE /api/v1/time HTTP/1.1', 'Host: localhost', key)],
    ['405', head('DELETE /api/v1/signals HTTP/1.1', 'Host: localhost', key)],
    ['401', head('POST /api/v1/accounts/default/halt HTTP/1.1', 'Host: localhost', 'X-HTTP-Method-Override: GET')],
  ];
  const before = await stand.onDisk();
  for (const [status, bytes] of forms) {
    const heard = await sendRaw(stand, bytes);
    const [first = '', ...more] = [...heard.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, each]) => each!);
    assert.equal(first, status, bytes);
    // A second answer would be one to what was smuggled in behind the first.
    assert.ok(
      more.every((each) => each === '400'),
      `${bytes}: ${first} ${more}`,
    );
    assert.ok(!heard.includes(keys.everything) && !heard.includes(SECRET_TIME), bytes);
  }
  assert.equal(await stand.onDisk(), before);
  assert.equal(stand.logged(), '');
});

it('shows no signal to a picture on a page, where the browser says nothing of the page', async (t) => {
  const { stand } = await stage(t);
  const latest = await RIGHT_REQUESTS['GET /api/signals/latest']!(stand);
  const before = await stand.onDisk();
  // Addresses that lead to this machine and are no loopback to a browser: neither Origin nor Sec-Fetch-Site is sent.
  for (const host of ['0.0.0.0', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']) {
    const picture = having(latest, { Host: `${host}:${stand.port}`, Accept: 'image/avif,*/*', Cookie: 'a=b' });
    assert.equal((await send(stand, picture)).status, 421, host);
  }
  assert.equal(await stand.onDisk(), before, 'nothing is marked as shown');
  assert.equal((await send(stand, having(latest, { Host: `127.0.0.1:${stand.port}` }))).status, 200);
  assert.notEqual(await stand.onDisk(), before);
});

it('takes a key in the header Authorization and in the path of a guide client, and from nowhere else', async (t) => {
  const { stand, keys, isSilent } = await stage(t);
  const { everything, guide } = keys;
  const elsewhere = [
    ...['key', 'api_key', 'apikey', 'token', 'access_token', 'authorization'].map((name) =>
      get(`/api/v1/time?${name}=${everything}`),
    ),
    get(`/api/v1/time?authorization=Bearer%20${everything}`),
    get(`/api/v1/time#${everything}`),
    get('/api/v1/time', { Cookie: `key=${everything}; tapewire=${everything}; session=${everything}` }),
    get('/api/v1/time', { 'X-Api-Key': everything, 'X-Authorization': `Bearer ${everything}` }),
    get('/api/v1/time', { 'Proxy-Authorization': `Bearer ${everything}` }),
    get('/api/v1/time', { Authorization: `Basic ${Buffer.from(`key:${everything}`).toString('base64')}` }),
    get('/api/v1/time', { Authorization: `Bearer ${everything}x` }),
    get('/api/v1/time', { Authorization: `Bearer ${everything.slice(0, -1)}` }),
    get('/api/v1/time', { Authorization: `Bearer ${everything.toUpperCase()}` }),
    get('/api/v1/time', { Authorization: `Bearer "${everything}"` }),
    { ...get('/api/v1/sessions'), method: 'POST', ...asJson({ key: everything, authorization: everything }) },
  ];
  for (const visit of elsewhere) {
    for (const from of [HERE, OTHER]) {
      stand.gateMs += 60_000;
      const heard = await send(stand, { ...visit, from });
      assert.equal(heard.status, 401, `${visit.target} ${JSON.stringify(visit.headers)}`);
      assert.ok(isSilent(heard), 'what was sent as a key is not repeated');
    }
  }
  for (const name of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'X-Forwarded-Host', 'CF-Connecting-IP']) {
    const visit = having(get('/api/signals'), { [name]: name === 'Forwarded' ? 'for=127.0.0.1' : '127.0.0.1' });
    assert.equal((await send(stand, { ...visit, from: OTHER })).status, 401, name);
  }
  for (const header of ['X-Original-URL', 'X-Rewrite-URL']) {
    const visit = having(get('/api/health'), { [header]: '/api/v1/time' });
    assert.equal((await send(stand, { ...visit, from: OTHER })).text.includes(SECRET_TIME), false, header);
  }
  const both = bearing(get(`/t/${guide}/api/signals`), everything);
  assert.equal((await send(stand, both)).status, 401, 'a key in both places');
  assert.equal((await send(stand, get(`/t/${keys.without.guide}/api/signals`))).status, 403);
  assert.equal((await send(stand, get(`/t/${keys.revoked}/api/signals`))).status, 401);
  assert.equal(stand.logged(), '');
});

it('compares every key that counts in constant time, whether or not one fits', async (t) => {
  const { stand, keys } = await stage(t);
  const compare = t.mock.method(crypto, 'timingSafeEqual');
  syncBuiltinESMExports();
  t.after(() => {
    compare.mock.restore();
    syncBuiltinESMExports();
  });
  const counts: number[] = [];
  for (const secret of [keys.everything, keys.guide, keys.revoked, 'tw_nobody', `${keys.everything.slice(0, -1)}_`]) {
    const before = compare.mock.callCount();
    await send(stand, bearing(get('/api/v1/time'), secret));
    counts.push(compare.mock.callCount() - before);
  }
  assert.ok(counts[0]! >= 8, `${counts}`);
  assert.deepEqual(new Set(counts).size, 1, `${counts}`);
});

it('answers HEAD as it would GET, and OPTIONS with the methods alone, to the same people', async (t) => {
  const { stand, keys } = await stage(t);
  for (const { method, path, access } of ROUTE_TABLE) {
    const { target } = await RIGHT_REQUESTS[`${method} ${path}`]!(stand);
    const before = await stand.onDisk();
    const ask = (asked: string, headers = {}, from = HERE) => send(stand, { method: asked, target, headers, from });
    const key = { Authorization: `Bearer ${keys.everything}` };
    const isKeyed = access === 'key';

    const options = await ask('OPTIONS', isKeyed ? key : {});
    assert.deepEqual([options.status, options.text], [204, ''], target);
    assert.ok(options.headers.allow?.includes(method), target);
    assert.equal((await ask('OPTIONS')).status, isKeyed ? 401 : 204, target);
    assert.equal((await ask('OPTIONS', {}, OTHER)).status, 401, target);
    const preflight = { Origin: 'https://evil.example', 'Access-Control-Request-Method': method };
    const flown = await ask('OPTIONS', { ...preflight, ...key });
    assert.equal(flown.status, 403, target);
    for (const { headers } of [options, flown]) {
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control')),
        [],
        target,
      );
    }

    if (method !== 'GET') continue;
    const heads: [status: number, heard: Heard][] = [
      [isKeyed ? 401 : 200, await ask('HEAD')],
      [401, await ask('HEAD', {}, OTHER)],
      [421, await ask('HEAD', { ...key, Host: 'evil.example' })],
      [403, await ask('HEAD', { ...key, Origin: 'https://evil.example' })],
      [200, await ask('HEAD', key, OTHER)],
    ];
    for (const [status, heard] of heads) assert.deepEqual([heard.status, heard.text], [status, ''], `HEAD ${target}`);
    if (!path.startsWith('/api/signals')) assert.equal(await stand.onDisk(), before, target);
  }
  assert.equal(stand.logged(), '');
});
