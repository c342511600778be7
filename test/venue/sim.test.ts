import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { PlainClient } from './client.testing.ts';
import { LocalBook } from './local-book.testing.ts';
import { startVenue, type Venue } from './venue.ts';

let venue: Venue;
before(async () => {
  venue = await startVenue({ clock: 'virtual', instruments: 30, seed: 3 });
});
after(() => venue.close());

it('chains the changes of a book at every speed, and a book rebuilt from them is its own', async () => {
  const speeds = ['@0ms', '@100ms', '', '@500ms'];
  const names = speeds.map((speed) => `btcusdt@depth${speed}`);
  const client = await PlainClient.open(`${venue.wsUrl}/public/stream?streams=${names.join('/')}/btcusdt@bookTicker`);
  await venue.advance(2_000);
  const snapshot = await get('/fapi/v1/depth?symbol=BTCUSDT&limit=1000');
  await venue.advance(60_000);
  await client.settle();
  for (const name of names) {
    const book = new LocalBook(snapshot);
    const frames = client.of(name);
    const crossed = frames.filter(({ data }) => {
      book.apply(data);
      return book.crossed;
    });
    assert.deepEqual([book.broken, crossed.length], [0, 0], name);
    assert.ok(frames.length >= 100, `${name}: ${frames.length}`);
    assert.ok(book.applied > 50);
  }
  const fast = new LocalBook(snapshot);
  for (const { data } of client.of('btcusdt@depth@0ms')) fast.apply(data);
  const changes = client.of('btcusdt@depth@0ms').map(({ data }) => data);
  const quotes = client.of('btcusdt@bookTicker').filter(({ data }) => data.u <= changes.at(-1).u);
  const covered = quotes.filter(({ data }) => changes.some(({ U, u }) => U <= data.u && data.u <= u));
  assert.ok(covered.length > 100);
  assert.equal(covered.length, quotes.filter(({ data }) => data.u >= changes[0].U).length);
  const truth = venue.market.book('BTCUSDT')!;
  assert.deepEqual(fast.top(40), { bids: truth.bids.slice(0, 40), asks: truth.asks.slice(0, 40) });
  client.socket.terminate();
});

it('tells every trade once, with ids without a gap, and the klines are made of them', async () => {
  const client = await PlainClient.open(`${venue.wsUrl}/market/ws/ethusdt@aggTrade`);
  await venue.advance(60_000 - (venue.nowMs() % 60_000));
  const fromMs = venue.nowMs();
  await venue.advance(60_000);
  await client.settle();
  const trades = client.received.map(({ data }) => data).filter(({ T }) => T >= fromMs);
  assert.ok(trades.length > 100);
  assert.deepEqual(
    trades.map(({ a }) => a - trades[0].a),
    trades.map((_, index) => index),
  );
  const [kline] = await get(`/fapi/v1/klines?symbol=ETHUSDT&interval=1m&startTime=${fromMs}&limit=1`);
  const volume = trades.reduce((sum, { q }) => sum + Number(q), 0);
  assert.deepEqual([kline[0], kline[1], kline[4]], [fromMs, trades[0].p, trades.at(-1).p]);
  assert.deepEqual([Number(kline[5]).toFixed(3), kline[8]], [volume.toFixed(3), trades.length]);
  client.socket.terminate();
});

// biome-ignore lint/suspicious/noExplicitAny: a wrong answer fails the test that reads it
async function get(path: string): Promise<any> {
  return (await fetch(venue.url + path)).json();
}
