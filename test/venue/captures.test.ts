import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readTrades, whyNoTapes } from '../recorded-tapes.ts';
import { PlainClient } from './client.testing.ts';
import { LocalBook } from './local-book.testing.ts';
import type { BookSnapshot } from './market.ts';
import { startVenue } from './venue.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/licensed/binance-um/', import.meta.url));
const skip = whyNoTapes() ?? false;

const CAPTURES = [
  {
    file: 'ALTS-5sym-rawstream-2021-04-05',
    symbols: ['BATUSDT', 'CHRUSDT', 'CTKUSDT', 'NEOUSDT', 'SANDUSDT'],
    ms: 100,
  },
  { file: 'MIXED-2021-04-17-rawstream-2021-04-17', symbols: ['DENTUSDT', 'KSMUSDT', 'XMRUSDT', 'YFIUSDT'], ms: 100 },
  { file: 'BTCUSDT-rawstream-2023-04-04', symbols: ['BTCUSDT'], ms: 0 },
  { file: 'BTCUSDT-rawstream-2024-07-18', symbols: ['BTCUSDT'], ms: 0 },
  { file: 'ETHUSDT-rawstream-2024-07-18', symbols: ['ETHUSDT'], ms: 0 },
];

for (const { file, symbols, ms } of CAPTURES) {
  it(`serves ${file} as it was received, and a book that can be kept`, { skip }, async () => {
    const path = join(FOLDER, `${file}.jsonl.gz`);
    const venue = await startVenue({ captures: [path], speed: Infinity, playAfterStreams: symbols.length * 3 });
    const names = symbols.map((symbol) => symbol.toLowerCase());
    const recorded = names.flatMap((name) => [`${name}@depth@${ms}ms`, `${name}@bookTicker`]);
    const slow = names.map((name) => `${name}@depth@500ms`);
    const snapshots = await Promise.all(symbols.map((symbol) => snapshotOf(venue.url, symbol)));
    const client = await PlainClient.open(`${venue.wsUrl}/public/stream?streams=${[...recorded, ...slow].join('/')}`);
    await venue.play();
    await client.settle();

    const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
    const sent = lines
      .map((line) => line.slice(line.indexOf(' ') + 1))
      .filter((text) => recorded.some((stream) => text.startsWith(`{"stream":"${stream}"`)));
    const got = client.received.filter(({ stream }) => recorded.includes(stream ?? '')).map(({ text }) => text);
    assert.equal(got.length, sent.length);
    assert.ok(got.every((text, index) => text === sent[index]));

    symbols.forEach((symbol, index) => {
      const books = [`${names[index]}@depth@${ms}ms`, `${names[index]}@depth@500ms`].map((stream) => {
        const book = new LocalBook(snapshots[index]!);
        let crossed = 0;
        for (const { data } of client.of(stream)) {
          book.apply(data);
          // Looking at every one of 1,000 levels after each of 16,000 changes takes minutes.
          if (book.applied % 100 === 0 && book.crossed) crossed += 1;
        }
        assert.deepEqual([book.broken, crossed], [0, 0], stream);
        assert.ok(book.applied > 50, `${stream}: ${book.applied}`);
        return book;
      });
      const truth = venue.market.book(symbol)!;
      assert.deepEqual(books[0]!.top(100), { bids: truth.bids.slice(0, 100), asks: truth.asks.slice(0, 100) });
    });
    client.socket.terminate();
    await venue.close();
  });
}

async function snapshotOf(url: string, symbol: string): Promise<BookSnapshot> {
  return (await fetch(`${url}/fapi/v1/depth?symbol=${symbol}&limit=1000`)).json() as Promise<BookSnapshot>;
}

it('makes aggregates of single trades, each trade in one of them', { skip }, async () => {
  const venue = await startVenue({
    captures: [join(FOLDER, 'BTCUSDT-rawstream-2024-07-18.jsonl.gz')],
    speed: Infinity,
  });
  const client = await PlainClient.open(`${venue.wsUrl}/market/ws/btcusdt@aggTrade`);
  await venue.play();
  await client.settle();
  const expected = readTrades('licensed/binance-um/BTCUSDT-aggTrades-2024-07-18.csv.gz', 'BTCUSDT');
  const got = client.received.map(({ data }) => data);
  assert.deepEqual(
    got.map(({ a, p, T, m }) => [a, Number(p), T, m]),
    expected.map(({ tradeId, price, eventTimeMs, aggressor }) => [tradeId, price, eventTimeMs, aggressor === 'sell']),
  );
  const gaps = got.slice(1).filter(({ f }, index) => f !== got[index].l + 1);
  assert.equal(gaps.length, 0);
  client.socket.terminate();
  await venue.close();
});

it('refuses what is not of this protocol', { skip }, async () => {
  const spot = join(FOLDER, '../binance-spot/BTCUSDT-rawstream-2023-04-04.jsonl.gz');
  await assert.rejects(startVenue({ captures: [spot] }), /is a capture of spot/);
  const apart = CAPTURES.slice(2, 4).map(({ file }) => join(FOLDER, `${file}.jsonl.gz`));
  await assert.rejects(startVenue({ captures: apart }), /different times/);
});
