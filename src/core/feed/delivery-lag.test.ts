import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DeliveryLag } from './delivery-lag.ts';

it('judges every connection by its fastest frame of three seconds', () => {
  const lag = new DeliveryLag();
  for (let second = 0; second < 3; second += 1) {
    lag.note('trades', 1, 20, second * 1_000);
    lag.note('trades', 2, 5_000, second * 1_000);
    lag.note('trades', 2, second === 0 ? 900 : 1_500, second * 1_000);
    lag.closeSecond();
  }
  assert.deepEqual(
    [lag.delayed, lag.ahead, lag.lastMs],
    [false, false, 1_500],
    'one frame of connection 2 was fast enough',
  );
  lag.note('trades', 2, 1_500, 3_000);
  lag.closeSecond();
  assert.equal(lag.delayed, true);
  lag.forget(2);
  assert.deepEqual([lag.delayed, lag.lastMs], [false, 20]);
});

it('knows that a busy connection has not gone beyond a moment, and asks nothing of a quiet one', () => {
  const lag = new DeliveryLag();
  for (let timeMs = 1_000; timeMs < 2_000; timeMs += 10) lag.note('trades', 1, 0, timeMs);
  assert.deepEqual([lag.allHavePassed(1_990), lag.allHavePassed(2_000)], [true, false]);
  for (let timeMs = 1_000; timeMs < 200_000; timeMs += 500) lag.note('trades', 2, 0, timeMs);
  assert.deepEqual([lag.hasPassed('trades', 1, 2_000), lag.hasPassed('trades', 2, 1e9)], [false, true]);
  assert.equal(lag.hasPassed('trades', 3, 0), false);
});
