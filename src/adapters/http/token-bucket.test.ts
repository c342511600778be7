import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.ts';

it('never lets more through than the burst and what has flowed in', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
  const law = fc.property(
    pauses,
    fc.integer({ min: 1, max: 50 }),
    fc.integer({ min: 1, max: 20 }),
    (pausesMs, perSecond, burst) => {
      const bucket = new TokenBucket({ perSecond, burst }, 0);
      let [nowMs, passed] = [0, 0];
      for (const pauseMs of pausesMs) {
        nowMs += pauseMs;
        const waitMs = bucket.take(nowMs);
        if (waitMs === 0) passed += 1;
        else assert.ok(waitMs <= 1_000 / perSecond);
        assert.ok(passed <= burst + (nowMs / 1_000) * perSecond + 1e-6);
      }
    },
  );
  fc.assert(law);
});

it('says exactly how long there is to wait', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 1 }, 0);
  assert.deepEqual(
    [0, 0, 250, 500].map((nowMs) => bucket.take(nowMs)),
    [0, 500, 250, 0],
  );
});
