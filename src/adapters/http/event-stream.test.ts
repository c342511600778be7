import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { EventStreams } from './event-stream.ts';
import { bareServer, effectsFrom, JOURNAL_ID, logWith, type Message, SseReader } from './events.testing.ts';
import { STREAMS_MAX, Streams, UNSENT_BYTES_MAX } from './sse.ts';

async function streaming(test: TestContext, { count = 0, keep = 4_096, heartbeatMs = 60_000 } = {}) {
  const { journal, log, append } = await logWith(count, keep);
  const mistakes: unknown[] = [];
  const streams = new Streams({ heartbeatMs });
  const now = () => ({ atMs: 0, wallMs: 0, speed: 1 });
  const events = new EventStreams({ log, now, onError: (error) => mistakes.push(error) });
  const port = await bareServer(test, (request, response) => {
    const stream = streams.start(response);
    if (stream === undefined) response.writeHead(429).end();
    else events.serve(stream, request.headers['last-event-id'] as string | undefined);
  });
  test.after(() => {
    streams.close();
    assert.deepEqual(mistakes, []);
  });
  const read = (after?: string) => new SseReader(port, '/', after === undefined ? {} : { 'Last-Event-ID': after });
  return { journal, log, append, streams, read };
}

const seqsOf = (messages: readonly Message[]) =>
  messages.filter(({ event }) => event === 'market.gap').map(({ id }) => Number(id!.split(':')[1]));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

it('begins at the end with where that is, and tells every event with its cursor', async (t) => {
  const { append, read } = await streaming(t, { count: 7 });
  const reader = read();
  await reader.until(() => reader.messages.length === 1);
  assert.match(reader.head, /^HTTP\/1\.1 200 .*content-type: text\/event-stream; charset=utf-8/is);
  const cursor = `${JOURNAL_ID}:7`;
  assert.deepEqual(reader.messages, [
    { id: cursor, event: 'open', data: `{"cursor":"${cursor}","oldest":"${JOURNAL_ID}:0"}` },
  ]);
  await append(effectsFrom(8, 1));
  await reader.until(() => reader.messages.length === 2);
  const { id, event, data } = reader.messages[1]!;
  assert.deepEqual([id, event], [`${JOURNAL_ID}:8`, 'market.gap']);
  assert.deepEqual(JSON.parse(data).cursor, id);
  reader.socket.destroy();
});

it('resumes without loss or repetition while events are appended, from memory and from the journal', async (t) => {
  for (const keep of [4_096, 16]) {
    const { append, read } = await streaming(t, { count: 2_000, keep });
    const readers = [0, 1, 999, 1_990, 2_000].map((seq) => ({ seq, reader: read(`${JOURNAL_ID}:${seq}`) }));
    for (let seq = 2_001; seq <= 2_400; seq += 1) {
      await append(effectsFrom(seq, 1));
      if (seq % 7 === 0) await setImmediate();
    }
    for (const { seq, reader } of readers) {
      await reader.until(() => seqsOf(reader.messages).at(-1) === 2_400);
      assert.deepEqual(seqsOf(reader.messages), range(seq + 1, 2_400));
      reader.socket.destroy();
    }
  }
});

it('says reset to a cursor of another journal and goes on from the end', async (t) => {
  const { append, read } = await streaming(t, { count: 5 });
  for (const [after, reason] of [
    [`${'f'.repeat(32)}:2`, /another journal/],
    [`${JOURNAL_ID}:99`, /beyond the end/],
    ['nonsense', /a cursor is/],
  ] as const) {
    const reader = read(after);
    await reader.until(() => reader.messages.length === 2);
    const { id, event, data } = reader.messages[1]!;
    assert.equal(event, 'reset');
    const reset = JSON.parse(data);
    assert.match(reset.reason, reason);
    assert.deepEqual([id, reset.cursor, reset.oldest], [reset.cursor, reset.cursor, `${JOURNAL_ID}:0`]);
    reader.socket.destroy();
  }
  const reader = read(`${'f'.repeat(32)}:2`);
  await reader.until(() => reader.messages.length === 2);
  await append(effectsFrom(6, 2));
  await reader.until(() => reader.messages.length === 4);
  assert.deepEqual(seqsOf(reader.messages), [6, 7]);
  reader.socket.destroy();
});

it('drops a reader that has more than a megabyte unsent, and only that one; resuming, it misses nothing', async (t) => {
  const { append, streams, read } = await streaming(t, {});
  const [slow, quick] = [read(), read()];
  await Promise.all([slow, quick].map((reader) => reader.until(() => reader.messages.length === 1)));
  slow.socket.pause();
  // The system's own buffers take some megabytes before anything stays unsent with us.
  const padding = 'x'.repeat(32_000);
  let seq = 0;
  while (streams.counts.dropped === 0) {
    seq += 1;
    assert.ok(seq * padding.length < 64 * UNSENT_BYTES_MAX, 'a reader that takes nothing is still not dropped');
    await append(effectsFrom(seq, 1).map((gap) => ({ ...gap, reason: padding }) as typeof gap));
    await quick.until(() => seqsOf(quick.messages).length === seq);
  }
  assert.deepEqual(streams.counts, { open: 1, dropped: 1 });
  slow.socket.resume();
  await slow.untilClosed();
  const got = seqsOf(slow.messages);
  assert.deepEqual(got, range(1, got.length));
  const again = read(`${JOURNAL_ID}:${got.length}`);
  await again.until(() => seqsOf(again.messages).at(-1) === seq);
  assert.deepEqual([...got, ...seqsOf(again.messages)], range(1, seq));
  for (const reader of [quick, again]) reader.socket.destroy();
});

it('has room for 32 and refuses the next one, until somebody goes', async (t) => {
  const { streams, read } = await streaming(t);
  const readers = range(1, STREAMS_MAX).map(() => read());
  await Promise.all(readers.map((reader) => reader.until(() => reader.messages.length === 1)));
  assert.equal(streams.counts.open, 32);
  const refused = read();
  await refused.until(() => refused.head !== '');
  assert.match(refused.head, /^HTTP\/1\.1 429 /);
  readers[0]!.socket.destroy();
  while (streams.counts.open === 32) await setImmediate();
  const next = read();
  await next.until(() => next.messages.length === 1);
  for (const reader of [...readers, refused, next]) reader.socket.destroy();
});

it('keeps quiet connections alive with a comment, and ends them all when the server closes', async (t) => {
  const { streams, read } = await streaming(t, { heartbeatMs: 5 });
  const reader = read();
  await reader.until(() => reader.comments >= 2);
  streams.close();
  await reader.untilClosed();
  assert.deepEqual(streams.counts, { open: 0, dropped: 0 });
  const late = read();
  await late.until(() => late.head !== '');
  assert.match(late.head, /^HTTP\/1\.1 429 /);
  late.socket.destroy();
});

it('forgets a reader that goes away while it is still catching up', async (t) => {
  const { append, streams, read } = await streaming(t, { count: 3_000, keep: 16 });
  const readers = range(1, 5).map(() => read(`${JOURNAL_ID}:1`));
  await Promise.all(readers.map((reader) => reader.until(() => reader.messages.length >= 1)));
  for (const reader of readers) reader.socket.destroy();
  while (streams.counts.open > 0) await setImmediate();
  await append(effectsFrom(3_001, 1));
  const next = read(`${JOURNAL_ID}:2990`);
  await next.until(() => seqsOf(next.messages).at(-1) === 3_001);
  assert.deepEqual(seqsOf(next.messages), range(2_991, 3_001));
  assert.deepEqual(streams.counts, { open: 1, dropped: 0 });
  next.socket.destroy();
});
