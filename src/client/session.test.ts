import assert from 'node:assert/strict';
import { it } from 'node:test';
import { refusal, World } from './world.testing.ts';

/** An entry of `a` rests at the venue, and then no heartbeat is answered any more. */
async function silentServer(): Promise<World> {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(4_000);
  world.server.script = ({ path }) => (path.endsWith('/heartbeat') ? 'unheard' : undefined);
  return world;
}

it('takes its entries off and claims nothing when its lease runs out here, and goes on when it is renewed', async () => {
  const world = await silentServer();
  await world.time.pass(10_900);
  assert.deepEqual(world.venue.cancelled, []);
  await world.time.pass(100);
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
  assert.equal(world.named('lease_lapsed').length, 1);
  world.server.issue('b');
  await world.time.pass(10);
  assert.equal(world.server.to(/b\/claim/).length, 0);

  world.server.script = () => undefined;
  await world.time.pass(5_000);
  assert.equal(world.named('lease_regained').length, 1);
  assert.equal(world.server.to(/b\/claim/).length, 1, 'what is still live is found in a snapshot');
});

it('lets go of the account although a heartbeat hangs for ever', async () => {
  const world = await silentServer();
  world.server.script = async ({ path }) => {
    if (path.endsWith('/heartbeat')) await world.time.sleep(3_600_000);
    return undefined;
  };
  await world.time.pass(11_100);
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
});

it('counts its lease from when the heartbeat was sent, and through a suspend', async () => {
  const slow = new World();
  slow.server.script = async ({ path }) => {
    if (path.endsWith('/heartbeat')) await slow.time.sleep(9_000);
    return undefined;
  };
  slow.start();
  await slow.time.pass(15_500);
  // Sent at 5 s, answered at 14 s: it runs to 20 s.
  slow.server.script = ({ path }) => (path.endsWith('/heartbeat') ? 'unheard' : undefined);
  await slow.time.pass(4_400);
  assert.equal(slow.named('lease_lapsed').length, 0);
  await slow.time.pass(200);
  assert.equal(slow.named('lease_lapsed').length, 1);

  const suspended = new World();
  suspended.start();
  await suspended.time.pass(10);
  suspended.time.wallMs += 60_000;
  suspended.server.issue('a');
  await suspended.time.pass(10);
  assert.equal(suspended.server.to(/claim/).length, 0);
});

it('ends when it is fenced, after taking its entries off', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  const process = world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(10);
  world.server.epoch += 1;
  await world.time.pass(10_000);
  assert.equal(process.ended, 'fenced');
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
  assert.deepEqual(
    world.server.reports.map(({ type }) => type),
    ['SUBMITTED', 'CANCELLED'],
  );
});

it('sends nothing when it hears between claim and order that another has the account', async () => {
  const world = new World();
  world.disk.script = ({ kind }) => (kind === 'submitting' ? world.time.sleep(100) : undefined);
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(50);
  world.server.say('session.opened', { account: 'paper', session: 'other', epoch: 5 });
  world.server.say('session.opened', { account: 'default', session: 'other', epoch: 2 });
  await world.time.pass(100);
  assert.deepEqual(
    world.server.reports.map(({ type, reason }) => [type, reason]),
    [['NACK', 'session_lost']],
  );
  assert.equal(world.venue.submitted.length, 0);
});

it('waits for an account that is held, and after being fenced takes it back only when it is free, where that is wanted', async () => {
  const world = new World();
  const held = refusal(409, 'ACCOUNT_HELD', { holder: { consumer: 'other' }, remaining_ms: 3_000 });
  world.server.script = ({ path }) => (path.endsWith('/sessions') && world.time.monotonicMs < 9_000 ? held : undefined);
  const process = world.start({ takeover: true, reopen: true });
  await world.time.pass(9_500);
  assert.equal(world.server.epoch, 1);
  assert.equal(world.server.to(/sessions$/).length, 4);
  world.server.epoch += 1;
  await world.time.pass(10_000);
  assert.equal(process.ended, undefined);
  assert.equal(world.server.epoch, 3);
  const asked = world.server.to(/sessions$/).map(({ body }) => body as { takeover: boolean; instance: string });
  assert.deepEqual(
    asked.map(({ takeover }) => takeover),
    [true, true, true, true, false],
  );
  assert.equal(new Set(asked.map(({ instance }) => instance)).size, 1);
  world.server.issue('a');
  await world.time.pass(10);
  assert.equal(world.server.reports[0]?.epoch, 3);
});

it('finds out what became of a claim whose session was lost before an answer came', async () => {
  for (const wasGranted of [true, false]) {
    const world = new World();
    world.start({ reopen: true });
    await world.time.pass(10);
    world.server.script = ({ path }) => {
      if (!path.endsWith('claim')) return undefined;
      world.server.script = ({ path: next }) =>
        next.endsWith('claim') && world.server.epoch < 3 ? 'unheard' : undefined;
      return wasGranted ? 'lost' : 'unheard';
    };
    world.server.issue('a');
    await world.time.pass(1_000);
    world.server.epoch += 1;
    if (wasGranted) world.server.inDoubt = [world.server.deliveryOf('a', 'CLAIMED')];
    await world.time.pass(10_000);
    assert.equal(world.server.epoch, 3);
    // Nothing had been granted, so it may be claimed anew; otherwise it is never sent again.
    const expected = wasGranted ? [['NOT_SENT', 'never submitted']] : [['FILLED', undefined]];
    assert.deepEqual(
      world.server.reports.map(({ type, reason }) => [type, reason]),
      expected,
    );
    assert.equal(world.venue.submitted.length, wasGranted ? 0 : 1);
  }
});

it('does not take a stale session for a no when an earlier attempt may have been granted', async () => {
  const world = new World();
  world.start({ reopen: true });
  await world.time.pass(10);
  let attempts = 0;
  world.server.script = async ({ path }) => {
    if (!path.endsWith('claim')) return undefined;
    attempts += 1;
    if (attempts === 1) return 'lost';
    // Still under way when the next session is open.
    await world.time.sleep(8_000);
    return refusal(409, 'STALE_EPOCH');
  };
  world.server.issue('a');
  await world.time.pass(1_000);
  world.server.epoch += 1;
  world.server.inDoubt = [world.server.deliveryOf('a', 'CLAIMED')];
  await world.time.pass(9_000);
  assert.deepEqual(
    world.server.reports.map(({ delivery, type }) => [delivery, type]),
    [['a.default', 'NOT_SENT']],
  );
});
