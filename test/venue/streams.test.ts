import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { WebSocket } from 'ws';
import { Stand } from './stand.testing.ts';

it(
  'serves each stream on the path it belongs to, and is silent about it on the other',
  Stand.run(async (stand) => {
    const names = ['btcusdt@aggTrade', 'btcusdt@bookTicker', 'btcusdt@depth@100ms', 'btcusdt@markPrice@1s'];
    const heard = async (path: string): Promise<string[]> => {
      const client = await stand.client(`${path}/stream?streams=${names.join('/')}`);
      await stand.advance(5_000, client);
      assert.deepEqual((await client.ask('LIST_SUBSCRIPTIONS')).result, names);
      return names.filter((name) => client.of(name).length > 0);
    };
    assert.deepEqual(await heard('/public'), ['btcusdt@bookTicker', 'btcusdt@depth@100ms']);
    assert.deepEqual(await heard('/market'), ['btcusdt@aggTrade', 'btcusdt@markPrice@1s']);
    // The old address has nothing but what is public.
    assert.deepEqual(await heard(''), ['btcusdt@bookTicker', 'btcusdt@depth@100ms']);
  }),
);

it(
  'takes and gives up streams on request, and acknowledges even what will never deliver',
  Stand.run(async (stand) => {
    const client = await stand.client('/market/ws');
    assert.deepEqual(await client.ask('SUBSCRIBE', ['ethusdt@aggTrade', 'BTCUSDT@aggTrade', 'no@thing']), {
      result: null,
      id: 1,
    });
    await stand.advance(5_000, client);
    const trades = client.received.filter(({ data }) => data.e === 'aggTrade');
    assert.ok(trades.length > 5);
    assert.ok(trades.every(({ data, stream }) => data.s === 'ETHUSDT' && stream === undefined));
    assert.deepEqual(await client.ask('SET_PROPERTY', ['combined', true]), { result: null, id: 2 });
    assert.deepEqual(await client.ask('GET_PROPERTY', ['combined']), { result: true, id: 3 });
    await stand.advance(2_000, client);
    assert.ok(client.of('ethusdt@aggTrade').length > 0);
    await client.ask('UNSUBSCRIBE', ['ethusdt@aggTrade']);
    const before = client.received.length;
    await stand.advance(5_000, client);
    assert.equal(client.received.length, before);
    assert.equal((await client.ask('NOTHING')).error.code, 2);
    client.socket.send('{"method":');
    await client.until(() => client.received.some(({ data }) => data?.error?.code === 3));
  }),
);

it(
  'ends a connection with more than 1,024 streams',
  Stand.run(async (stand) => {
    const client = await stand.client('/market/stream');
    const names = Array.from({ length: 1_024 }, (_, index) => `c${index}usdt@aggTrade`);
    for (let from = 0; from < 1_024; from += 256) {
      assert.equal((await client.ask('SUBSCRIBE', names.slice(from, from + 256))).result, null);
    }
    client.socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: ['onemore@aggTrade'], id: 99 }));
    await client.until(() => client.closed !== undefined);
    assert.deepEqual(client.closed, { code: 1008, reason: 'Invalid request' });
    assert.ok(client.received.some(({ text }) => text.includes('Too many subscriptions')));
  }),
);

it(
  'ends a connection that sends more than ten messages in a second',
  Stand.run(async (stand) => {
    const client = await stand.client('/market/stream');
    for (let count = 0; count < 10; count += 1) await client.ask('LIST_SUBSCRIPTIONS');
    await stand.venue.advance(1_000);
    for (let count = 0; count < 10; count += 1) await client.ask('LIST_SUBSCRIPTIONS');
    assert.equal(client.closed, undefined);
    client.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":1}');
    await client.until(() => client.closed !== undefined);
    assert.deepEqual(client.closed, { code: 1008, reason: 'Too many requests' });
  }),
);

it(
  'pings every three minutes, and leaves who does not answer for ten, and everybody after a day',
  Stand.run(
    async (stand) => {
      const client = await stand.client('/market/stream');
      const { hub } = stand.venue;
      await stand.venue.advance(180_000);
      await client.until(() => client.pings.length === 1);
      assert.match(client.pings[0]!, /^\d{13}$/);
      const mute = new WebSocket(`${stand.venue.wsUrl}/market/stream`, { autoPong: false });
      mute.on('error', () => undefined);
      await once(mute, 'open');
      assert.equal(hub.connections.size, 2);
      const muteClosed = once(mute, 'close');
      for (let minute = 0; minute < 10; minute += 1) {
        await stand.venue.advance(60_000);
        await stand.advance(0, client);
      }
      assert.deepEqual((await muteClosed)[0], 1008);
      assert.equal(client.closed, undefined);
      assert.deepEqual(client.pings.length, 4);
      await stand.venue.advance(1_200_000 - 780_000);
      await client.until(() => client.closed !== undefined);
      assert.deepEqual(client.closed, { code: 1008, reason: 'Connection expired' });
    },
    { instruments: 1, limits: { lifetimeMs: 1_200_000 } },
  ),
);

it(
  'tells the mark prices of all contracts in one frame a second, and liquidations as they happen',
  Stand.run(async (stand) => {
    const client = await stand.client('/market/stream?streams=!markPrice@arr@1s/!forceOrder@arr');
    await stand.advance(60_000, client);
    const marks = client.of('!markPrice@arr@1s');
    assert.equal(marks.length, 60);
    assert.ok(marks.every(({ data }) => data.length === 5 && data[0].e === 'markPriceUpdate'));
    const forced = client.of('!forceOrder@arr');
    assert.ok(forced.length > 0);
    assert.ok(forced.every(({ data }) => ['BUY', 'SELL'].includes(data.o.S)));
  }),
);

it(
  'knows only the addresses of streams',
  Stand.run(async (stand) => {
    for (const address of ['/', '/private/ws', '/public', '/spot/ws']) {
      await assert.rejects(stand.client(address), /404/, address);
    }
  }),
);
