import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from './system-clock.ts';

it('sleeps no longer than it is let', async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, stop.signal);
  stop.abort();
  await sleeping;
  await systemClock.sleep(3_600_000, stop.signal);
  const beforeMs = systemClock.monotonicMs();
  await systemClock.sleep(5);
  assert.ok(systemClock.monotonicMs() > beforeMs);
});
