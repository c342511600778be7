import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UsualPause } from './usual-pause.ts';

it('says that something stays away only when it usually comes', () => {
  const pause = new UsualPause();
  for (let count = 0; count < 20; count += 1) pause.note(count * 1_000);
  assert.equal(pause.isTooLong(1e9), false, 'nothing is usual yet');
  pause.note(20_000);
  assert.deepEqual([pause.limitMs, pause.isTooLong(60_000), pause.isTooLong(60_001)], [40_000, false, true]);
  assert.deepEqual([pause.isSuspicious(28_000), pause.isSuspicious(28_001)], [false, true]);
  pause.skip();
  assert.equal(pause.isSuspicious(1e9), false);
  assert.equal(pause.isTooLong(1e9), false);
  const busy = new UsualPause();
  for (let count = 0; count < 50; count += 1) busy.note(count);
  assert.equal(busy.limitMs, 5_000);
  assert.deepEqual([busy.isSuspicious(549), busy.isSuspicious(550)], [false, true]);
});

it('is not misled by one silence, and learns that a market has become slow', () => {
  const pause = new UsualPause();
  for (let count = 0; count <= 50; count += 1) pause.note(count * 200);
  assert.equal(pause.limitMs, 8_000);
  pause.note(60_000);
  assert.ok(pause.limitMs! < 11_000, `${pause.limitMs}`);
  for (let count = 1; count <= 100; count += 1) pause.note(60_000 + count * 2_000);
  assert.ok(pause.limitMs! > 75_000, `${pause.limitMs}`);
});
