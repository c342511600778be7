import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { marketQuote, marketTrade } from '../../contract/v1/execution.ts';
import { bareServer, SseReader } from './events.testing.ts';
import { MarketStreams } from './market-stream.ts';
import { Streams } from './sse.ts';

async function marketOf(test: TestContext) {
  const streams = new Streams();
  const market = new MarketStreams({ label: 'SIMULATED medium', symbols: ['ETHUSDT', 'BTCUSDT'] });
  const port = await bareServer(test, (request, response) => {
    const symbols = new URL(request.url!, 'http://x').searchParams.get('symbols')?.split(',');
    market.serve(streams.start(response)!, symbols);
  });
  test.after(() => streams.close());
  return { market, streams, read: (symbols?: string) => new SseReader(port, symbols ? `/?symbols=${symbols}` : '/') };
}

const trade = (symbol: string, tradeId: number) =>
  ({
    kind: 'trade',
    symbol,
    tradeId,
    price: 3500,
    size: 1e-7,
    aggressor: 'sell',
    eventTimeMs: 1_767_225_600_000,
  }) as const;

it('tells trades and quotes as they were when they were seen, of the symbols that were asked for', async (t) => {
  const { market, read } = await marketOf(t);
  assert.equal(market.listening, false);
  const [all, some, odd] = [read(), read('btc-usdt'), read('ETHUSDT,ETHUSD')];
  await Promise.all([all, some, odd].map((reader) => reader.until(() => reader.messages.length === 1)));
  assert.deepEqual(JSON.parse(odd.messages[0]!.data), {
    ...{ market: 'SIMULATED medium', symbols: ['ETHUSDT'], unknown: ['ETHUSD'] },
  });
  assert.equal(market.listening, true);
  assert.deepEqual(JSON.parse(some.messages[0]!.data), { market: 'SIMULATED medium', symbols: ['BTCUSDT'] });
  // Feeds reuse their objects.
  const reused = { ...trade('ETHUSDT', 1) } as { symbol: string; tradeId: number };
  market.see(reused as ReturnType<typeof trade>);
  Object.assign(reused, { symbol: 'BTCUSDT', tradeId: 2 });
  market.see(reused as ReturnType<typeof trade>);
  const times = { eventTimeMs: 1_767_225_600_001 };
  market.see({
    kind: 'quote',
    symbol: 'BTCUSDT',
    bidPrice: 97_000,
    bidSize: 0,
    askPrice: 97_000.1,
    askSize: 2,
    ...times,
  });
  market.see({ kind: 'clock', ...times });
  await all.until(() => all.messages.length === 4);
  await some.until(() => some.messages.length === 3);
  assert.deepEqual(some.messages.slice(1), all.messages.slice(2));
  const [first, , quote] = all.messages.slice(1).map(({ data }) => data);
  const prices = '"id":1,"price":3500.0,"size":0.0000001';
  assert.equal(first, `{"symbol":"ETHUSDT",${prices},"side":"SELL","time":"2026-01-01T00:00:00.000Z"}`);
  marketTrade.parse(JSON.parse(first!));
  marketQuote.parse(JSON.parse(quote!));
  for (const reader of [all, some, odd]) reader.socket.destroy();
  while (market.listening) await new Promise((resolve) => setImmediate(resolve));
});

it('leaves out what a slow reader cannot take, says so once it can, and holds nobody else up', async (t) => {
  const { market, streams, read } = await marketOf(t);
  const [slow, quick] = [read('ETHUSDT'), read('BTCUSDT')];
  await Promise.all([slow, quick].map((reader) => reader.until(() => reader.messages.length === 1)));
  slow.socket.pause();
  let sent = 0;
  // Far more than all buffers hold.
  for (let turn = 0; turn < 100; turn += 1) {
    for (let index = 0; index < 2_000; index += 1) {
      sent += 1;
      market.see(trade('ETHUSDT', sent));
    }
    market.see(trade('BTCUSDT', turn));
    await quick.until(() => quick.messages.length === turn + 2);
  }
  slow.socket.resume();
  const ids = () =>
    slow.messages.flatMap(({ event, data }) => (event === 'trade' ? [JSON.parse(data).id as number] : []));
  const leftOut = () =>
    slow.messages
      .filter(({ event }) => event === 'reset')
      .map(({ data }) => Number(/^(\d+) events were left out/.exec(JSON.parse(data).reason)![1]))
      .reduce((sum, count) => sum + count, 0);
  // Every event was sent or counted as left out, and none twice.
  await slow.until(() => slow.messages.at(-1)!.event === 'reset' && ids().length + leftOut() === sent);
  assert.ok(leftOut() > 0);
  assert.equal(new Set(ids()).size, ids().length);
  market.see(trade('ETHUSDT', sent + 1));
  await slow.until(() => slow.messages.at(-1)!.event === 'trade');
  assert.equal(ids().at(-1), sent + 1);
  assert.deepEqual(streams.counts, { open: 2, dropped: 0 });
  for (const reader of [slow, quick]) reader.socket.destroy();
});
