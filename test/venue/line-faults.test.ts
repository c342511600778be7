import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { FaultOrder } from './fault-kinds.ts';
import { readFaultSpec } from './fault-spec.ts';
import { Stand } from './stand.testing.ts';

const TRADES = '/market/stream?streams=btcusdt@aggTrade';
const QUOTES = '/public/stream?streams=btcusdt@bookTicker';

it(
  'disconnect: cuts the lines of one path without a word, or with a code',
  Stand.run(async (stand) => {
    const [trades, quotes] = [await stand.client(TRADES), await stand.client(QUOTES)];
    const fault = stand.venue.fault({ kind: 'disconnect', path: 'market' });
    await trades.until(() => trades.closed !== undefined);
    assert.deepEqual([trades.closed?.code, quotes.closed, fault.struck], [1006, undefined, 1]);
    stand.venue.fault({ kind: 'disconnect', code: 1001 });
    await quotes.until(() => quotes.closed !== undefined);
    assert.equal(quotes.closed?.code, 1001);
  }),
);

it(
  'freeze: the socket stays open, nothing comes, no ping is answered; then it lives again',
  Stand.run(async (stand) => {
    const client = await stand.client(TRADES);
    await stand.advance(5_000, client);
    const before = client.received.length;
    const fault = stand.venue.fault({ kind: 'freeze' });
    let ponged = false;
    client.socket.prependListener('pong', () => {
      ponged = true;
    });
    client.socket.ping('anybody there');
    await stand.venue.advance(60_000);
    // A second connection's answer is behind everything the first could have had.
    await stand.advance(0, await stand.client(QUOTES));
    assert.deepEqual([client.received.length, ponged, client.closed], [before, false, undefined]);
    fault.stop();
    await client.until(() => ponged);
    await stand.advance(5_000, client);
    assert.ok(client.received.length > before);
  }),
);

it(
  'slow: every frame comes later by as much, in order',
  Stand.run(async (stand) => {
    const client = await stand.client(TRADES);
    await stand.advance(2_000, client);
    const before = client.received.length;
    stand.venue.fault({ kind: 'slow', byMs: 4_000, forMs: 10_000 });
    await stand.advance(3_900, client);
    assert.equal(client.received.length, before);
    await stand.advance(30_000, client);
    const ids = client.received.map(({ data }) => data.a);
    assert.deepEqual(
      ids,
      ids.map((_, i) => ids[0] + i),
    );
    assert.ok(ids.length > before + 50);
  }),
);

it(
  'garbage: of every variety, between frames that are sound',
  Stand.run(async (stand) => {
    const client = await stand.client(TRADES);
    const binary: boolean[] = [];
    client.socket.on('message', (_, isBinary) => binary.push(isBinary));
    for (const variant of ['json', 'binary', 'empty', 'list', 'null', 'unknown'] as const) {
      stand.venue.fault({ kind: 'garbage', variant });
    }
    stand.venue.fault({ kind: 'garbage', variant: 'huge', bytes: 300_000 });
    await stand.advance(10_000, client);
    const texts = client.received.map(({ text }) => text);
    assert.deepEqual([texts[2], texts[3], texts[4]], ['', '[1,2,3]', 'null']);
    assert.throws(() => JSON.parse(texts[0]!));
    assert.deepEqual(binary.slice(0, 3), [false, true, false]);
    assert.equal(client.received[5]?.data.e, 'somethingNew');
    assert.ok(texts[6]!.length > 300_000);
    const ids = client.received.slice(7).map(({ data }) => data.a);
    assert.ok(ids.length > 10 && ids.every((id, i) => id === ids[0] + i));
  }),
);

it(
  'refuse: no handshake for a while; shutdown: a notice, then the end; maintenance: nothing of anything',
  Stand.run(async (stand) => {
    const { venue } = stand;
    venue.fault({ kind: 'refuse', status: 429, forMs: 5_000 });
    await assert.rejects(stand.client(TRADES), /429/);
    await venue.advance(5_000);
    const client = await stand.client(TRADES);

    venue.fault({ kind: 'shutdown', byMs: 2_000 });
    await client.until(() => client.received.some(({ data }) => data.e === 'serverShutdown'));
    await venue.advance(1_900);
    assert.equal(client.closed, undefined);
    await venue.advance(200);
    await client.until(() => client.closed !== undefined);

    const next = await stand.client(TRADES);
    venue.fault({ kind: 'maintenance', forMs: 30_000 });
    await next.until(() => next.closed !== undefined);
    const page = await stand.get('/time');
    assert.deepEqual([page.status, page.headers.get('content-type')], [503, 'text/html;charset=UTF-8']);
    assert.match(await page.text(), /^<html>/);
    await assert.rejects(stand.client(TRADES), /503/);
    await venue.advance(30_000);
    assert.equal((await stand.get('/time')).status, 200);
    await stand.client(TRADES);
  }),
);

it(
  'http: any status, as often as ordered; rest-garbage and rest-slow: of one route',
  Stand.run(async (stand) => {
    const { venue } = stand;
    const depth = '/depth?symbol=BTCUSDT';
    venue.fault({ kind: 'http', status: 429, retryAfterS: 7, count: 2, route: '/fapi/v1/depth' });
    const refused = await stand.get(depth);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '7']);
    assert.equal((await stand.get('/time')).status, 200);
    assert.deepEqual([(await stand.get(depth)).status, (await stand.get(depth)).status], [429, 200]);
    for (const status of [418, 500, 503]) {
      venue.fault({ kind: 'http', status });
      assert.equal((await stand.get('/time')).status, status);
    }
    venue.fault({ kind: 'rest-garbage', route: '/fapi/v1/depth' });
    await assert.rejects(stand.json(depth), SyntaxError);
    venue.fault({ kind: 'rest-slow', byMs: 3_000, count: 1 });
    let answered = false;
    const slow = stand.get('/time').then((response) => {
      answered = true;
      return response;
    });
    await stand.get('/time');
    assert.equal(answered, false);
    await venue.advance(3_000);
    assert.equal((await slow).status, 200);
  }),
);

it(
  'old-snapshot: a book from before the stream began, so that no change follows it',
  Stand.run(async (stand) => {
    const { venue } = stand;
    venue.fault({ kind: 'old-snapshot', symbol: 'BTCUSDT' });
    await venue.advance(5_000);
    const client = await stand.client('/public/stream?streams=btcusdt@depth@100ms');
    await stand.advance(2_000, client);
    const first = client.received[0]!.data;
    const old = await stand.json('/depth?symbol=BTCUSDT');
    assert.ok(old.lastUpdateId < first.U);
    const sound = await stand.json('/depth?symbol=BTCUSDT');
    assert.ok(sound.lastUpdateId >= first.u);
  }),
);

it(
  'skew: the clock of the venue is wrong for a while',
  Stand.run(async (stand) => {
    const soundMs = stand.venue.nowMs();
    const fault = stand.venue.fault({ kind: 'skew', byMs: -90_000 });
    assert.equal((await stand.json('/time')).serverTime, soundMs - 90_000);
    fault.stop();
    assert.equal((await stand.json('/time')).serverTime, soundMs);
  }),
);

it(
  'filter: prices leave the old grid when exchangeInfo says so, finer and coarser',
  Stand.run(async (stand) => {
    const { venue } = stand;
    const client = await stand.client('/public/stream?streams=solusdt@bookTicker/xrpusdt@depth@100ms');
    await stand.advance(2_000, client);
    venue.fault({ kind: 'filter', symbol: 'SOLUSDT', tick: 'finer' });
    venue.fault({ kind: 'filter', symbol: 'XRPUSDT', tick: 'coarser' });
    await stand.advance(10_000, client);
    const { symbols } = await stand.json('/exchangeInfo');
    const tickOf = (symbol: string): string =>
      symbols.find((row: { symbol: string }) => row.symbol === symbol).filters[0].tickSize;
    assert.deepEqual([tickOf('SOLUSDT'), tickOf('XRPUSDT')], ['0.001', '0.001']);
    assert.match(client.of('solusdt@bookTicker').at(-1)?.data.b, /^\d+\.\d\d5$/);
    const levels = (await stand.json('/depth?symbol=XRPUSDT')).bids as [string, string][];
    assert.ok(levels.every(([price]) => /^\d\.\d{3}$/.test(price)));
    assert.equal(new Set(levels.map(([price]) => price)).size, levels.length);
    assert.deepEqual(
      client
        .of('xrpusdt@depth@100ms')
        .flatMap(({ data }, i, all) => (i > 0 && data.pu !== all[i - 1]!.data.u ? [i] : [])),
      [],
    );
  }),
);

it(
  'delist and list: a contract goes, another comes, in exchangeInfo, in the tickers and on the streams',
  Stand.run(async (stand) => {
    const { venue } = stand;
    const fresh = [...venue.market.contracts.values()].find(({ status }) => status === 'PENDING_TRADING')!;
    const names = `bnbusdt@aggTrade/${fresh.lower}@aggTrade/!contractInfo`;
    const client = await stand.client(`/market/stream?streams=${names}`);
    await stand.advance(20_000, client);
    assert.ok(client.of('bnbusdt@aggTrade').length > 0);
    assert.equal(client.of(`${fresh.lower}@aggTrade`).length, 0);
    venue.fault({ kind: 'delist', symbol: 'BNBUSDT' });
    venue.fault({ kind: 'list', symbol: fresh.symbol });
    const before = client.of('bnbusdt@aggTrade').length;
    await stand.advance(60_000, client);
    assert.equal(client.of('bnbusdt@aggTrade').length, before);
    assert.ok(client.of(`${fresh.lower}@aggTrade`).length > 0);
    const tickers = (await stand.json('/ticker/24hr')).map((row: { symbol: string }) => row.symbol);
    assert.deepEqual([tickers.includes('BNBUSDT'), tickers.includes(fresh.symbol)], [false, true]);
    const { symbols } = await stand.json('/exchangeInfo');
    const gone = symbols.find((row: { symbol: string }) => row.symbol === 'BNBUSDT');
    assert.equal(gone.status, 'SETTLING');
    assert.deepEqual(
      client.of('!contractInfo').map(({ data }) => [data.s, data.cs]),
      [
        ['BNBUSDT', 'SETTLING'],
        [fresh.symbol, 'TRADING'],
      ],
    );
  }),
);

it(
  'delist, list and filter without a symbol: the first contract that fits',
  Stand.run(async (stand) => {
    const { venue } = stand;
    const [first, second, ...others] = [...venue.market.contracts.values()];
    const symbolOf = (order: FaultOrder): string | undefined => venue.fault(order).occurrences[0]?.symbol;
    assert.equal(symbolOf({ kind: 'delist' }), first!.symbol);
    assert.equal(symbolOf({ kind: 'filter' }), second!.symbol);
    assert.equal(symbolOf({ kind: 'list' }), others.at(-1)!.symbol);
    assert.deepEqual([first!.status, others.at(-1)!.status], ['SETTLING', 'TRADING']);
  }),
);

it(
  'a fault whose contract does not fit is refused when it is planned, and a repetition that has used up all does nothing',
  Stand.run(
    async (stand) => {
      const { venue } = stand;
      const fresh = [...venue.market.contracts.keys()].at(-1)!;
      for (const [spec, problem] of [
        [
          'delist:symbol=nopeusdt@1s',
          /delist needs a symbol of this venue, and NOPEUSDT is none: it has BTCUSDT, ETHUSDT/,
        ],
        ['gap:symbol=nopeusdt@1s', /gap needs a symbol of this venue/],
        ['list:symbol=btcusdt@1s', new RegExp(`list needs .* not listed yet, and BTCUSDT trades: it can be ${fresh}$`)],
        ['list@1s;list@2s', /list needs a contract that is not listed yet, and there is none left/],
        ['delist:symbol=btcusdt@2s;delist:symbol=btcusdt@1s', /delist needs .* trades, and BTCUSDT is settling/],
        ['delist@1s;delist@2s;delist@3s', /there is none left/],
      ] as const) {
        assert.throws(() => venue.plan(readFaultSpec(spec)), problem, spec);
        assert.throws(() => venue.plan(readFaultSpec(spec)), /^Error: [^\n]+$/, spec);
      }
      await venue.advance(5_000);
      assert.deepEqual(venue.faults.all, []);

      venue.plan(readFaultSpec(`delist:symbol=${fresh}@2s;list@1s;delist@3s+1s`));
      await venue.advance(10_000);
      const struck = venue.faults.occurrences.map(({ kind, symbol }) => `${kind} ${symbol}`);
      assert.deepEqual(struck, [`list ${fresh}`, `delist ${fresh}`, 'delist BTCUSDT', 'delist ETHUSDT']);
    },
    { instruments: 2 },
  ),
);

it(
  'orders faults by a line of text, at their time and again and again',
  Stand.run(async (stand) => {
    const { venue } = stand;
    venue.plan(readFaultSpec('gap:stream=aggTrade,symbol=btcusdt,count=2@5s+10s; http:status=503,route=depth@1s'));
    const client = await stand.client(TRADES);
    await stand.advance(30_000, client);
    const [first, second, third] = venue.faults.all.filter(({ order }) => order.kind === 'gap');
    const began = first!.orderedAtMs;
    assert.deepEqual([second!.orderedAtMs - began, third!.orderedAtMs - began], [10_000, 20_000]);
    assert.equal(venue.faults.occurrences.filter(({ kind }) => kind === 'gap').length, 6);
    assert.equal((await stand.get('/depth?symbol=BTCUSDT')).status, 503);
    for (const [spec, problem] of [
      ['gasp', /"gasp" is no fault; there are gap/],
      ['gap:often=3', /"often".*is none of symbol/],
      ['late:by=3', /no time/],
      ['filter:tick=odd', /none of coarser/],
    ] as const) {
      assert.throws(() => readFaultSpec(spec), problem);
    }
  }),
);
