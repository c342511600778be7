import assert from 'node:assert/strict';
import { it } from 'node:test';
import { failure } from '../../src/contract/schemas.ts';
import { problem } from '../../src/contract/v1/problem.ts';
import { type Ask, posting, type Reply, serve } from './serving.ts';

const ACK = posting({ timestamp: '2024-11-21T10:30:45.123456' });
const ROUTES: readonly (readonly [path: string, ask: Ask])[] = [
  ['/', {}],
  ['/docs', {}],
  ['/docs/json', {}],
  ['/api/openapi.json', {}],
  ['/api/signals', {}],
  ['/api/signals/latest', {}],
  ['/api/signals/ETHUSDT', {}],
  ['/api/signals/history', {}],
  ['/api/signals/acknowledge', ACK],
  ['/api/health', {}],
  ['/api/stats', {}],
  ['/nope', {}],
  ['/%zz', {}],
  ['/api/v1/signals', {}],
  ['/api/v1/signals', posting('{}')],
  ['/t/tw_unknown/api/signals', {}],
];

const withHeaders = (ask: Ask, headers: Readonly<Record<string, string>>): Ask => ({
  ...ask,
  headers: { ...ask.headers, ...headers },
});

function refused(reply: Reply, status: number, what: string): void {
  assert.equal(reply.status, status, `${what}: ${reply.text}`);
  const said = JSON.parse(reply.text);
  assert.ok(failure.safeParse(said).success || problem.safeParse(said).success, what);
}

it('answers no foreign host on any route, whatever the path', async (t) => {
  const { house, port, ask } = await serve(t, {
    allowedHosts: ['Trading-PC.lan'],
    ownAddresses: () => ['192.168.7.9', 'fe80::7'],
  });
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.7.10',
    '[fe80::8]',
    '2130706433',
    '0x7f.1',
    'local host',
    '127.0.0.1@evil',
    'localhost:99999999',
    '[::1',
    'evil.localhost.example',
    '0.0.0.0',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ];
  for (const [path, how] of ROUTES) {
    for (const host of foreign) refused(await ask(path, withHeaders(how, { Host: host })), 421, `${path} as ${host}`);
  }
  assert.deepEqual(house.submitted, []);
  const ours = [
    'localhost',
    'LOCALHOST',
    `localhost:${port}`,
    'localhost.',
    'my.localhost',
    '127.0.0.1',
    '127.9.9.9:1',
    '[::1]',
    `[::1]:${port}`,
    '192.168.7.9:8888',
    '[fe80::7]',
    'trading-pc.lan',
    'TRADING-PC.LAN:8888',
  ];
  const { message } = JSON.parse((await ask('/api/signals', { headers: { Host: 'evil.example' } })).text);
  const remedy = `On this machine use http://127.0.0.1:${port}; other names are allowed in api.allowedHosts.`;
  assert.equal(message, `This server does not answer to the host "evil.example". ${remedy}`);
  for (const host of ours) assert.equal((await ask('/api/signals', { headers: { Host: host } })).status, 200, host);
});

it('lets pages of other sites neither read nor trigger anything', async (t) => {
  const { house, port, ask } = await serve(t);
  house.issue();
  const own = `127.0.0.1:${port}`;
  const origins = [
    'http://evil.example',
    'null',
    '',
    `http://localhost:${port}`,
    `https://${own}`,
    `http://${own}1`,
    `http://${own}/`,
    `HTTP://${own}`,
    'file://',
  ];
  for (const [path, how] of ROUTES) {
    for (const origin of origins)
      refused(await ask(path, withHeaders(how, { Origin: origin })), 403, `${path} from ${origin}`);
    for (const site of ['cross-site', 'same-site', 'nonsense']) {
      const scripted = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'cors' };
      refused(await ask(path, withHeaders(how, scripted)), 403, `${path} ${site}`);
      const link = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' };
      const page = path === '/' || path === '/docs';
      const reply = await ask(path, withHeaders(how, link));
      assert.equal(reply.status, page ? 200 : 403, `${path} linked from ${site}`);
    }
  }
  refused(
    await ask('/', { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' } }),
    403,
    'form',
  );
  assert.deepEqual(house.submitted, []);

  for (const site of ['same-origin', 'none']) {
    assert.equal((await ask('/api/signals', { headers: { 'Sec-Fetch-Site': site } })).status, 200, site);
  }
  const localhost = `localhost:${port}`;
  for (const host of [own, localhost]) {
    const sameOrigin = { Host: host, Origin: `http://${host}` };
    assert.equal((await ask('/api/signals/acknowledge', withHeaders(ACK, sameOrigin))).status, 200, host);
  }
});

it('takes JSON bodies only, and says so', async (t) => {
  const { house, ask } = await serve(t);
  house.issue();
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/jsonp',
    'application/json; charset=utf-16',
    'text/plain; application/json',
    '',
  ];
  for (const type of types) {
    refused(await ask('/api/signals/acknowledge', withHeaders(ACK, { 'Content-Type': type })), 415, type);
  }
  refused(await ask('/api/signals/acknowledge', { method: 'POST', body: ACK.body! }), 415, 'no type');
  refused(await ask('/api/signals/acknowledge', withHeaders(ACK, { 'Content-Encoding': 'gzip' })), 415, 'gzip');
  assert.deepEqual(house.submitted, []);
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
  ]) {
    assert.equal((await ask('/api/signals/acknowledge', withHeaders(ACK, { 'Content-Type': type }))).status, 200, type);
  }
});

it('judges the body of a GET like any other, and never reads it', async (t) => {
  const { ask } = await serve(t);
  const get = (body: string, type: string) =>
    ask('/api/signals', { headers: { 'Content-Type': type, 'Content-Length': String(body.length) }, body });
  refused(await get('x', 'text/plain'), 415, 'text');
  refused(await get('x'.repeat(65_537), 'application/json'), 413, 'size');
  for (const body of ['{}', 'not JSON', '']) assert.equal((await get(body, 'application/json')).status, 200, body);
});

it('answers other machines only GET /api/health while they are not allowed more', async (t) => {
  const others = [
    '192.168.1.20',
    '::ffff:192.168.1.20',
    '172.17.0.1',
    '10.0.0.1',
    'fe80::1%eth0',
    '2001:db8::1',
    '128.0.0.1',
    '::ffff:126.255.255.255',
    '::2',
    '',
  ];
  let address = '';
  const { house, port, ask } = await serve(t, { remoteAddressOf: () => address });
  house.issue();
  for (const other of others) {
    address = other;
    for (const [path, how] of ROUTES) {
      const reply = await ask(path, how);
      if (path === '/api/health') assert.equal(reply.status, 200, other);
      else refused(reply, 401, `${path} from ${other}`);
    }
    refused(
      await ask('/api/health', { method: 'HEAD' }).then((reply) => ({
        ...reply,
        text: '{"status":"error","message":"x"}',
      })),
      401,
      'HEAD',
    );
  }
  assert.deepEqual(house.submitted, []);
  const { text, headers } = await ask('/api/signals');
  const ways = '`tapewire keys add --guide` prints a base URL with a key for it, or api.networks names its network';
  const local = `on the machine that runs Tapewire, use http://127.0.0.1:${port} and not its network address`;
  const message = `Another machine is answered here only when it is allowed: ${ways}; ${local}.`;
  assert.equal(JSON.parse(text).message, message);
  assert.equal(headers['www-authenticate'], 'Bearer realm="tapewire"');
  assert.equal((await ask('/api/health/')).status, 200, 'the same path, as everywhere');
  assert.equal((await ask('/api/health//')).status, 401);
  const locals = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:127.9.9.9'];
  for (const local of locals) {
    address = local;
    assert.equal((await ask('/api/signals')).status, 200, local);
  }
});

it('checks in the agreed order: what a stranger learns does not depend on what else is wrong', async (t) => {
  let address = '192.168.1.20';
  const { ask } = await serve(t, { remoteAddressOf: () => address });
  const big = 'x'.repeat(65_537);
  const all = { Host: 'evil', Origin: 'http://evil', 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'text/plain' };
  const steps: [keyof typeof all | 'address', number][] = [
    ['Host', 421],
    ['Origin', 403],
    ['Sec-Fetch-Site', 403],
    ['Content-Type', 415],
    ['address', 401],
  ];
  const headers: Record<string, string> = { ...all };
  for (const [step, status] of steps) {
    refused(await ask('/api/signals/acknowledge', { method: 'POST', headers, body: big }), status, step);
    if (step === 'address') address = '127.0.0.1';
    else if (step === 'Content-Type') headers[step] = 'application/json';
    else delete headers[step];
  }
  refused(await ask('/api/signals/acknowledge', { method: 'POST', headers, body: big }), 413, 'size');
});

it('takes 64 KiB and no byte more, announced or not', async (t) => {
  const { ask, raw } = await serve(t);
  const body = (bytes: number) => `{"timestamp":"${'x'.repeat(bytes - 16)}"}`;
  assert.equal((await ask('/api/signals/acknowledge', posting(body(65_536)))).status, 400);
  refused(await ask('/api/signals/acknowledge', posting(body(65_537))), 413, 'announced');
  const head =
    'POST /api/signals/acknowledge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  assert.match(await raw(`${head}${chunk}${chunk}0\r\n\r\n`), /^HTTP\/1\.1 413 .*"status":"error"/s);
});

it('lets each machine ask so often, and says when to come again', async (t) => {
  let [address, nowMs] = ['10.0.0.1', 0];
  const rates = { local: { perSecond: 1_000, burst: 1_000 }, remote: { perSecond: 2, burst: 3 } };
  const { ask } = await serve(t, { rates, remoteAddressOf: () => address, monotonicMs: () => nowMs });
  const statuses = async (count: number) => {
    const seen = [];
    for (let index = 0; index < count; index += 1) seen.push((await ask('/api/health')).status);
    return seen.join(' ');
  };
  assert.equal(await statuses(4), '200 200 200 429');
  const reply = await ask('/api/health');
  refused(reply, 429, 'rate');
  assert.equal(reply.headers['retry-after'], '1');
  address = '10.0.0.2';
  assert.equal(await statuses(1), '200', 'another machine has its own');
  address = '10.0.0.1';
  nowMs += 1_000;
  assert.equal(await statuses(3), '200 200 429');
  address = '2001:db8::1';
  await statuses(3);
  address = '2001:db8::ffff:2';
  assert.equal(await statuses(1), '429', 'one network is one machine');
  address = '127.0.0.1';
  assert.equal(await statuses(10), Array(10).fill('200').join(' '));
});
