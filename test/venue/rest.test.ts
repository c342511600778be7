import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Stand } from './stand.testing.ts';

/** What was measured on the real host in October 2026, or else documented: path, and what it costs. */
const COSTS: readonly (readonly [string, number])[] = [
  ['/ping', 1],
  ['/time', 1],
  ['/exchangeInfo', 1],
  ['/depth?symbol=BTCUSDT&limit=5', 2],
  ['/depth?symbol=BTCUSDT&limit=50', 2],
  ['/depth?symbol=BTCUSDT&limit=100', 5],
  ['/depth?symbol=BTCUSDT&limit=500', 10],
  ['/depth?symbol=BTCUSDT&limit=1000', 20],
  ['/depth?symbol=BTCUSDT', 1],
  ['/klines?symbol=BTCUSDT&interval=1m&limit=99', 1],
  ['/klines?symbol=BTCUSDT&interval=1m&limit=499', 2],
  ['/klines?symbol=BTCUSDT&interval=1m&limit=1000', 5],
  ['/klines?symbol=BTCUSDT&interval=1m&limit=1500', 10],
  ['/klines?symbol=BTCUSDT&interval=1m', 5],
  ['/aggTrades?symbol=BTCUSDT&limit=10', 20],
  ['/ticker/24hr?symbol=BTCUSDT', 1],
  ['/ticker/24hr', 40],
  ['/ticker/price?symbol=BTCUSDT', 1],
  ['/ticker/price', 2],
  ['/ticker/bookTicker?symbol=BTCUSDT', 2],
  ['/ticker/bookTicker', 5],
  ['/premiumIndex?symbol=BTCUSDT', 1],
  ['/premiumIndex', 10],
  ['/aggTrades?symbol=NOPEUSDT', 20],
];

it(
  'meters what every request costs, by the minute of the clock',
  Stand.run(async (stand) => {
    let used = 0;
    for (const [path, cost] of COSTS) {
      const response = await stand.get(path);
      used += cost;
      assert.equal(response.headers.get('x-mbx-used-weight-1m'), String(used), path);
    }
    for (const path of ['/fundingRate?symbol=BTCUSDT', '/fundingInfo']) {
      assert.equal((await stand.get(path)).headers.get('x-mbx-used-weight-1m'), null, path);
    }
    await stand.venue.advance(60_000 - (stand.venue.nowMs() % 60_000));
    assert.equal((await stand.get('/ping')).headers.get('x-mbx-used-weight-1m'), '1');
  }),
);

it(
  'refuses as the venue does, and what is refused costs as well',
  Stand.run(async (stand) => {
    const refusals: readonly (readonly [string, number, RegExp])[] = [
      ['/depth?symbol=NOPEUSDT', -1121, /Invalid symbol/],
      ['/depth?symbol=BTCUSDT&limit=7', -4021, /7 is not valid depth limit/],
      ['/depth', -1102, /'symbol'/],
      ['/klines?symbol=BTCUSDT&interval=1s', -1120, /Invalid interval/],
      ['/klines?symbol=BTCUSDT&interval=1m&limit=1501', -1130, /'limit'/],
      ['/aggTrades?symbol=BTCUSDT&startTime=1', -4166, /2 days/],
    ];
    for (const [path, code, message] of refusals) {
      const response = await stand.get(path);
      const body = (await response.json()) as { code: number; msg: string };
      assert.deepEqual([response.status, body.code], [400, code], path);
      assert.match(body.msg, message);
    }
    assert.equal((await stand.get('/nothing')).status, 404);
    assert.equal((await stand.json('/ticker/price?symbol=btcusdt')).symbol, 'BTCUSDT');
  }),
);

it(
  'answers 429 beyond the weight of a minute, and bans who does not stop for longer each time',
  Stand.run(
    async (stand) => {
      await stand.venue.advance(60_000 - (stand.venue.nowMs() % 60_000) + 20_000);
      for (let count = 0; count < 2; count += 1) assert.equal((await stand.get('/ticker/24hr')).status, 200);
      const refused = await stand.get('/ticker/24hr');
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '40']);
      assert.equal(((await refused.json()) as { code: number }).code, -1003);
      assert.equal((await stand.get('/ping')).status, 429);
      const banned = await stand.get('/ping');
      assert.deepEqual([banned.status, banned.headers.get('retry-after')], [418, '120']);
      assert.match(((await banned.json()) as { msg: string }).msg, /banned until \d{13}/);
      await stand.venue.advance(119_000);
      assert.equal((await stand.get('/ping')).status, 418);
      await stand.venue.advance(1_000);
      assert.equal((await stand.get('/ping')).status, 200);
      for (let count = 0; count < 4; count += 1) await stand.get('/ticker/24hr');
      assert.deepEqual((await stand.get('/ping')).headers.get('retry-after'), '240');
    },
    { limits: { weightPerMinute: 100, violationsBeforeBan: 2 } },
  ),
);

it(
  'gives a week of minutes that lead to where the live market starts, page by page and longer ones',
  Stand.run(async (stand) => {
    const { startTimeMs } = stand.venue.market;
    const fromMs = startTimeMs - 7 * 24 * 60 * 60_000;
    const rows: unknown[][] = [];
    for (let atMs = fromMs; atMs < startTimeMs; atMs += 1_500 * 60_000) {
      rows.push(...(await stand.json(`/klines?symbol=SOLUSDT&interval=1m&startTime=${atMs}&limit=1500`)));
    }
    const week = rows.filter(([openTimeMs]) => Number(openTimeMs) < startTimeMs);
    assert.equal(week.length, 7 * 24 * 60);
    assert.ok(week.every((row, index) => row[0] === fromMs + index * 60_000 && row[6] === Number(row[0]) + 59_999));
    assert.ok(week.slice(1).every((row, index) => row[1] === week[index]![4]));
    assert.equal(week.at(-1)![4], '188.00');
    const [hour] = await stand.json(`/klines?symbol=SOLUSDT&interval=1h&startTime=${fromMs}&limit=1`);
    const minutes = week.slice(0, 60);
    assert.deepEqual(
      [hour[1], hour[4], Number(hour[2]), Number(hour[3])],
      [
        ...[minutes[0]![1], minutes[59]![4]],
        ...[Math.max(...minutes.map((row) => Number(row[2]))), Math.min(...minutes.map((row) => Number(row[3])))],
      ],
    );
    const last = await stand.json('/klines?symbol=SOLUSDT&interval=1m&limit=3');
    assert.deepEqual(
      last.map(([openTimeMs]: number[]) => openTimeMs),
      [startTimeMs - 120_000, startTimeMs - 60_000, startTimeMs],
    );
  }),
);

it(
  'lists its contracts with the grid their prices are on, among others that do not trade',
  Stand.run(async (stand) => {
    await stand.venue.advance(5_000);
    const { symbols } = await stand.json('/exchangeInfo');
    const trading = symbols.filter(
      (row: { contractType: string; status: string }) => row.contractType === 'PERPETUAL' && row.status === 'TRADING',
    );
    assert.equal(trading.length, 5);
    assert.ok(symbols.length > 6);
    for (const { symbol, filters } of trading) {
      const tick = Number(filters.find((each: { filterType: string }) => each.filterType === 'PRICE_FILTER').tickSize);
      const { bids, asks } = await stand.json(`/depth?symbol=${symbol}&limit=100`);
      for (const [price] of [...bids, ...asks]) {
        assert.ok(Math.abs(Number(price) / tick - Math.round(Number(price) / tick)) < 1e-6, `${symbol} ${price}`);
      }
    }
    assert.equal((await stand.json('/ticker/24hr')).length, 5);
  }),
);

it(
  'has a minute that nobody traded in yet, flat, until its first trade opens it',
  Stand.run(
    async (stand) => {
      const klines = async (): Promise<unknown[][]> => stand.json('/klines?symbol=NOTUSDT&interval=1m&limit=2');
      await stand.venue.advance(60_000 - (stand.venue.nowMs() % 60_000));
      const [before, flat] = await klines();
      assert.deepEqual(flat?.slice(1, 6), [before?.[4], before?.[4], before?.[4], before?.[4], '0']);
      await stand.venue.advance(59_000);
      const trades = await stand.json(`/aggTrades?symbol=NOTUSDT&startTime=${String(flat?.[0])}`);
      assert.ok(trades.length > 0);
      assert.deepEqual((await klines())[1]?.slice(1, 2), [trades[0].p]);
    },
    { instruments: 19 },
  ),
);
