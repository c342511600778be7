import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calling, type Json } from './calling.testing.ts';

it('gives every event once, page by page, and says where to go on', async () => {
  const { house, call, log } = await calling();
  for (let index = 0; index < 5; index += 1) house.issue();
  const first = await call('GET /events', { query: { limit: '2' } });
  assert.deepEqual(
    first.json.events.map(({ seq }: Json) => seq),
    [1, 2],
  );
  const rest = await call('GET /events', { query: { after: first.json.cursor } });
  assert.deepEqual(
    rest.json.events.map(({ seq }: Json) => seq),
    [3, 4, 5],
  );
  const none = await call('GET /events', { query: { after: rest.json.cursor } });
  assert.deepEqual([none.json.events, none.json.cursor], [[], log.cursor]);
});

it('wakes everybody who waits with the next event, and nobody before', { timeout: 10_000 }, async () => {
  const { house, call, log } = await calling();
  house.issue();
  const query = { after: log.cursor, wait: '30' };
  const answers: Json[] = [];
  const waiting = [1, 2, 3].map(() => call('GET /events', { query }).then((reply) => answers.push(reply.json)));
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  assert.equal(answers.length, 0);
  const { signalId } = house.issue();
  await Promise.all(waiting);
  for (const { events } of answers)
    assert.deepEqual(
      events.map(({ data }: Json) => data.signal.id),
      [signalId],
    );
});

it('waits no longer than it is asked to, and not for somebody who has gone', { timeout: 10_000 }, async () => {
  const { call, log } = await calling();
  const { json } = await call('GET /events', { query: { after: log.cursor, wait: '1' } });
  assert.deepEqual(json.events, []);
  const leaving = new AbortController();
  const waiting = call('GET /events', { query: { after: log.cursor, wait: '30' }, gone: leaving.signal });
  setImmediate(() => leaving.abort());
  assert.deepEqual((await waiting).json.events, []);
});

it('tells a cursor that is gone from one that is none, and bounds how many wait', { timeout: 20_000 }, async () => {
  const { house, call, log } = await calling();
  house.issue();
  for (const after of [`${'f'.repeat(32)}:1`, `${house.journalId}:2`]) {
    const { status, json } = await call('GET /events', { query: { after } });
    assert.deepEqual([status, json.code, json.oldest, json.reset], [410, 'CURSOR_GONE', log.oldestCursor, true]);
  }
  assert.equal((await call('GET /events', { query: { after: '17' } })).status, 400);
  const query = { after: log.cursor, wait: '30' };
  const leaving = Array.from({ length: 256 }, () => new AbortController());
  const waiting = leaving.map(({ signal: gone }) => call('GET /events', { query, gone }));
  const refused = await call('GET /events', { query });
  assert.deepEqual([refused.status, refused.json.code], [429, 'TOO_MANY_REQUESTS']);
  for (const each of leaving) each.abort();
  await Promise.all(waiting);
});

it('says what time it is, in both times', async () => {
  const { house, call } = await calling({ speed: 4 });
  house.wallMs = house.nowMs + 5_000;
  const { json } = await call('GET /time');
  const { server_time_us, house_time, market_time, speed } = json;
  assert.deepEqual([house_time, market_time, speed], ['2024-11-21T10:30:55.000Z', '2024-11-21T10:30:50.000Z', 4]);
  assert.equal(server_time_us, house.wallMs * 1_000);
});
