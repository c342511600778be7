import assert from 'node:assert/strict';
import { it } from 'node:test';
import { serve } from './serving.ts';

const GET = 'GET /api/health HTTP/1.1\r\n';

it('answers what is not HTTP with a clear 4xx, and goes on serving', async (t) => {
  const { raw, ask, mistakes } = await serve(t);
  const exchanges: readonly (readonly [sent: string | Buffer, answer: RegExp])[] = [
    ['hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), /^HTTP\/1\.1 400 /],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 400 /],
    [`${GET}\r\n`, /^HTTP\/1\.1 421 .*"The request does not say which host it is for/s],
    [`${GET}Host:\r\n\r\n`, /^HTTP\/1\.1 421 .*"The request does not say which host it is for/s],
    ['GET /api/health HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 421 /],
    [`${GET}Host: localhost\r\nHost: evil.example\r\n\r\n`, /^HTTP\/1\.1 400 Bad Request\r\n.*one Host header/s],
    [`${GET}Host: evil.example\r\nX: y\r\nhOST: localhost\r\n\r\n`, /^HTTP\/1\.1 400 .*one Host header/s],
    [`${GET}Host: localhost\r\nHost: localhost\r\n\r\n`, /^HTTP\/1\.1 400 .*one Host header/s],
    [`${GET}Host: localhost\r\nExpect: miracles\r\n\r\n`, /^HTTP\/1\.1 417 Expectation Failed\r\n.*100-continue/s],
    [`${GET}Host: evil.example\r\nExpect: miracles\r\n\r\n`, /^HTTP\/1\.1 421 /],
    [`${GET}Host : localhost\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [`${GET}Host: localhost\r\nX: a\0b\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [`${GET}Host: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [`GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['GET http://evil.example/api/health HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['GET api/health HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 204 /],
    [`${GET}Host: localhost\r\nContent-Length: -1\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [`${GET}Host: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [
      'POST /api/signals/acknowledge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [`${GET}Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, /^HTTP\/1\.1 200 /],
    [`${GET}Host: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`, /^HTTP\/1\.1 421 /],
  ];
  for (const [sent, answer] of exchanges) {
    const received = await raw(sent, 300);
    assert.match(received, answer, JSON.stringify(sent.toString('latin1').slice(0, 80)));
    assert.doesNotMatch(received, /node_modules|node:internal/);
    if (/^HTTP\/1\.1 4/.test(received)) assert.match(received, /\{"status":"error","message":"[^"]+/);
  }
  assert.equal((await ask('/api/health')).status, 200);
  assert.deepEqual(mistakes, []);
});

it('answers requests on one connection in their order, and stops at the first that is not HTTP', async (t) => {
  const { raw } = await serve(t);
  const one = 'GET /api/signals HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const received = await raw(`${one}${one}garbage\r\n\r\n`, 300);
  const statuses = received.match(/HTTP\/1\.1 \d+/g)?.map((line) => line.slice(-3)) ?? [];
  // However much of it was answered, the refusal may not stand where the answer to the second request belongs.
  assert.deepEqual(statuses, ['200', '200', '400'].slice(0, statuses.length));
  assert.match(await raw(`${one}`, 300), /^HTTP\/1\.1 200 /);
});

it('survives clients that hang up in the middle', async (t) => {
  const { raw, ask, house, mistakes } = await serve(t);
  house.issue();
  const post =
    'POST /api/signals/acknowledge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 42\r\n\r\n';
  for (const part of [post, `${post}{"timest`, post.slice(0, 30)]) await raw(part, 50);
  assert.equal((await ask('/api/signals/latest')).status, 200);
  assert.deepEqual([house.submitted, mistakes], [[], []]);
});
