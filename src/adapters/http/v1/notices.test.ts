import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXAMPLE_CHANNELS } from '../../../contract/v1/example-view.testing.ts';
import { NOW_MS } from '../fake-house.testing.ts';
import { calling, type Json } from './calling.testing.ts';

const HOUR_MS = 3_600_000;

/** A house that tells by Telegram. */
async function telling() {
  const called = await calling();
  called.house.told = EXAMPLE_CHANNELS;
  const muted = async () => (await called.call('GET /notices')).json.muted;
  const events = async () => (await called.call('GET /events')).json.events as Json[];
  return { ...called, muted, events };
}

it('says who is told, how much of it arrived, and what stands in the way', async () => {
  const { house, call } = await telling();
  const { json } = await call('GET /notices');
  assert.deepEqual(
    json.channels.map(({ name, told, waiting, in_doubt, trouble }: Json) => [name, told, waiting, in_doubt, trouble]),
    [
      ['telegram', 412, 0, 1, null],
      ['webhook:example.com:5d41402a', 398, 14, 0, 'the receiver cannot be reached (ECONNREFUSED)'],
    ],
  );
  assert.equal(json.muted, null);
  house.told = [];
  assert.deepEqual((await call('GET /notices')).json, { channels: [], muted: null });
});

it('mutes for a while in house time, in the name of the key, and tells it as an event', async () => {
  const { house, call, muted, events } = await telling();
  house.wallMs = NOW_MS + 1_000;
  const { status, json } = await call('POST /notices/mute', { body: { minutes: 60 } });
  const expected = { until: '2024-11-21T11:30:51.000Z', since: '2024-11-21T10:30:51.000Z', by: 'desk' };
  assert.deepEqual([status, json.muted], [200, expected]);
  assert.deepEqual(json.channels.length, 2);
  const [event] = await events();
  assert.deepEqual(
    [event.type, event.at, event.data],
    ['notices.muted', expected.since, { until: expected.until, by: 'desk' }],
  );
  house.wallMs += HOUR_MS - 1;
  assert.deepEqual(await muted(), expected);
  house.wallMs += 1;
  assert.equal(await muted(), null);
  assert.equal((await events()).length, 1, 'that its time is over is no event');
});

it('ends it at once, and has nothing to end twice', async () => {
  const { call, events } = await telling();
  await call('POST /notices/mute', { body: { minutes: 10_080 } });
  for (const body of [undefined, {}]) {
    const { status, json } = await call('POST /notices/unmute', { body });
    assert.deepEqual([status, json.muted], [200, null]);
  }
  assert.deepEqual(
    (await events()).map(({ data }) => data.until === null),
    [false, true],
  );
});

it('takes a minute to a week, and says so', async () => {
  const { call, events } = await telling();
  for (const body of [undefined, {}, { minutes: 0 }, { minutes: 10_081 }, { minutes: 1.5 }, { minutes: '60' }]) {
    const { status, json } = await call('POST /notices/mute', { body });
    assert.deepEqual(
      [status, json.code, json.detail],
      [400, 'MALFORMED_REQUEST', 'minutes must be a whole number from 1 to 10080.'],
    );
  }
  assert.equal((await call('POST /notices/unmute', { body: { minutes: 1 } })).status, 400);
  assert.deepEqual(await events(), []);
});

it('has nothing to mute where nobody is told by Telegram, and says what sets it up', async () => {
  const { house, call, events } = await telling();
  house.told = EXAMPLE_CHANNELS.slice(1);
  const { status, json } = await call('POST /notices/mute', { body: { minutes: 60 } });
  assert.deepEqual([status, json.code], [409, 'NOTHING_TO_MUTE']);
  assert.match(json.detail, /TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID/);
  assert.deepEqual(await events(), []);
});

it('does not call muted what the journal could not write', async () => {
  const { house, call, muted } = await telling();
  house.disk = () => Promise.reject(new Error('the disk is full'));
  const { status, json } = await call('POST /notices/mute', { body: { minutes: 60 } });
  assert.deepEqual([status, json.code], [503, 'JOURNAL_FAILED']);
  assert.equal(await muted(), null);
});
