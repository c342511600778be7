import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Decoded } from '../../core/decoded.ts';
import { decodeAggTrade } from './decode-agg-trade.ts';
import { decodeBookTicker } from './decode-book-ticker.ts';
import { decodeDepthSnapshot, decodeDepthUpdate } from './decode-depth.ts';
import { decodeExchangeInfo } from './decode-exchange-info.ts';
import { decodeForceOrder } from './decode-force-order.ts';
import { decodeKlines } from './decode-klines.ts';
import { decodeMarkPrice } from './decode-mark-price.ts';
import { decodeTickers } from './decode-tickers.ts';
import type { Fields } from './fields.ts';

const TRADE = { e: 'aggTrade', E: 5, a: 7, s: 'ETHUSDT', p: '3500.10', q: '0.250', f: 1, l: 2, T: 4, m: true };
const QUOTE = { e: 'bookTicker', u: 9, s: 'ETHUSDT', b: '1.5', B: '2', a: '1.6', A: '0', T: 4, E: 5 };
const DEPTH = { e: 'depthUpdate', E: 5, T: 4, s: 'ETHUSDT', U: 2, u: 3, pu: 1, b: [['1.5', '0']], a: [] };
const MARK = { e: 'markPriceUpdate', E: 5, s: 'ETHUSDT', p: '1.5', i: '1.6', P: '1', r: '-0.0001', T: 9 };
const ORDER = { s: 'ETHUSDT', S: 'SELL', q: '1', p: '1', ap: '2', T: 4 };
const KLINE = [60_000, '2', '3', '1', '2.5', '10', 119_999, '20', 3, '4', '8', '0'];

it('reads what the venue writes', () => {
  assert.deepEqual(decodeAggTrade(TRADE), {
    ok: true,
    value: {
      kind: 'trade',
      symbol: 'ETHUSDT',
      tradeId: 7,
      price: 3500.1,
      size: 0.25,
      aggressor: 'sell',
      eventTimeMs: 4,
    },
  });
  const quote = {
    kind: 'quote',
    symbol: 'ETHUSDT',
    bidPrice: 1.5,
    bidSize: 2,
    askPrice: 1.6,
    askSize: 0,
    eventTimeMs: 4,
  };
  assert.deepEqual(decodeBookTicker(QUOTE), { ok: true, value: { quote, updateId: 9 } });
  const change = {
    symbol: 'ETHUSDT',
    firstId: 2,
    lastId: 3,
    previousId: 1,
    bids: [[1.5, 0]],
    asks: [],
    eventTimeMs: 4,
  };
  assert.deepEqual(decodeDepthUpdate(DEPTH), { ok: true, value: change });
  const mark = {
    symbol: 'ETHUSDT',
    markPrice: 1.5,
    indexPrice: 1.6,
    fundingRate: -0.0001,
    nextFundingMs: 9,
    eventTimeMs: 5,
  };
  assert.deepEqual(decodeMarkPrice(MARK), { ok: true, value: mark });
  const liquidation = { symbol: 'ETHUSDT', side: 'sell', averagePrice: 2, size: 1, eventTimeMs: 4 };
  assert.deepEqual(decodeForceOrder({ o: ORDER }), { ok: true, value: liquidation });
  const bar = { kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: 60_000, closeTimeMs: 120_000 };
  const prices = { open: 2, high: 3, low: 1, close: 2.5, volume: 10, buyVolume: 4 };
  assert.deepEqual(decodeKlines([KLINE], 'ETHUSDT'), { ok: true, value: [{ ...bar, ...prices }] });
  assert.deepEqual(decodeTickers([{ symbol: 'ETHUSDT', quoteVolume: '12.5' }]), {
    ok: true,
    value: new Map([['ETHUSDT', 12.5]]),
  });
});

it('refuses by the name of the field what JavaScript would coerce', () => {
  const refused = (decoded: Decoded<unknown>): string => (decoded.ok ? 'taken' : decoded.problem.split(' ')[0]!);
  type Bad = readonly [decode: (frame: Fields) => Decoded<unknown>, frame: Fields, field: string, value: unknown];
  const bad: readonly Bad[] = [
    ...[undefined, null, 3500, '-1', '0', '1e3', '', ' 1', 'NaN', '1'.repeat(16)].map(
      (value): Bad => [decodeAggTrade, TRADE, 'aggTrade.p', value],
    ),
    [decodeAggTrade, TRADE, 'aggTrade.a', '7'],
    [decodeAggTrade, TRADE, 'aggTrade.T', -1],
    [decodeAggTrade, TRADE, 'aggTrade.m', 'true'],
    [decodeAggTrade, TRADE, 'aggTrade.s', ''],
    [decodeBookTicker, QUOTE, 'bookTicker.b', '0'],
    [decodeBookTicker, QUOTE, 'bookTicker.u', 1.5],
    [decodeDepthUpdate, DEPTH, 'depthUpdate.u', 1],
    [decodeDepthUpdate, DEPTH, 'depthUpdate.b', [['1.5']]],
    [decodeDepthUpdate, DEPTH, 'depthUpdate.a', {}],
    [decodeMarkPrice, MARK, 'markPrice.r', 'x'],
    [decodeForceOrder, { o: ORDER }, 'forceOrder.o', []],
  ];
  for (const [decode, frame, field, value] of bad) {
    const key = field.split('.')[1]!;
    assert.equal(refused(decode({ ...frame, [key]: value })), field, `${field} ${JSON.stringify(value)}`);
  }
  assert.equal(refused(decodeDepthSnapshot({ lastUpdateId: 1, bids: [], asks: 'x', T: 1 }, 'ETHUSDT')), 'depth.asks');
  for (const [at, value, field] of [
    [0, 60_001, 'kline.openTime'],
    [2, '1', 'kline.range'],
    [6, 120_000, 'kline.closeTime'],
    [9, '11', 'kline.takerBuyVolume'],
  ] as const) {
    const row = KLINE.with(at, value);
    assert.equal(refused(decodeKlines([row], 'ETHUSDT')), field);
  }
  assert.equal(refused(decodeKlines([KLINE, KLINE], 'ETHUSDT')), 'klines.order');
});

it('lists what trades, and refuses one contract without the others', () => {
  const filters = [
    { filterType: 'PRICE_FILTER', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', stepSize: '0.001' },
  ];
  const good = { symbol: 'ETHUSDT', contractType: 'PERPETUAL', status: 'TRADING', filters };
  const listing = decodeExchangeInfo({
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 2400 }],
    symbols: [
      good,
      { ...good, symbol: 'OLDUSDT', status: 'SETTLING' },
      { ...good, symbol: 'ETHUSDT_260327', contractType: 'CURRENT_QUARTER' },
      { ...good, symbol: 'ODDUSDT', filters: [] },
    ],
  });
  const instruments = [{ symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 }];
  assert.deepEqual(listing, { ok: true, value: { instruments, weightPerMinute: 2400, refused: ['ODDUSDT'] } });
});
