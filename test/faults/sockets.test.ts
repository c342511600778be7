import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpTransport } from '../../src/client/http-transport.ts';
import { SseParser } from '../../src/client/sse.ts';
import { expectStatus, Stand } from './stand.ts';

const PATIENCE_MS = 60_000;
/** More than what the server keeps for a reader and the kernel's buffers on both sides take together. */
const TOLD_BYTES_MAX = 64 * 1_048_576;
const MEMORY_GROWTH_MB_MAX = 160;

it('drops a reader that never reads, holds back nothing for it, and serves the others', async (t) => {
  const stand = new Stand(t);
  await stand.start();
  const begin = (await stand.get('/api/v1/time')).json.cursor as string;
  const deaf = connect(stand.port, '127.0.0.1');
  t.after(() => deaf.destroy());
  deaf.on('error', () => undefined);
  deaf.write(`GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${stand.key}\r\n\r\n`);
  deaf.pause();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const good = { cursor: begin, events: 0 };
  const reading = (async () => {
    for await (const event of new HttpTransport(stand).events(begin, stop.signal)) {
      if (event.type === 'open') continue;
      assert.equal(seqOf(event.cursor), seqOf(good.cursor) + 1, 'the others miss nothing');
      good.cursor = event.cursor;
      good.events += 1;
    }
  })();
  const before = memoryMb(stand.pid);

  const reasons = Array.from({ length: 20 }, () => 'r'.repeat(500));
  let toldBytes = 0;
  let slowestMs = 0;
  while ((await dropped(stand)) === 0) {
    assert.ok(toldBytes < TOLD_BYTES_MAX, 'it was never dropped');
    for (let count = 0; count < 50; count += 1) {
      const sentMs = performance.now();
      expectStatus(await stand.publish('AAAUSDT', { reasons }), 201);
      slowestMs = Math.max(slowestMs, performance.now() - sentMs);
      toldBytes += 20 * 500;
    }
  }
  const growth = before === undefined ? 0 : memoryMb(stand.pid)! - before;
  assert.ok(growth < MEMORY_GROWTH_MB_MAX, `the server grew by ${growth} MB`);
  const { cursor: end } = (await stand.get('/api/v1/time')).json;
  for (const untilMs = Date.now() + PATIENCE_MS; good.cursor !== end; await sleep(10)) {
    assert.ok(Date.now() < untilMs, `the reader that reads stands at ${good.cursor} of ${end}`);
  }
  stop.abort();
  await reading;

  // What had left for it is whole events in order; with the last of them it resumes, and has missed nothing.
  const heard = await readAll(deaf);
  assert.ok(heard.length < good.events, 'it was cut off');
  const resumed = new AbortController();
  t.after(() => resumed.abort());
  let cursor = heard.at(-1) ?? begin;
  for await (const event of new HttpTransport(stand).events(cursor, resumed.signal)) {
    assert.notEqual(event.type, 'reset');
    if (event.type === 'open') continue;
    assert.equal(seqOf(event.cursor), seqOf(cursor) + 1);
    cursor = event.cursor;
    if (cursor === end) break;
  }
  t.diagnostic(
    `dropped after ${(toldBytes / 1e6).toFixed(1)} MB; grew by ${growth.toFixed(0)} MB; slowest ${slowestMs.toFixed(0)} ms`,
  );
});

it('answers claims while 64 connections have sent half a request, and hangs up on those', async (t) => {
  const stand = new Stand(t);
  await stand.start();
  const session = expectStatus(await stand.open('executor'), 201);
  const head = `POST /api/v1/signals/x/claim HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${stand.key}\r\n`;
  const body = 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"session"';
  const halves = ['', 'POST /api/v1/sig', head, head + body];
  let open = 64;
  const sockets = Array.from({ length: open }, (_, index) => {
    const socket = connect(stand.port, '127.0.0.1', () => socket.write(halves[index % halves.length]!));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open -= 1;
    });
    return socket.resume();
  });
  t.after(() => sockets.forEach((socket) => void socket.destroy()));
  let claims = 0;
  // Until the server has hung up on the last of them.
  for (const untilMs = Date.now() + PATIENCE_MS; open > 0; claims += 1) {
    assert.ok(Date.now() < untilMs, `${open} half requests are still waited for`);
    const { id } = expectStatus(await stand.publish('AAAUSDT'), 201).signal;
    const grant = expectStatus(await stand.claim(id, session), 200);
    expectStatus(await stand.report(grant, session, 'FILLED', { qty: 1, cum_qty: 1, avg_price: 100 }), 200);
    expectStatus(await stand.heartbeat(session), 200);
    await sleep(50);
  }
  assert.ok(claims >= 20, `${claims} claims were answered meanwhile`);
});

const seqOf = (cursor: string): number => Number(cursor.split(':')[1]);

/** Of readers that were too slow, since the start. */
async function dropped(stand: Stand): Promise<number> {
  const text = (await stand.get('/api/v1/metrics')).json as string;
  const line = /^tapewire_streams_dropped_total (\d+)$/m.exec(text);
  assert.ok(line !== null, text);
  return Number(line[1]);
}

/** Where the system tells. */
function memoryMb(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** The cursors of all events that come before the connection ends. */
async function readAll(socket: Socket): Promise<string[]> {
  const parser = new SseParser();
  const cursors: string[] = [];
  let text = '';
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.resume();
  await ended;
  // Chunked: each message of the stream is a chunk, between its length and a line break.
  const plain = text.slice(text.indexOf('\r\n\r\n') + 4).replaceAll(/(?:\r\n)?[0-9a-f]+\r\n/g, '');
  for (const { id, event } of parser.push(plain)) if (event !== 'open') cursors.push(id);
  return cursors;
}
