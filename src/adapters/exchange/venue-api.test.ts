import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readAnswer } from './venue-api.ts';

it('tells a no from not knowing', () => {
  const kindOf = (status: number, body: unknown): string | undefined => readAnswer(status, body)?.kind;
  assert.equal(kindOf(200, { orderId: 5 }), undefined);
  assert.equal(kindOf(200, { code: 200, msg: 'success' }), undefined);
  assert.equal(kindOf(200, []), undefined);
  for (const code of [-2019, -2021, -4164, -1021, -1022, -2015])
    assert.equal(kindOf(400, { code, msg: 'no' }), 'refused');
  for (const code of [-1006, -1007, -1000, -1001]) assert.equal(kindOf(400, { code, msg: '?' }), 'unknown');
  assert.equal(kindOf(503, { code: -1008, msg: 'throttled' }), 'refused');
  for (const status of [500, 502, 503, 504]) assert.equal(kindOf(status, undefined), 'unknown');
  assert.deepEqual(readAnswer(429, undefined), { kind: 'refused', code: -429, message: 'status 429' });
});
