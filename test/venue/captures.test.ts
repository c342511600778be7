import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readTrades, tapePath, whyNoTapes } from '../recorded-tapes.ts';
import { LocalBook } from './local-book.testing.ts';
import { Stand } from './stand.testing.ts';
import { startVenue } from './venue.ts';

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
  const path = pathOf(file);
  const serve = async (stand: Stand): Promise<void> => {
    const { venue } = stand;
    const names = symbols.map((symbol) => symbol.toLowerCase());
    const recorded = names.flatMap((name) => [`${name}@depth@${ms}ms`, `${name}@bookTicker`]);
    const slow = names.map((name) => `${name}@depth@500ms`);
    const snapshots = await Promise.all(symbols.map((symbol) => stand.json(`/depth?symbol=${symbol}&limit=1000`)));
    const client = await stand.client(`/public/stream?streams=${[...recorded, ...slow].join('/')}`);
    await venue.play();
    await client.settle();

    const sent = gunzipSync(readFileSync(path))
      .toString('utf8')
      .split('\n')
      .map((line) => line.slice(line.indexOf(' ') + 1))
      .filter((text) => recorded.some((stream) => text.startsWith(`{"stream":"${stream}"`)));
    const got = client.received.filter(({ stream }) => recorded.includes(stream ?? '')).map(({ text }) => text);
    assert.equal(got.length, sent.length);
    assert.ok(got.every((text, index) => text === sent[index]));

    symbols.forEach((symbol, index) => {
      const books = [`${names[index]}@depth@${ms}ms`, `${names[index]}@depth@500ms`].map((stream) => {
        const book = new LocalBook(snapshots[index]);
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
  };
  const options = { captures: [path], clock: 'wall', speed: Infinity, playAfterStreams: symbols.length * 3 } as const;
  it(`serves ${file} as it was received, and a book that can be kept`, { skip }, Stand.run(serve, options));
}

it(
  'makes aggregates of single trades, each trade in one of them',
  { skip },
  Stand.run(
    async (stand) => {
      const client = await stand.client('/market/ws/btcusdt@aggTrade');
      await stand.venue.play();
      await client.settle();
      const expected = readTrades('licensed/binance-um/BTCUSDT-aggTrades-2024-07-18.csv.gz', 'BTCUSDT');
      const got = client.received.map(({ data }) => data);
      assert.deepEqual(
        got.map(({ a, p, T, m }) => [a, Number(p), T, m]),
        expected.map(({ tradeId, price, eventTimeMs, aggressor }) => [
          tradeId,
          price,
          eventTimeMs,
          aggressor === 'sell',
        ]),
      );
      const gaps = got.slice(1).filter(({ f }, index) => f !== got[index].l + 1);
      assert.equal(gaps.length, 0);
    },
    { captures: [pathOf('BTCUSDT-rawstream-2024-07-18')], clock: 'wall', speed: Infinity },
  ),
);

it('refuses what is not of this protocol', { skip }, async () => {
  const spot = tapePath('licensed/binance-spot/BTCUSDT-rawstream-2023-04-04.jsonl.gz');
  await assert.rejects(startVenue({ captures: [spot] }), /is a capture of spot/);
  const apart = CAPTURES.slice(2, 4).map(({ file }) => pathOf(file));
  await assert.rejects(startVenue({ captures: apart }), /different times/);
});

function pathOf(file: string): string {
  return tapePath(`licensed/binance-um/${file}.jsonl.gz`);
}
