import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { NOW_MS } from '../../src/adapters/http/fake-house.testing.ts';
import { EXAMPLE_SIGNAL } from '../../src/contract/example-signal.ts';
import * as wire from '../../src/contract/schemas.ts';
import { posting, type Reply, sendTo, serve } from './serving.ts';

const NOW = '2024-11-21T10:30:50.000000';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Checks status, type and shape strictly, and gives the value back. */
function fits<T>(reply: Reply, status: number, schema: z.ZodType<T>): T {
  assert.equal(reply.status, status, reply.text);
  assert.equal(reply.headers['content-type'], JSON_TYPE);
  const value = JSON.parse(reply.text);
  assert.deepEqual(schema.parse(value), value);
  return value;
}

/** A promise to be kept by hand. */
function waiting(): { readonly promise: Promise<void>; finish(): void } {
  let keep: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { promise, finish: () => keep?.() };
}

const stamps = (list: z.infer<typeof wire.signalList>) => list.signals.map(({ timestamp }) => timestamp.slice(-6));

it('answers /api/signals, /latest, /{symbol} and /history byte for byte as the shared examples', async (t) => {
  const { house, ask } = await serve(t);
  const compact = (name: string) => {
    const folder = new URL('../../../src/contract/examples/', import.meta.url);
    const text = readFileSync(fileURLToPath(new URL(`${name}.json`, folder)), 'utf8');
    return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
  };
  const expectSame = async (path: string, name: string) => assert.equal((await ask(path)).text, compact(name), path);

  await expectSame('/api/signals/latest', 'no-signals');
  const { signalId, expiresAtMs } = EXAMPLE_SIGNAL;
  const signal = house.issue({ signalId, expiresAtMs });
  await expectSame('/api/signals', 'signals');
  await expectSame('/api/signals/latest', 'latest');
  await expectSame('/api/signals/ETHUSDT', 'symbol');
  await expectSame('/api/health', 'health');
  house.end(signal, 'ACKED_LEGACY', 'acknowledged by a guide client');
  await expectSame('/api/signals/history', 'history');
});

it('lists live signals oldest first, at most the newest 50', async (t) => {
  const { house, ask } = await serve(t);
  for (let index = 0; index < 53; index += 1) house.issue();
  const list = fits(await ask('/api/signals'), 200, wire.signalList);
  assert.equal(list.count, 50);
  assert.deepEqual([stamps(list)[0], stamps(list)[49]], ['123459', '123508']);
  assert.equal(list.timestamp, NOW);
});

it('answers 404 no_signals, in exactly these bytes, while there is none', async (t) => {
  const { ask } = await serve(t);
  const reply = await ask('/api/signals/latest');
  assert.equal(reply.status, 404);
  const expected = `{"status":"no_signals","message":"No active signals available","timestamp":"${NOW}"}`;
  assert.equal(reply.text, expected);
});

it('never lets /latest go back to an older signal', async (t) => {
  const { house, ask } = await serve(t);
  const older = house.issue({ expiresAtMs: NOW_MS + 60_000 });
  const newer = house.issue({ expiresAtMs: NOW_MS + 1_000 });
  const latest = async () => {
    const reply = await ask('/api/signals/latest');
    return reply.status === 200 ? JSON.parse(reply.text).signal.metadata.signal_id : reply.status;
  };
  assert.equal(await latest(), newer.signalId);
  house.nowMs += 1_000;
  assert.equal(await latest(), 404, 'the newest has expired; the older one is still live');
  assert.equal(fits(await ask('/api/signals'), 200, wire.signalList).count, 1);
  const newest = house.issue();
  assert.equal(await latest(), newest.signalId);
  house.end(newest, 'ACKED_LEGACY');
  assert.equal(await latest(), 404);
  assert.equal(house.book.open.includes(older), true);
});

it('shows no signal to anybody from the millisecond it expires in', async (t) => {
  const { house, ask } = await serve(t);
  house.issue({ expiresAtMs: NOW_MS + 10 });
  house.nowMs = NOW_MS + 9;
  assert.equal((await ask('/api/signals/latest')).status, 200);
  house.nowMs = NOW_MS + 10;
  assert.equal((await ask('/api/signals/latest')).status, 404);
  assert.equal(fits(await ask('/api/signals'), 200, wire.signalList).count, 0);
  assert.equal(fits(await ask('/api/signals/ETHUSDT'), 200, wire.symbolSignals).signal, undefined);
  assert.equal(fits(await ask('/api/health'), 200, wire.health).active_signals, 0);
  const [past] = fits(await ask('/api/signals/history'), 200, wire.signalList).signals;
  assert.equal(past?.metadata.outcome?.state, 'EXPIRED');
});

it('finds a symbol however it is written, and no part of it', async (t) => {
  const { house, ask } = await serve(t);
  house.issue({ symbol: 'BTCUSDT' });
  house.issue({ symbol: 'ETHUSDT' });
  const written = ['ETHUSDT', 'ethusdt', 'ETH-USDT', 'ETH/USDT', 'ETH%2FUSDT', 'ETH%2Fusdt%3AUSDT', 'eth/usdt:usdt'];
  for (const symbol of [...written, 'ETHUSDT/', 'ETHUSDT?x=1']) {
    const found = fits(await ask(`/api/signals/${symbol}`), 200, wire.symbolSignals);
    assert.deepEqual([found.symbol, found.count, found.signal?.symbol], ['ETHUSDT', 1, 'ETHUSDT'], symbol);
    assert.deepEqual(found.signals.at(-1), found.signal);
  }
  for (const symbol of ['ETH', 'USDT', 'NOPE', 'x'.repeat(4_000), '%22%3Cb%3E', '__proto__']) {
    const reply = await ask(`/api/signals/${symbol}`);
    const found = fits(reply, 200, wire.symbolSignals);
    assert.deepEqual([found.count, 'signal' in found], [0, false], symbol);
  }
});

it('acknowledges: on disk first, then the answer, and the same again', async (t) => {
  const { house, ask } = await serve(t);
  const signal = house.issue();
  const body = { timestamp: '2024-11-21T10:30:45.123456' };
  const disk = waiting();
  house.disk = () => disk.promise;
  let answered = 0;
  const replies = [1, 2].map(async () => {
    const reply = await ask('/api/signals/acknowledge', posting(body));
    answered += 1;
    return reply;
  });
  while (house.submitted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await ask('/api/health');
  assert.equal(answered, 0, 'nothing may be answered before the disk has it');
  disk.finish();
  const expected = `{"status":"success","message":"Signal acknowledged","timestamp":"${NOW}"}`;
  for (const reply of [...(await Promise.all(replies)), await ask('/api/signals/acknowledge', posting(body))]) {
    assert.deepEqual([reply.status, reply.text], [200, expected]);
  }
  assert.deepEqual(house.submitted, [{ kind: 'acknowledge', stampUs: signal.stampUs, eventTimeMs: NOW_MS }]);
  assert.equal((await ask('/api/signals/latest')).status, 404);
  const [past] = fits(await ask('/api/signals/history'), 200, wire.signalList).signals;
  assert.equal(past?.metadata.outcome?.state, 'ACKED_LEGACY');
});

it('takes the stamp as clients change it, and guesses nothing', async (t) => {
  const { house, ask } = await serve(t);
  const status = async (timestamp: unknown) => (await ask('/api/signals/acknowledge', posting({ timestamp }))).status;
  for (const text of ['1234560', '123456Z', '1234560Z', '123456+00:00']) {
    const signal = house.issue({ stampUs: EXAMPLE_SIGNAL.stampUs + house.book.issuedCount * 1_000_000 });
    const second = 45 + house.book.issuedCount - 1;
    assert.equal(await status(`2024-11-21T10:30:${second}.${text}`), 200, text);
    assert.equal(house.book.open.includes(signal), false, text);
  }
  const trimmed = house.issue({ stampUs: 1_732_185_060_120_000 });
  assert.equal(await status('2024-11-21T12:31:00.12+02:00'), 200);
  assert.equal(house.book.open.includes(trimmed), false);

  house.issue({ stampUs: 1_732_185_070_000_001 });
  assert.equal(await status('2024-11-21T10:31:10'), 200);
  assert.equal(await status('2024-11-21T10:31:10'), 200, 'its repetition is the same');
  house.issue({ stampUs: 1_732_185_080_000_000 });
  house.issue({ stampUs: 1_732_185_080_999_999 });
  assert.equal(await status('2024-11-21T10:31:20'), 400, 'two live signals in that second');
  assert.equal(house.book.open.length, 2);
  assert.equal(await status('2024-11-21T10:31:20.000000'), 200);
  assert.equal(await status('2024-11-21T10:31:20'), 200, 'the zeros trimmed: the same one again');
  assert.equal(house.book.open.length, 1, 'and never the other one, which nobody has processed');
  assert.equal(await status('2024-11-21T10:31:30'), 400, 'no live signal in that second');
  const expired = house.issue({ stampUs: 1_732_185_100_500_000, expiresAtMs: NOW_MS });
  assert.equal(await status('2024-11-21T10:31:40'), 400, 'an expired one does not count');
  assert.equal(await status('2024-11-21T10:31:40.5'), 200, 'named in full it is known');
  assert.equal(house.book.open.includes(expired), true, 'but it stays as it ended');
});

it('refuses an unknown stamp with 404, and what is malformed with 400', async (t) => {
  const { house, ask, mistakes } = await serve(t);
  house.issue();
  const unknown = await ask('/api/signals/acknowledge', posting({ timestamp: '2024-11-21T10:30:45.999999' }));
  fits(unknown, 404, wire.failure);
  const malformed = [
    '',
    'null',
    '[]',
    '"2024-11-21T10:30:45.123456"',
    '1',
    '{',
    '{}',
    '{"timestamp":null}',
    '{"timestamp":1}',
    '{"timestamp":""}',
    '{"timestamp":"today"}',
    '{"timestamp":["2024-11-21T10:30:45.123456"]}',
    '{"timestamp":"2024-11-21T10:30:45.123456","more":1}',
    '{"timestamp":"2024-11-21T10:30:45.123456","__proto__":{}}',
    '{"timestamp":"2024-11-21T10:30:45.123456","constructor":{"prototype":{}}}',
    `{"timestamp":"${'9'.repeat(60_000)}"}`,
    '['.repeat(60_000),
  ];
  for (const body of malformed) {
    const reply = await ask('/api/signals/acknowledge', posting(body));
    const { message } = fits(reply, 400, wire.failure);
    assert.ok(message.length > 10 && message.length < 300, message);
    assert.doesNotMatch(message, /node_modules|\bat /);
  }
  assert.deepEqual([house.submitted, mistakes], [[], []]);
});

it('says 503 when the journal does not take an acknowledgement, and lets it be tried again', async (t) => {
  const { house, ask, mistakes } = await serve(t);
  house.issue();
  house.disk = () => Promise.reject(new Error('ENOSPC: /secret/path'));
  const body = { timestamp: '2024-11-21T10:30:45.123456' };
  const { message } = fits(await ask('/api/signals/acknowledge', posting(body)), 503, wire.failure);
  assert.doesNotMatch(message, /ENOSPC|secret/);
  assert.equal(mistakes.length, 1);
  house.disk = () => Promise.resolve();
  assert.equal((await ask('/api/signals/acknowledge', posting(body))).status, 200);
});

it('measures health: healthy, degraded, failed', async (t) => {
  const { house, ask } = await serve(t);
  assert.equal(fits(await ask('/api/health'), 200, wire.health).status, 'healthy');
  house.facts = { ...house.facts, dataAgeMs: 5_001 };
  const degraded = fits(await ask('/api/health'), 200, wire.health);
  assert.deepEqual([degraded.status, degraded.reasons[0]?.since], ['degraded', '2024-11-21T10:30:44.999000']);
  house.facts = { ...house.facts, dataAgeMs: 60_000 };
  assert.equal(fits(await ask('/api/health'), 503, wire.health).status, 'failed');
  house.facts = { ...house.facts, dataAgeMs: 1, journalFault: { reason: 'disk full', sinceMs: NOW_MS } };
  const failed = fits(await ask('/api/health'), 503, wire.health);
  assert.deepEqual(
    [failed.journal.state, failed.feed.state, failed.reasons.map(({ reason }) => reason)],
    ['failed', 'stopped', ['the journal cannot write: disk full']],
  );
  const { statistics } = fits(await ask('/api/stats'), 200, wire.stats);
  assert.match(statistics.explanation, /^Trouble: the journal cannot write: disk full\. No signal is issued until/);
  const keys = 'status service active_signals uptime timestamp';
  assert.equal(Object.keys(failed).slice(0, 5).join(' '), keys);
});

it('tells in /api/stats why there is no signal, by reason and by strategy', async (t) => {
  const { house, ask } = await serve(t);
  house.counted = {
    fusionRuns: 90,
    silences: { no_votes: 20, consensus_too_low: 70 },
    problems: { 'trade.price': 2 },
    strategies: {
      momentum: { buy: 3, sell: 4, abstained: { warming: 83 } },
      'order-book': { buy: 0, sell: 0, abstained: { 'no book': 100 } },
    },
  };
  await ask('/api/signals', { headers: { Host: 'evil.example' } });
  const { statistics } = fits(await ask('/api/stats'), 200, wire.stats);
  const order = 'total_signals_exported active_signals historical_signals total_api_requests';
  assert.equal(Object.keys(statistics).slice(0, 4).join(' '), order);
  assert.equal(statistics.total_api_requests, 2);
  assert.deepEqual(Object.entries(statistics.silences), [
    ['consensus_too_low', 70],
    ['no_votes', 20],
  ]);
  assert.deepEqual(statistics.strategies.momentum, { buy_votes: 3, sell_votes: 4, abstentions: { warming: 83 } });
  assert.deepEqual(statistics.refused_requests, { foreign_host: 1 });
  assert.match(statistics.explanation, /^No live signal now, 0 issued in all\. The strategies were asked 90 times/);
  assert.match(statistics.explanation, /order-book has not voted yet, mostly: no book\.$/);
});

it('answers unknown paths with 404 and wrong methods with 405, both as JSON', async (t) => {
  const { ask } = await serve(t);
  for (const path of [
    '/nope',
    '/api',
    '/api/',
    '/api/signalsx',
    '/api/v2/signals',
    '/docs/nope',
    '/%2e%2e/%2e%2e/etc/passwd',
  ]) {
    fits(await ask(path), 404, wire.failure);
  }
  const wrong = [
    ['POST', '/api/signals', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/signals/latest', 'GET, HEAD, OPTIONS'],
    ['PUT', '/api/signals/ETHUSDT', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/signals/acknowledge', 'POST, OPTIONS'],
    ['PATCH', '/api/signals/acknowledge', 'POST, OPTIONS'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/api/health', 'GET, HEAD, OPTIONS'],
    ['TRACE', '/api/stats', 'GET, HEAD, OPTIONS'],
  ] as const;
  for (const [method, path, allow] of wrong) {
    const reply = await ask(path, { method });
    fits(reply, 405, wire.failure);
    assert.equal(reply.headers.allow, allow, `${method} ${path}`);
  }
  fits(await ask('/api/signals/%zz'), 400, wire.failure);
});

it('answers HEAD like GET without the body, and OPTIONS with what is allowed', async (t) => {
  const { house, ask } = await serve(t);
  house.issue();
  for (const path of [
    '/',
    '/api/signals',
    '/api/signals/latest',
    '/api/signals/ETHUSDT',
    '/api/health',
    '/api/stats',
  ]) {
    const [got, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
    assert.deepEqual([head.status, head.text], [200, ''], path);
    assert.equal(head.headers['content-type'], got.headers['content-type'], path);
    assert.ok(Number(head.headers['content-length']) > 0, path);
    const options = await ask(path, { method: 'OPTIONS' });
    assert.deepEqual([options.status, options.headers.allow], [204, 'GET, HEAD, OPTIONS'], path);
    assert.equal(options.headers['access-control-allow-origin'], undefined);
  }
});

it('names the market in the header of every answer, even when its label is not ASCII', async (t) => {
  const { house, ask, raw, close } = await serve(t);
  const paths = [
    '/',
    '/docs',
    '/docs/static/index.css',
    '/api/openapi.json',
    '/api/signals',
    '/nope',
    '/api/signals/%zz',
  ];
  for (const path of [...paths, '/api/signals/latest']) {
    assert.equal((await ask(path)).headers['x-tapewire-market'], 'SIMULATED medium', path);
  }
  assert.match(await raw('nonsense\r\n\r\n'), /^HTTP\/1\.1 400 .*\r\nX-Tapewire-Market: SIMULATED medium\r\n/s);
  await close();
  house.market = { kind: 'REPLAY', label: 'REPLAY Über\r\nSet-Cookie: x' };
  const second = await serve(t, { house });
  const reply = await second.ask('/api/signals');
  assert.equal(reply.headers['x-tapewire-market'], 'REPLAY ?ber??Set-Cookie: x');
  assert.equal(reply.headers['set-cookie'], undefined);
  // In an answer that is not ASCII there are more bytes than characters.
  second.house.issue({ reasons: ['Über 5 €'] });
  const latest = await second.ask('/api/signals/latest');
  assert.deepEqual(JSON.parse(latest.text).signal.metadata.reasons, ['Über 5 €']);
});

it('forbids browsers to sniff on pages, on their files, and on refusals that repeat what was sent', async (t) => {
  const { ask, raw } = await serve(t);
  for (const path of ['/', '/docs', '/docs/static/index.css', '/%3Cscript%3E', '/api/signals/%zz']) {
    assert.equal((await ask(path)).headers['x-content-type-options'], 'nosniff', path);
  }
  assert.match(
    await raw('nonsense\r\n\r\n'),
    /^HTTP\/1\.1 400 Bad Request\r\n.*\r\nX-Content-Type-Options: nosniff\r\n/s,
  );
});

it('answers on both loopback families, and to no name that a browser takes for another place', async (t) => {
  const { urls, port, ask } = await serve(t);
  assert.deepEqual(urls, [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
  for (const host of ['127.0.0.1', '::1']) {
    assert.equal((await sendTo(host, port, '/api/signals')).status, 200, host);
  }
  assert.equal((await ask('/api/signals', { headers: { Host: `localhost:${port}` } })).status, 200);
  // Browsers tell nothing of the page that asks there.
  assert.equal((await ask('/api/signals', { headers: { Host: `0.0.0.0:${port}` } })).status, 421);
});
