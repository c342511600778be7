import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type DumpOrder, dumpsFor } from './catalogue.ts';

const ORDER: DumpOrder = {
  market: 'um',
  symbols: ['BTCUSDT'],
  kinds: ['aggTrades'],
  from: '2024-07-18',
  to: '2024-07-18',
};

const NOW_MS = Date.UTC(2026, 0, 2, 12);

function pathsOf(order: Partial<DumpOrder>): readonly string[] {
  const dumps = dumpsFor({ ...ORDER, ...order }, NOW_MS);
  assert.ok(dumps.ok, dumps.ok ? '' : dumps.problem);
  return dumps.value.map(({ path }) => path);
}

it('finds files where Binance publishes them', () => {
  assert.deepEqual(pathsOf({}), ['/data/futures/um/daily/aggTrades/BTCUSDT/BTCUSDT-aggTrades-2024-07-18.zip']);
  assert.deepEqual(pathsOf({ kinds: ['1m'], symbols: ['ETHUSDT'], from: '2025-05-01', to: '2025-05-31' }), [
    '/data/futures/um/monthly/klines/ETHUSDT/1m/ETHUSDT-1m-2025-05.zip',
  ]);
  assert.deepEqual(pathsOf({ market: 'spot', kinds: ['trades'], from: '2025-01-01', to: '2025-01-31' }), [
    '/data/spot/monthly/trades/BTCUSDT/BTCUSDT-trades-2025-01.zip',
  ]);
});

it('takes whole months as one file and the rest by the day, a leap day included', () => {
  const names = pathsOf({ from: '2024-01-30', to: '2024-03-02' }).map((path) => path.split('/').at(-1));
  const dated = ['2024-01-30', '2024-01-31', '2024-02', '2024-03-01', '2024-03-02'];
  assert.deepEqual(
    names,
    dated.map((time) => `BTCUSDT-aggTrades-${time}.zip`),
  );
  const dumps = dumpsFor({ ...ORDER, from: '2024-02-01', to: '2024-02-29' }, NOW_MS);
  assert.ok(dumps.ok);
  assert.equal(dumps.value.length, 1);
  assert.equal(dumps.value[0]!.instead.length, 29);
});

it('knows what is published by the day only, and by the month only', () => {
  assert.equal(pathsOf({ kinds: ['metrics'], from: '2024-02-01', to: '2024-02-29' }).length, 29);
  assert.deepEqual(pathsOf({ kinds: ['fundingRate'], from: '2024-02-10', to: '2024-02-11' }), [
    '/data/futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2024-02.zip',
  ]);
});

it('refuses what cannot be meant', () => {
  const problemOf = (order: Partial<DumpOrder>): string => {
    const dumps = dumpsFor({ ...ORDER, ...order }, NOW_MS);
    return dumps.ok ? '' : dumps.problem;
  };
  assert.match(problemOf({ kinds: ['5m'] }), /no dumps of "5m": aggTrades, trades, 1m/);
  assert.match(problemOf({ kinds: ['bookTicker'], market: 'spot' }), /no dumps of bookTicker for the market "spot"/);
  assert.match(problemOf({ from: '2024-02-31' }), /"2024-02-31" is not a day/);
  assert.match(problemOf({ to: '2024-07-17' }), /the last day, 2024-07-17, is before the first/);
  assert.match(problemOf({ symbols: ['BTCUSDT', '../../ETC'] }), /^"\.\.\/\.\.\/ETC" is no instrument such as BTCUSDT/);
  const days = 'there are dumps of days from 2017-01-01 to today, 2026-01-02 (UTC), not of';
  assert.equal(problemOf({ from: '2016-12-31' }), `${days} 2016-12-31 to 2024-07-18`);
  assert.equal(problemOf({ to: '2026-01-03' }), `${days} 2024-07-18 to 2026-01-03`);
  assert.equal(problemOf({ from: '2017-01-01', to: '2026-01-02', symbols: ['BTCUSD_PERP'] }), '');
});
