import assert from 'node:assert/strict';
import { it } from 'node:test';
import { World } from './world.testing.ts';

it('takes what still rests of an entry off the venue before it closes what was filled of it', async () => {
  const world = new World();
  world.venue.status = 'PARTIAL';
  world.start();
  await world.time.pass(10);
  for (const id of ['a', 'b']) world.server.issue(id);
  await world.time.pass(10);
  world.server.issue('c', { intent: 'CLOSE', closes: 'a', direction: 'SELL', expires_in_ms: null });
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
  assert.deepEqual(world.steps.filter((step) => step === 'cancel' || step === 'submit').slice(2), ['cancel', 'submit']);
});
