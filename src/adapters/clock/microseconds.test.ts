import assert from 'node:assert/strict';
import { it } from 'node:test';
import { microsecondsOf } from './microseconds.ts';

it('adds the fraction of the monotonic clock, and follows a clock that jumps', () => {
  let [houseMs, monotonicMs] = [10_000, 5.25];
  const nowUs = microsecondsOf({ nowMs: () => houseMs }, () => monotonicMs);
  assert.equal(nowUs(), 10_000_000);
  monotonicMs += 0.125;
  assert.equal(nowUs(), 10_000_125);
  monotonicMs += 1;
  houseMs += 1;
  assert.equal(nowUs(), 10_001_125);
  // A suspended machine: the monotonic clock stood still.
  houseMs += 60_000;
  assert.equal(nowUs(), 10_000_000 + 60_001_000);
  monotonicMs += 0.5;
  assert.equal(nowUs(), 10_000_000 + 60_001_500);
});
