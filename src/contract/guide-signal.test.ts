import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../core/assert.ts';
import type { Signal } from '../core/signals/signal.ts';
import { EXAMPLE_SIGNAL } from './example-signal.ts';
import { guideSignalJson } from './guide-signal.ts';
import { guideSignal } from './schemas.ts';

const GUIDE_KEYS =
  'timestamp symbol direction entry_price stop_loss take_profit leverage signal_strength timeframe strategy_name metadata';
const METADATA_KEYS =
  'consensus_confidence strategies_agree risk_reward_ratio tp1 tp2 tp3 signal_id seq expires_at reasons market votes';

const json = (values: Partial<Signal> = {}) => guideSignalJson({ ...EXAMPLE_SIGNAL, ...values }, 7);

it("writes the guide's example in the guide's own tokens", () => {
  const expected =
    '{"timestamp":"2024-11-21T10:30:45.123456","symbol":"ETHUSDT","direction":"BUY","entry_price":3500.0,' +
    '"stop_loss":3482.5,"take_profit":3542.0,"leverage":20,"signal_strength":85.5,"timeframe":"1m",' +
    '"strategy_name":"HighFrequencyScalping","metadata":{"consensus_confidence":75.0,"strategies_agree":4,' +
    '"risk_reward_ratio":2.4,"tp1":3528.0,"tp2":3542.0,"tp3":3563.0,"signal_id":';
  assert.equal(json().slice(0, expected.length), expected);
});

it('has the eleven keys in order, the metadata in order, and nothing else', () => {
  const parsed = JSON.parse(json());
  assert.equal(Object.keys(parsed).join(' '), GUIDE_KEYS);
  assert.equal(Object.keys(parsed.metadata).join(' '), METADATA_KEYS);
  assert.deepEqual(guideSignal.parse(parsed), parsed);
  assert.equal(parsed.metadata.market, 'SIMULATED medium');
  assert.equal(parsed.metadata.seq, 7);
});

it('says how it ended, last of all, only when it did', () => {
  const end = { state: 'EXPIRED', reason: 'not acknowledged within 15.0 s', atMs: EXAMPLE_SIGNAL.expiresAtMs } as const;
  const ended = guideSignalJson(EXAMPLE_SIGNAL, 7, end);
  const outcome = '"state":"EXPIRED","reason":"not acknowledged within 15.0 s","at":"2024-11-21T10:31:00.123000"';
  assert.ok(ended.endsWith(`,"outcome":{${outcome}}}}`), ended);
  assert.equal(json().includes('outcome'), false);
});

it('prints prices below a cent in full, and a sale as SELL', () => {
  const sale = json({
    side: 'sell',
    entryPrice: 0.00000123,
    stopPrice: 0.00000124,
    targetPrices: [0.00000121, 0.0000012, 1e-6],
    votes: [],
  });
  for (const part of ['"direction":"SELL"', '"entry_price":0.00000123', '"tp3":0.000001,', '"votes":[]']) {
    assert.ok(sale.includes(part), part);
  }
});

it('escapes what strategies say, so that no reason can break the JSON', () => {
  const reasons = ['he said "go"\n\\ \u2028 \ud800'];
  assert.deepEqual(JSON.parse(json({ reasons })).metadata.reasons, reasons);
});

it('stops at a signal that a client could not trade', () => {
  const broken: Partial<Signal>[] = [
    { side: 'hold' as 'buy' },
    { entryPrice: Number.NaN },
    { entryPrice: 0 },
    { stopPrice: 3500 },
    { stopPrice: 3501 },
    { targetPrices: [3490, 3490, 3490] },
    { targetPrices: [3528, 3542, Number.POSITIVE_INFINITY] },
    { leverage: 2.5 },
    { leverage: 0 },
    { reasons: [] },
    { side: 'sell' },
  ];
  for (const values of broken) assert.throws(() => json(values), InvariantError, JSON.stringify(values));
});
