import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { it } from 'node:test';
import { send } from './asking.ts';
import { RIGHT_REQUESTS } from './right-requests.ts';
import { OTHER, openStand, type Stand } from './stand.ts';
import { bearing } from './visits.ts';

const get = (target: string) => ({ method: 'GET', target, headers: {} });
const STREAMS = ['/api/v1/stream', '/api/v1/market/stream'];

/** A stream that stays open, with what came over it. */
async function listening(stand: Stand, path: string, secret: string) {
  stand.from = OTHER;
  const headers = { Authorization: `Bearer ${secret}` };
  const outgoing = httpGet({ host: '127.0.0.1', port: stand.port, path, headers, agent: false });
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200, path);
  const heard = {
    text: '',
    isOver: false,
    ended: once(response, 'close'),
    /** Resolves when this was said. */
    until: async (word: string) => {
      while (!heard.text.includes(word)) await once(response, 'data');
    },
  };
  response.once('close', () => {
    heard.isOver = true;
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    heard.text += chunk;
  });
  await once(response, 'data');
  return heard;
}

it('ends the streams of a key that is revoked, and no others', { timeout: 30_000 }, async (t) => {
  const stand = await openStand();
  t.after(stand.close);
  const friend = await stand.makeKey('friend', 'read');
  for (const [index, path] of STREAMS.entries()) {
    const name = `spy ${index}`;
    const spy = await stand.makeKey(name, 'read');
    const [heard, others] = [await listening(stand, path, spy), await listening(stand, path, friend)];
    await stand.revoke(name);
    await heard.ended;
    const { text } = heard;
    // Issues a signal, of which who still listens is told.
    await RIGHT_REQUESTS['GET /api/signals/latest']!(stand);
    if (path === '/api/v1/stream') await others.until('signal.issued');
    assert.equal(others.isOver, false, 'the other key still counts');
    assert.equal(heard.text, text);
    assert.equal((await send(stand, bearing(get(path), spy))).status, 401);
  }
  const { text } = await send(stand, get('/api/stats'));
  assert.match(text, /"refused_requests":\{"unauthorized":2\}/);
  assert.equal(stand.logged(), '', 'whose key is revoked is no reader that was too slow, and nobody’s mistake');
});

it('tells who waits for an event nothing, when the key is revoked meanwhile', { timeout: 30_000 }, async (t) => {
  const stand = await openStand();
  t.after(stand.close);
  const [spy, friend] = [await stand.makeKey('spy', 'read'), await stand.makeKey('friend', 'read')];
  const { cursor } = JSON.parse((await send(stand, bearing(get('/api/v1/time'), friend))).text) as { cursor: string };
  const waiting = [spy, friend].map((key) => send(stand, bearing(get(`/api/v1/events?after=${cursor}&wait=30`), key)));
  // Answered behind both of them, so both wait.
  await send(stand, bearing(get('/api/v1/time'), friend));
  await stand.revoke('spy');
  await RIGHT_REQUESTS['GET /api/signals/latest']!(stand);
  const [refused, told] = await Promise.all(waiting);
  assert.deepEqual([refused!.status, told!.status], [401, 200]);
  assert.match(told!.text, /signal\.issued/);
  assert.doesNotMatch(refused!.text, /signal\.issued/);
});

it('opens a stream for no page of another site, and for no browser that has only its cookies', async (t) => {
  const stand = await openStand();
  t.after(stand.close);
  const key = await stand.makeKey('reader', 'read');
  for (const path of STREAMS) {
    const asEventSource = { Accept: 'text/event-stream', Cookie: `key=${key}` };
    const attempts: readonly [status: number, headers: Readonly<Record<string, string>>][] = [
      [401, asEventSource],
      [401, { ...asEventSource, 'Sec-Fetch-Site': 'same-origin' }],
      [403, { ...asEventSource, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' }],
      [403, { ...asEventSource, 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' }],
      [403, { ...asEventSource, Origin: 'https://evil.example' }],
      [403, { ...asEventSource, Origin: 'null', Authorization: `Bearer ${key}` }],
      [421, { ...asEventSource, Host: `rebound.example:${stand.port}`, Authorization: `Bearer ${key}` }],
    ];
    for (const [status, headers] of attempts) {
      for (const target of [path, `${path}?access_token=${key}`]) {
        const heard = await send(stand, { method: 'GET', target, headers });
        assert.equal(heard.status, status, `${target} ${JSON.stringify(headers)}`);
        assert.ok(!heard.text.includes(key));
      }
    }
  }
});
