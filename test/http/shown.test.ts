import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bearing } from '../../src/adapters/http/fake-keys.testing.ts';
import { deliveryIdOf } from '../../src/core/delivery/delivery.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import { posting, type Serving, serve } from './serving.ts';

const LIVE_ROUTES = ['/api/signals', '/api/signals/latest', '/api/signals/ETHUSDT'];
const SESSION = {
  kind: 'open_session',
  sessionId: 's1',
  account: 'default',
  consumer: 'atas-1',
  instance: 'a'.repeat(32),
  symbols: [],
  capabilities: [],
  takeover: false,
} as const;

const stateOf = ({ house }: Serving, { signalId }: Signal): string | undefined =>
  house.deliveries.delivery(deliveryIdOf(signalId, 'default'))?.state;

const claim = ({ house }: Serving, { signalId }: Signal) =>
  house.ask({ kind: 'claim', signalId, sessionId: 's1', epoch: 1, account: 'default', key: 'k1', latency: {} });

/** How many signals an answer of a live route holds. */
const countIn = (text: string): number => (text.match(/"signal_id"/g) === null ? 0 : (JSON.parse(text).count ?? 1));

for (const path of LIVE_ROUTES) {
  it(`${path} marks what it shows, before it answers`, async (t) => {
    const serving = await serve(t);
    const signal = serving.house.issue();
    let onDisk = false;
    serving.house.disk = async () => {
      onDisk = true;
    };
    const reply = await serving.ask(path);
    assert.equal(countIn(reply.text), 1);
    assert.ok(onDisk, 'answered without waiting for the disk');
    assert.equal(stateOf(serving, signal), 'SHOWN');
    await serving.house.ask(SESSION);
    const refused = await claim(serving, signal);
    assert.deepEqual(refused.ok ? undefined : refused.refusal.code, 'shown');
  });

  it(`${path} is empty while an executor holds the account, and says who`, async (t) => {
    const serving = await serve(t);
    const signal = serving.house.issue();
    await serving.house.ask(SESSION);
    const reply = await serving.ask(path);
    assert.equal(countIn(reply.text), 0);
    assert.equal(reply.status, path.endsWith('latest') ? 404 : 200);
    assert.match(String(reply.headers['x-tapewire-notice']), /^signals go to atas-1/);
    assert.equal(stateOf(serving, signal), 'OFFERED');
    assert.ok((await claim(serving, signal)).ok);
    // The executor's lease lapses: what it has claimed stays its own.
    serving.house.nowMs += 1_000;
    serving.house.wallMs = serving.house.nowMs + 16_000;
    await serving.house.ask({ kind: 'sweep' });
    const later = await serving.ask(path);
    assert.deepEqual([countIn(later.text), later.headers['x-tapewire-notice']], [0, undefined]);
  });

  it(`${path} shows everything to a key and marks nothing`, async (t) => {
    const serving = await serve(t);
    const signal = serving.house.issue();
    const headers = bearing(serving.keys.make('read'));
    assert.equal(countIn((await serving.ask(path, { headers })).text), 1);
    await serving.house.ask(SESSION);
    assert.equal(countIn((await serving.ask(path, { headers })).text), 1);
    assert.equal(stateOf(serving, signal), 'OFFERED');
  });
}

for (const path of LIVE_ROUTES) {
  it(`HEAD ${path} says what GET would, and marks nothing`, async (t) => {
    const serving = await serve(t);
    const signal = serving.house.issue();
    const head = await serving.ask(path, { method: 'HEAD' });
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(stateOf(serving, signal), 'OFFERED');
    // Nor may a GET of the same millisecond be answered with what was made for the HEAD.
    serving.house.disk = () => Promise.reject(new Error('the disk is full'));
    assert.equal(countIn((await serving.ask(path)).text), 0);
    serving.house.disk = () => Promise.resolve();
    const got = await serving.ask(path);
    assert.deepEqual([got.status, got.headers['content-length']], [200, head.headers['content-length']]);
    assert.equal(stateOf(serving, signal), 'SHOWN');
    await serving.house.ask(SESSION);
    const kept = await serving.ask(path, { method: 'HEAD' });
    assert.equal(kept.status, path.endsWith('latest') ? 404 : 200);
    assert.match(String(kept.headers['x-tapewire-notice']), /^signals go to atas-1/);
  });
}

it('shows again what was shown, when no executor holds the account any more', async (t) => {
  const serving = await serve(t);
  serving.house.issue();
  await serving.ask('/api/signals/latest');
  await serving.house.ask(SESSION);
  assert.equal((await serving.ask('/api/signals/latest')).status, 404);
  serving.house.nowMs += 100;
  serving.house.wallMs = serving.house.nowMs + 16_000;
  await serving.house.ask({ kind: 'sweep' });
  assert.equal((await serving.ask('/api/signals/latest')).status, 200);
});

it('shows at once what is on offer when an executor gives the account back', async (t) => {
  const serving = await serve(t);
  await serving.house.ask(SESSION);
  serving.house.issue();
  assert.equal((await serving.ask('/api/signals/latest')).status, 404);
  await serving.house.ask({ kind: 'release', sessionId: 's1' });
  const reply = await serving.ask('/api/signals/latest');
  assert.deepEqual([reply.status, reply.headers['x-tapewire-notice']], [200, undefined]);
});

it('shows nothing of a halted account', async (t) => {
  const serving = await serve(t);
  serving.house.issue();
  await serving.ask('/api/signals/latest');
  await serving.house.ask({ kind: 'halt', account: 'default', reason: 'enough for today', by: 'me' });
  const reply = await serving.ask('/api/signals/latest');
  assert.equal(reply.status, 404);
  assert.match(String(reply.headers['x-tapewire-notice']), /halted \(enough for today\)/);
  await serving.house.ask({ kind: 'resume', account: 'default', by: 'me' });
  assert.equal((await serving.ask('/api/signals/latest')).status, 200);
});

it('shows nothing that could not be marked on disk', async (t) => {
  const serving = await serve(t);
  const signal = serving.house.issue();
  serving.house.disk = () => Promise.reject(new Error('the disk is full'));
  for (const path of LIVE_ROUTES) assert.equal(countIn((await serving.ask(path)).text), 0);
  assert.equal(stateOf(serving, signal), 'OFFERED');
  assert.equal(serving.mistakes.length, LIVE_ROUTES.length);
});

it('never marks from the pages, the history, health or statistics, nor for a claimed signal', async (t) => {
  const serving = await serve(t);
  const signal = serving.house.issue();
  for (const path of ['/', '/api/signals/history', '/api/health', '/api/stats', '/api/signals/BTCUSDT']) {
    await serving.ask(path);
  }
  assert.equal(stateOf(serving, signal), 'OFFERED');
  await serving.house.ask(SESSION);
  assert.ok((await claim(serving, signal)).ok);
  await serving.ask('/api/signals/acknowledge', posting({ timestamp: '2024-11-21T10:30:45.123456' }));
  assert.equal(stateOf(serving, signal), 'CLAIMED');
});
