// Over real sockets, against a small server that speaks the protocol by hand.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { HttpTransport, type HttpTransportOptions } from './http-transport.ts';
import type { ServerEvent } from './ports.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function serve(
  t: TestContext,
  handle: Handler,
  options: Partial<HttpTransportOptions> = {},
): Promise<HttpTransport> {
  const server: Server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = new HttpTransport({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: 'secret',
    ...options,
  });
  t.after(() => {
    transport.close();
    server.closeAllConnections();
    server.close();
  });
  return transport;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const forever = (): AbortSignal => new AbortController().signal;

async function collect(source: AsyncIterable<ServerEvent>): Promise<{ events: ServerEvent[]; problem: string }> {
  const events: ServerEvent[] = [];
  try {
    for await (const event of source) events.push(event);
  } catch (error) {
    return { events, problem: (error as Error).message };
  }
  return { events, problem: '' };
}

it('sends key, headers and body, and reads JSON and what is none', async (t) => {
  const transport = await serve(t, async (request, response) => {
    if (request.url === '/page') return void response.writeHead(502).end('<html>');
    const { authorization, 'content-type': type, 'idempotency-key': key } = request.headers;
    const { method, url } = request;
    response.writeHead(409).end(JSON.stringify({ method, url, authorization, type, key, body: await bodyOf(request) }));
  });
  const asked = { method: 'POST', path: '/a?b=c', headers: { 'Idempotency-Key': 'k' }, body: { x: 'é' } } as const;
  assert.deepEqual(await transport.request(asked), {
    status: 409,
    body: {
      method: 'POST',
      url: '/a?b=c',
      authorization: 'Bearer secret',
      type: 'application/json',
      key: 'k',
      body: '{"x":"é"}',
    },
  });
  assert.deepEqual(await transport.request({ method: 'GET', path: '/page' }), { status: 502, body: '<html>' });
});

it('rejects when the connection breaks, when no answer comes, when half of one comes, and when stopped', async (t) => {
  const transport = await serve(
    t,
    (request, response) => {
      if (request.url === '/break') request.socket.destroy();
      if (request.url === '/half') response.writeHead(200, { 'Content-Length': '100' }).write('{');
    },
    { timeoutMs: 100 },
  );
  await assert.rejects(transport.request({ method: 'GET', path: '/break' }));
  await assert.rejects(transport.request({ method: 'GET', path: '/silent' }), /no answer within 100 ms/);
  await assert.rejects(transport.request({ method: 'GET', path: '/half' }));
  const stop = new AbortController();
  const waiting = transport.request({ method: 'GET', path: '/silent', timeoutMs: 60_000, stop: stop.signal });
  stop.abort();
  await assert.rejects(waiting);
});

it('reads a stream that is cut anywhere, in characters too, with the cursor it is to resume at', async (t) => {
  const asked: unknown[] = [];
  const text =
    ': hello\n\nevent: open\nid: j:4\ndata: {"cursor":"j:4","oldest":"j:0"}\n\n' +
    'event: signal.ended\r\nid: j:5\r\ndata: {"cursor":"j:5","seq":5,\r\ndata: "type":"signal.ended","data":{"reason":"à bientôt"}}\r\n\r\n' +
    'event: reset\nid: j:9\ndata: {"reason":"too old","cursor":"j:9"}\n\n';
  const transport = await serve(t, async (request, response) => {
    asked.push([request.url, request.headers.accept, request.headers['last-event-id']]);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const byte of Buffer.from(text)) {
      response.write(Buffer.of(byte));
      await turn();
    }
    response.end();
  });
  const { events, problem } = await collect(transport.events('j:4', forever()));
  assert.deepEqual(events, [
    { type: 'open', cursor: 'j:4', data: { cursor: 'j:4', oldest: 'j:0' } },
    { type: 'signal.ended', cursor: 'j:5', data: { reason: 'à bientôt' } },
    { type: 'reset', cursor: 'j:9', data: { reason: 'too old', cursor: 'j:9' } },
  ]);
  assert.equal(problem, 'the server ended the stream');
  await collect(transport.events(undefined, forever()));
  assert.deepEqual(asked, [
    ['/api/v1/stream', 'text/event-stream', 'j:4'],
    ['/api/v1/stream', 'text/event-stream', undefined],
  ]);
});

it('takes silence for a broken stream, before and after the first word, and a comment for a sign of life', async (t) => {
  let comments = 0;
  const transport = await serve(
    t,
    (request, response) => {
      if (request.headers['last-event-id'] === 'mute') return;
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      const timer = setInterval(() => {
        comments += 1;
        response.write(': heartbeat\n\n');
        if (comments < 6) return;
        clearInterval(timer);
        response.write('event: a\nid: j:1\ndata: {}\n\n');
      }, 50);
    },
    { silenceMs: 250 },
  );
  const { events, problem } = await collect(transport.events(undefined, forever()));
  assert.deepEqual([comments, events.length, problem], [6, 1, 'silent for 250 ms']);
  assert.equal((await collect(transport.events('mute', forever()))).problem, 'silent for 250 ms');
});

it('says why a stream was refused, breaks with its connection, and ends when stopped', async (t) => {
  const transport = await serve(t, (request, response) => {
    const at = request.headers['last-event-id'];
    if (at === 'full') return void response.writeHead(429).end('{"code":"TOO_MANY_STREAMS"}');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
    if (at === 'break') setTimeout(() => request.socket.destroy(), 20);
  });
  const refused = await collect(transport.events('full', forever()));
  assert.equal(refused.problem, 'the stream was refused: 429 TOO_MANY_STREAMS');
  const broken = await collect(transport.events('break', forever()));
  assert.equal(broken.events.length, 1);
  assert.notEqual(broken.problem, '');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  assert.deepEqual((await collect(transport.events(undefined, stop.signal))).problem, '');
});
