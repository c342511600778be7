import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { TapeEvent } from './decode-row.ts';
import { TapeReader } from './tape-reader.ts';
import type { TapeKind } from './tape-source.ts';

const T = 1_700_000_040_000; // A whole minute.

function readText(kind: TapeKind, text: string, tickSize: number | undefined = undefined) {
  const reader = new TapeReader({ kind, symbol: 'ETHUSDT', tickSize });
  const events: TapeEvent[] = [];
  reader.push(Buffer.from(text, 'latin1'), events);
  reader.end(events);
  const problems = reader.log.problems.map(({ name, count, firstLine }) => `${name} ${count}x from line ${firstLine}`);
  return { events, problems, reader };
}

const TRADE = { kind: 'trade', symbol: 'ETHUSDT', tradeId: 7, price: 2000.5, size: 0.25, eventTimeMs: T };

it('reads aggTrades and trades of futures and spot, with and without a header', () => {
  const sold = [{ ...TRADE, aggressor: 'sell' }];
  const futures = 'agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n';
  assert.deepEqual(readText('aggTrades', `${futures}7,2000.50,0.250,1,2,${T},true\n`).events, sold);
  assert.deepEqual(readText('aggTrades', `7,2000.5,0.25,-1,-1,${T},true`).events, sold);
  assert.deepEqual(readText('aggTrades', `7,2000.50,0.25000000,1,2,${T}123,True,True\r\n`).events, sold, 'spot, us');
  assert.deepEqual(
    readText('trades', `id,price,qty,quote_qty,time,is_buyer_maker\n7,2000.5,0.25,500,${T},true`).events,
    sold,
  );
  assert.deepEqual(readText('trades', `7,2000.5,0.25,500.125,${T},True,True\n`).events, sold, 'spot');
  const turned = `is_buyer_maker,Time,ID,Qty,Price\nfalse,${T},7,0.25,2000.5\n`;
  assert.deepEqual(readText('trades', turned).events, [{ ...TRADE, aggressor: 'buy' }], 'columns go by name');
});

it('reads klines: closed at the next minute, and aggressors unknown where nobody recorded them', () => {
  const bar = { kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: T, closeTimeMs: T + 60_000 };
  const prices = { open: 10, high: 12, low: 9, close: 11 };
  const line = (volume: string, taker: string): string =>
    `${T},10,12,9,11,${volume},${T + 59_999},55,3,${taker},${taker},0\n`;
  assert.deepEqual(readText('klines', line('5', '2')).events, [{ ...bar, ...prices, volume: 5, buyVolume: 2 }]);
  assert.deepEqual(readText('klines', line('5', '0')).events, [{ ...bar, ...prices, volume: 5, buyVolume: undefined }]);
  assert.deepEqual(readText('klines', line('0', '0')).events, [{ ...bar, ...prices, volume: 0, buyVolume: 0 }]);
  const spot = `${T}000,10.0,12.0,9.0,11.0,5.0,${T + 59_999}999,55,3,2.0,20.0,0\n`;
  assert.deepEqual(readText('klines', spot).events, [{ ...bar, ...prices, volume: 5, buyVolume: 2 }], 'microseconds');
});

it('reads bookTicker with sizes that were not recorded, and Tardis books whose sides end early', () => {
  const quote = { kind: 'quote', symbol: 'ETHUSDT', bidPrice: 10, askPrice: 11, eventTimeMs: T };
  const ticker = readText('bookTicker', `-1,10,0,11,0,${T},${T + 9}\n-1,10,1,10,2,${T},${T}\n`).events;
  assert.deepEqual(ticker, [
    { ...quote, bidSize: 0, askSize: 0 },
    { ...quote, askPrice: 10, bidSize: 1, askSize: 2 },
  ]);
  const header = 'exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount';
  const second = ',asks[1].price,asks[1].amount,bids[1].price,bids[1].amount';
  const row = `venue,ETH-X,${T}000,${T}500,11,1,10,2,12,3,,\n`;
  const book = {
    ...{ kind: 'book', symbol: 'ETHUSDT', bidPrices: [10], bidSizes: [2] },
    ...{ askPrices: [11, 12], askSizes: [1, 3], eventTimeMs: T },
  };
  assert.deepEqual(readText('book_snapshot', `${header}${second}\n${row}`).events, [book]);
  assert.deepEqual(readText('book_snapshot', row).events, [book], 'without header');
});

it('reads no more than ten levels of a deeper book', () => {
  const levels = Array.from({ length: 25 }, (_, level) => `${100 + level},1,${99 - level},1`);
  const [book] = readText('book_snapshot', `v,S,${T}000,${T}000,${levels.join(',')}\n`).events;
  assert.deepEqual(book?.kind === 'book' && [book.askPrices.length, book.bidPrices[9]], [10, 90]);
});

it('names and counts what it does not believe, with the line where it was first', () => {
  const trade = (id: number | string, price: string, time: number | string, rest = '0.1,1,1'): string =>
    `${id},${price},${rest},${time},true`;
  const lines = [
    trade(1, '10', T),
    'torn',
    trade(2, '1e1', T),
    trade(2, '0', T),
    trade(3, '10', T, '0,1,1'),
    trade('x', '10', T),
    trade(4, '10', 'yesterday'),
    trade(5, '10', 1_700_000_040),
    trade(6, '10', `${T}000`),
    `7,10,1,1,1,${T},maybe`,
    trade(1, '10', T),
    trade(8, '10', T - 1),
    '',
    trade(9, '10.005', T),
  ];
  const { events, problems, reader } = readText('aggTrades', lines.join('\n'), 0.01);
  assert.deepEqual(
    events.map((event) => event.kind === 'trade' && event.tradeId),
    [1, 9],
  );
  assert.deepEqual(problems, [
    'wrong number of columns 1x from line 2',
    'bad price 2x from line 3',
    'bad size 1x from line 5',
    'bad id 1x from line 6',
    'bad time 2x from line 7',
    'time unit changed 1x from line 9',
    'bad side 1x from line 10',
    'duplicate 1x from line 11',
    'out of order 1x from line 12',
    'price finer than tick 1x from line 14',
  ]);
  assert.deepEqual([reader.rowCount, reader.judgedCount, reader.eventCount], [13, 12, 2]);
});

it('refuses bars, quotes and books that cannot be', () => {
  const bar = (values: string, taker = '1', close = T + 59_999): string =>
    readText('klines', `${T},${values},5,${close},1,1,${taker},1,0\n`).problems.join();
  assert.match(bar('10,9,8,9'), /high and low do not hold the bar/);
  assert.match(bar('10,12,11,11'), /high and low do not hold the bar/);
  assert.match(bar('10,12,9,-11'), /bad price/);
  assert.match(bar('10,12,9,11', '6'), /taker volume above volume/);
  assert.match(bar('10,12,9,11', '1', T + 299_999), /not a one-minute bar/);
  const again = `${T},10,12,9,11,5,${T + 59_999},1,1,1,1,0\n`;
  assert.deepEqual(readText('klines', again + again).problems, ['duplicate 1x from line 2']);
  assert.match(readText('bookTicker', `1,11,1,10,1,${T},${T}\n`).problems.join(), /crossed/);
  const book = (levels: string): string => readText('book_snapshot', `v,S,${T}000,${T}000,${levels}\n`).problems.join();
  assert.match(book('10,1,11,1'), /crossed/);
  assert.match(book('10,1,9,1,10,1,8,1'), /levels out of order/);
  assert.match(book('10,1,9,1,,,9,1'), /levels out of order/);
  assert.match(book(',,9,1'), /bad price/);
  assert.match(book('10,1,9,1,,,8,1,12,1,7,1'), /bad price/, 'a hole in a side');
  assert.match(book('10,0,9,1'), /bad size/);
});

it('refuses a file whose header lacks a column, and names it', () => {
  const { events, reader } = readText('trades', `id,price,time,is_buyer_maker\n1,2,${T},true\n`);
  assert.deepEqual(events, []);
  assert.match(reader.refusal ?? '', /no column for qty; it reads id,price,time,isbuyermaker/);
});

it('skips a line without end and goes on after it', () => {
  const good = `7,2000.5,0.25,1,2,${T},true\n`;
  const reader = new TapeReader({ kind: 'aggTrades', symbol: 'ETHUSDT', tickSize: undefined });
  const events: TapeEvent[] = [];
  reader.push(Buffer.from(good), events);
  for (let piece = 0; piece < 40; piece += 1) reader.push(Buffer.alloc(8_192, 'x'), events);
  reader.push(Buffer.from(`\n${good.replace('7', '8')}`), events);
  assert.equal(events.length, 2);
  assert.deepEqual(
    reader.log.problems.map(({ name, firstLine }) => [name, firstLine]),
    [['line too long', 2]],
  );
});

it('does not believe the line a file broke off in', () => {
  const reader = new TapeReader({ kind: 'aggTrades', symbol: 'ETHUSDT', tickSize: undefined });
  const events: TapeEvent[] = [];
  reader.push(Buffer.from(`7,2000.5,0.25,1,2,${T},true\n8,2000.5,0.25,1,2,${T},true`), events);
  reader.tear('the end is missing');
  reader.end(events);
  assert.equal(events.length, 1);
  assert.deepEqual(reader.log.problems.at(-1), {
    ...{ name: 'cut short or damaged', count: 1, firstLine: 2, lines: [2], detail: 'the end is missing' },
  });
});

it('reads the same whatever pieces the bytes come in', () => {
  const rows = Array.from(
    { length: 60 },
    (_, n) => `${n % 50},${2000 + n / 8},${n % 7},1,2,${T + n * 40},${n % 3 === 0}`,
  );
  const bytes = Buffer.from(`${rows.join('\r\n')}\ngarbage,,\n,,,,,,`);
  const whole = readText('aggTrades', bytes.toString('latin1'));
  const law = fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 }), (cuts) => {
    const reader = new TapeReader({ kind: 'aggTrades', symbol: 'ETHUSDT', tickSize: undefined });
    const events: TapeEvent[] = [];
    let from = 0;
    for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
      reader.push(bytes.subarray(from, to), events);
      from = to;
    }
    reader.end(events);
    assert.deepEqual(events, whole.events);
    assert.deepEqual(reader.log.problems, whole.reader.log.problems);
  });
  fc.assert(law);
});
