import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nameSource, parseSource } from './tape-source.ts';

const read = (argument: string): string => {
  const named = nameSource(parseSource(argument));
  return named.ok ? `${named.value.symbol} ${named.value.kind} ${named.value.path}` : named.problem;
};

it('reads instrument and kind from the names the dumps have', () => {
  const names = {
    'ETHUSDT-1m-2025-05.csv': 'ETHUSDT klines',
    'ETHUSDT-1m-2025-05.zip': 'ETHUSDT klines',
    'data/BTCUSDT-aggTrades-2024-07-18.csv.gz': 'BTCUSDT aggTrades',
    'C:\\tapes\\BTCUSDT-bookTicker-2023-04-04.zip': 'BTCUSDT bookTicker',
    'ETHUSDT-book_snapshot_10-2025-09-24T18.csv.gz': 'ETHUSDT book_snapshot',
    'BTC-USD-book_snapshot_10_1s-2026-01-05.csv.gz': 'BTC-USD book_snapshot',
    'BTC-USD-trades-2026-01-05.csv.gz': 'BTC-USD trades',
    'BTC-PERP-1m-2021-12-31_2022-01-19.csv.gz': 'BTC-PERP klines',
    'BTCUSDT_250627-trades-2025-06.zip': 'BTCUSDT_250627 trades',
    '1000SHIBUSDT-trades.csv': '1000SHIBUSDT trades',
    'binance-futures_book_snapshot_25_2020-09-01_BTCUSDT.csv.gz': 'BTCUSDT book_snapshot',
  };
  for (const [path, expected] of Object.entries(names)) assert.equal(read(path), `${expected} ${path}`);
});

it('takes the word of the user before that of the name, and a drive letter for no symbol', () => {
  assert.equal(read('ETHUSDT:aggTrades=dump.csv'), 'ETHUSDT aggTrades dump.csv');
  assert.equal(read('BTC-USD:1m=C:\\t\\x.csv'), 'BTC-USD klines C:\\t\\x.csv');
  assert.equal(read('ETH:book_snapshot_5=BTCUSDT-trades-2024-01.csv'), 'ETH book_snapshot BTCUSDT-trades-2024-01.csv');
  assert.equal(read('C:\\a=b\\BTCUSDT-1m-2024-01.csv'), 'BTCUSDT klines C:\\a=b\\BTCUSDT-1m-2024-01.csv');
  const explicit = nameSource({ path: 'x.csv', symbol: 'SOLUSDT', kind: 'trades' });
  assert.equal(explicit.ok && explicit.value.kind, 'trades');
});

it('says how to give what a name does not tell, and why a kind is not read', () => {
  assert.match(read('dump.csv'), /^dump\.csv: its name does not tell what it holds; .*SYMBOL:kind=path/);
  assert.equal(read('mine.tape'), 'mine.tape: it is no recording: it does not begin like one');
  assert.match(read('ETHUSDT-5m-2025-05.csv'), /bars of 5m are not read: give the 1m bars/);
  assert.match(read('ETHUSDT-1mo-2025.csv'), /bars of 1mo are not read/);
  assert.match(read('BTCUSDT-fundingRate-2025-03.zip'), /fundingRate is not a kind of tape that can be read/);
  assert.match(read('ETHUSDT:candles=x.csv'), /candles is not a kind/);
  const noSymbol = nameSource({ path: 'x.csv', kind: 'trades' });
  assert.match(noSymbol.ok ? '' : noSymbol.problem, /does not tell the instrument/);
});
