import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { it } from 'node:test';
import { FakeHouse } from '../../src/adapters/http/fake-house.testing.ts';
import { FakeKeys } from '../../src/adapters/http/fake-keys.testing.ts';
import { explainBindFailure, listen, noteOn } from '../../src/adapters/http/listen.ts';
import { startApi } from '../../src/adapters/http/server.ts';
import { serve } from './serving.ts';

const start = (host: string, port: number) =>
  startApi({ house: new FakeHouse(), keys: new FakeKeys(), host, port, version: '0.1.0', onError: () => undefined });

it('says who has the port and how to take another one', async (t) => {
  const { port } = await serve(t);
  for (const host of ['::', '127.0.0.1']) {
    const second = await start(host, port);
    assert.equal(second.ok, false);
    const problem = second.ok ? '' : second.problem;
    for (const part of [
      `Port ${port} is already in use`,
      `lsof -i :${port}`,
      `netstat -ano | findstr :${port}`,
      '--port',
    ]) {
      assert.ok(problem.includes(part), problem);
    }
  }
});

it('explains the other ways in which a port cannot be had', async () => {
  assert.match(explainBindFailure('EACCES', '::', 80), /Port 80 may not be opened: ports below 1024/);
  assert.match(explainBindFailure('EACCES', '::', 8_888), /the system reserves it/);
  const elsewhere = await start('192.0.2.1', 0);
  assert.match(elsewhere.ok ? '' : elsewhere.problem, /192\.0\.2\.1 does not belong to this machine/);
});

it('falls back to IPv4 where :: cannot be bound, and says so', async () => {
  const server = createServer();
  const bind = server.listen.bind(server) as (options: object) => typeof server;
  // A machine without IPv6, as the kernel would put it.
  server.listen = ((options: { host: string }) => {
    if (options.host !== '::') return bind(options);
    const error = Object.assign(new Error('listen EAFNOSUPPORT'), { code: 'EAFNOSUPPORT' });
    process.nextTick(() => server.emit('error', error));
    return server;
  }) as typeof server.listen;
  const listening = await listen(server, '::', 0);
  server.close();
  assert.ok(listening.ok);
  assert.equal(listening.value.address.address, '0.0.0.0');
  assert.match(listening.value.note ?? '', /IPv4 only/);
  assert.equal(listening.value.urls.length, 1);
});

it('closes at once although pollers keep their connections open', async () => {
  const { ask, close, port } = await serve();
  const kept = await fetch(`http://127.0.0.1:${port}/api/signals`);
  await kept.text();
  await close();
  await assert.rejects(ask('/api/signals'), /ECONNREFUSED/);
});

it('warns of an address on which this machine would need a key', async (t) => {
  assert.match(
    noteOn('192.168.1.5') ?? '',
    /without a key .* on 127\.0\.0\.1 only, and --host 192\.168\.1\.5 leaves that out/,
  );
  assert.ok(noteOn('fe80::1') !== undefined);
  for (const host of ['::', '0.0.0.0', '127.0.0.1', '127.0.0.2', '::1', 'localhost'])
    assert.equal(noteOn(host), undefined);
  const server = createServer();
  t.after(() => server.close());
  const local = await listen(server, '127.0.0.1', 0);
  assert.equal(local.ok && local.value.note, undefined);
});
