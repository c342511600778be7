import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ClockOffset } from './clock-offset.ts';

it('believes the fastest answer, and forgets all of them when a clock was set', () => {
  const offset = new ClockOffset();
  assert.deepEqual([offset.known, offset.offsetMs, offset.certainSkewMs], [false, 0, 0]);
  offset.add(1_000, 1_400, 1_260);
  assert.deepEqual([offset.offsetMs, offset.certainSkewMs], [60, 0], 'the round trip can explain it');
  offset.add(2_000, 2_020, 2_015);
  assert.equal(offset.offsetMs, 5);
  offset.add(3_000, 3_020, 8_010);
  assert.deepEqual([offset.offsetMs, offset.certainSkewMs], [5_000, 4_990]);
});
