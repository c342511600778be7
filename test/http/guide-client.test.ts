import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXAMPLE_SIGNAL } from '../../src/contract/example-signal.ts';
import { posting, serve } from './serving.ts';

/** One number token of the text, as Json.NET sees it before it binds it to a type. */
function token(json: string, key: string): string {
  const found = new RegExp(`"${key}":("[^"]*"|[^,}\\]]+)`).exec(json);
  assert.ok(found, `${key} is missing`);
  return found[1]!;
}

const DECIMAL = /^-?\d{1,18}\.\d{1,18}$/;
const INT32 = /^\d{1,9}$/;

/** What the guide's client binds: a decimal takes no exponent from us, an int takes no point. */
function bindAsGuideClient(json: string) {
  for (const key of ['entry_price', 'stop_loss', 'take_profit']) assert.match(token(json, key), DECIMAL, key);
  assert.match(token(json, 'leverage'), INT32);
  assert.match(token(json, 'signal_strength'), DECIMAL);
  assert.match(token(json, 'direction'), /^"(BUY|SELL)"$/);
  assert.equal(/null|NaN|Infinity/.test(json), false);
  const { signal } = JSON.parse(json);
  const quantity = (10_000 * 0.02) / Math.abs(signal.entry_price - signal.stop_loss);
  assert.ok(Number.isFinite(quantity) && quantity > 0);
  return signal;
}

it('serves the guide client from the first poll to the acknowledgement', async (t) => {
  const { house, ask } = await serve(t);
  const poll = async (path = '/api/signals/latest') => ask(path);
  assert.equal((await poll()).status, 404, 'not a success status: the client waits');
  const prices = [
    {},
    { side: 'sell', entryPrice: 50_000, stopPrice: 50_500, targetPrices: [49_500, 49_000, 48_500], symbol: 'BTCUSDT' },
    { entryPrice: 1.234e-6, stopPrice: 1.2e-6, targetPrices: [1.25e-6, 1.3e-6, 1.4e-6], symbol: '1000PEPEUSDT' },
    { entryPrice: 100_000, stopPrice: 99_500, targetPrices: [100_800, 101_200, 101_800], strength: 70, consensus: 60 },
  ] as const;
  for (const values of prices) {
    house.issue(values);
    const reply = await poll();
    assert.equal(reply.status, 200);
    const signal = bindAsGuideClient(reply.text);
    const again = bindAsGuideClient((await poll(`/api/signals/${signal.symbol}`)).text);
    assert.equal(again.timestamp, signal.timestamp, 'only the URL changes');
    const acknowledged = await ask('/api/signals/acknowledge', posting({ timestamp: signal.timestamp }));
    assert.equal(acknowledged.status, 200);
    assert.equal((await poll()).status, 404);
  }
});

it('gives stamps that differ, grow, and stay the same bytes', async (t) => {
  const { house, ask } = await serve(t);
  for (let index = 0; index < 20; index += 1) house.issue();
  const read = async (): Promise<string[]> =>
    JSON.parse((await ask('/api/signals')).text).signals.map(({ timestamp }: { timestamp: string }) => timestamp);
  const stamps = await read();
  assert.deepEqual([...new Set(stamps)].sort(), stamps);
  house.nowMs += 1_000;
  assert.deepEqual(await read(), stamps);
  assert.equal(stamps[0], '2024-11-21T10:30:45.123456');
  assert.equal(EXAMPLE_SIGNAL.stampUs, 1_732_185_045_123_456);
});
