import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CcxtFeed } from '../../src/adapters/ccxt/ccxt-feed.ts';
import { openExchange } from '../../src/adapters/ccxt/exchange.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import { startVenue } from '../venue/venue.ts';
import { defaultSettings, until } from './stand.ts';
import { Witness } from './witness.ts';

it('runs an exchange of ccxt from its candles to signals, and notices when a line is cut', {
  timeout: 240_000,
}, async () => {
  const venue = await startVenue({ instruments: 4, seed: 2, tradesPerSecond: 40 });
  const exchange = await openExchange('binanceusdm', venue.url);
  assert.ok(exchange.ok, exchange.ok ? '' : exchange.problem);
  const warnings: string[] = [];
  const feed = new CcxtFeed({
    ...{ exchange: exchange.value, label: 'LIVE ccxt', clock: { nowMs: () => Date.now(), speed: 1 }, gap: undefined },
    ...{ symbols: ['BTCUSDT', 'ETHUSDT'], top: 10, exclude: [], historyMinutes: 60, settleMs: 250 },
    warn: (sentence) => warnings.push(sentence),
  });
  const witness = new Witness(await defaultSettings());
  const engine = new Engine({ ...(await defaultSettings()), ...witness.settings });
  const stop = new AbortController();
  let signals = 0;
  const ran = feed.run(async (batch) => {
    batch((event) => {
      witness.see(event);
      signals += engine.apply(event).filter(({ kind }) => kind === 'signal_issued').length;
    });
    await sleep(0);
  }, stop.signal);
  try {
    await until(() => signals > 20, 50);
    assert.deepEqual(
      [feed.status.state, feed.status.doubts, [...feed.symbols].sort()],
      ['flowing', [], ['BTCUSDT', 'ETHUSDT']],
    );
    const opens = witness.bars.filter(({ symbol }) => symbol === 'BTCUSDT').map(({ openTimeMs }) => openTimeMs);
    assert.ok(opens.length >= 60);
    assert.deepEqual(
      opens.slice(1).filter((openMs, index) => openMs !== opens[index]! + MINUTE_MS),
      [],
      'no hole',
    );
    venue.fault({ kind: 'disconnect', path: 'market' });
    await until(() => feed.status.doubts!.some(({ reason }) => reason.includes('not connected')), 5);
    await until(() => feed.status.doubts!.length === 0, 50);
  } finally {
    stop.abort();
    await ran;
    await venue.close();
  }
});
