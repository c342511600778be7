import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXAMPLE_SIGNAL } from '../../src/contract/example-signal.ts';
import { guideSignalJson } from '../../src/contract/guide-signal.ts';
import { readApiResponse, readSignals } from './newtonsoft.ts';

const EXAMPLE = guideSignalJson(EXAMPLE_SIGNAL, 1);
const answer = (signal: string): string => `{"status":"success","signal":${signal},"timestamp":"t"}`;

it('reads the example signal as the data models of the guide would', () => {
  const read = {
    timestamp: '2024-11-21T10:30:45.123456',
    symbol: 'ETHUSDT',
    direction: 'BUY',
    entryPrice: 3500,
    stopLoss: 3482.5,
    takeProfit: 3542,
    leverage: 20,
    signalStrength: 85.5,
    timeframe: '1m',
    strategyName: 'HighFrequencyScalping',
  };
  assert.deepEqual(readApiResponse(answer(EXAMPLE)), { status: 'success', signal: read, timestamp: 't' });
  assert.deepEqual(readSignals(`{"signals":[${EXAMPLE}]}`), [read]);
});

// Otherwise a server that sends one of these would pass the walk through the guide.
it('loses the signal, or reads 0, where Newtonsoft does', () => {
  const lost = ['"leverage":20.0', '"leverage":null', '"leverage":2e1', '"leverage":""', '"leverage":3000000000'];
  for (const bad of lost) {
    const spoiled = EXAMPLE.replace('"leverage":20', bad);
    assert.notEqual(spoiled, EXAMPLE);
    assert.throws(() => readApiResponse(answer(spoiled)), TypeError, bad);
  }
  for (const bad of ['null', '""', '"NaN"', 'true', '[]']) {
    const spoiled = EXAMPLE.replace('"stop_loss":3482.5', `"stop_loss":${bad}`);
    assert.throws(() => readApiResponse(answer(spoiled)), TypeError, bad);
  }
  assert.equal(readApiResponse(answer(EXAMPLE.replace('"stop_loss":3482.5,', ''))).signal?.stopLoss, 0);
  assert.equal(readApiResponse(answer(EXAMPLE.replace('"leverage":20,', ''))).signal?.leverage, 0);
  assert.equal(readApiResponse('{"status":"success","count":0,"signals":[]}').signal, null);
  assert.throws(() => readApiResponse('<html>'), SyntaxError);
});
