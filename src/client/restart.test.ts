import assert from 'node:assert/strict';
import { it } from 'node:test';
import { World } from './world.testing.ts';

/** Killed at that step of signal `a`; then a second process on the same disk, which is told what is in doubt. */
async function killedAt(step: string, prepare: (world: World) => void = () => undefined): Promise<World> {
  const world = new World();
  const first = world.start();
  await world.time.pass(10);
  world.killAt = (each) => each === step;
  world.server.issue('a');
  await world.time.pass(10);
  first.kill();
  world.killAt = () => false;
  if (world.server.grants.has('a')) world.server.inDoubt = [world.server.deliveryOf('a', 'CLAIMED')];
  prepare(world);
  world.start();
  await world.time.pass(100);
  return world;
}

const reportsOf = (world: World): unknown[] => world.server.reports.map(({ type, reason }) => reason ?? type);

it('says of a claim that led to nothing that nothing was sent: an order is written down before it leaves', async () => {
  for (const step of ['POST /signals/a/claim done', 'disk submitting']) {
    const world = await killedAt(step);
    assert.deepEqual([world.venue.submitted.length, reportsOf(world)], [0, ['never submitted']]);
    assert.equal(world.server.reports[0]?.type, 'NOT_SENT');
    assert.equal(world.server.reports[0]?.fence, 7);
  }
});

it('claims a signal anew that it had only meant to claim', async () => {
  const world = await killedAt('disk intent done');
  assert.deepEqual([world.venue.submitted.length, reportsOf(world)], [1, ['FILLED']]);
  assert.equal(world.server.to(/claim/).length, 1);
});

it('looks no more often at what it may claim anew and leaves', async () => {
  const world = new World();
  const first = world.start();
  await world.time.pass(10);
  world.killAt = (step) => step === 'disk intent done';
  for (const id of ['a', 'b']) world.server.issue(id);
  await world.time.pass(10);
  first.kill();
  world.killAt = () => false;
  world.start({ decide: () => ({ decline: 'not now' }) });
  await world.time.pass(10_000);
  assert.ok(world.named('declined').length >= 2);
  assert.equal(world.server.to(/\/signals\?/).length, 2, 'one look when each session began');
});

it('asks the venue about an order that may have left, and never sends it again', async () => {
  const arrived = await killedAt('submit done');
  assert.deepEqual([arrived.venue.submitted.length, reportsOf(arrived)], [1, ['FILLED']]);
  const notArrived = await killedAt('disk submitting done');
  assert.deepEqual([notArrived.venue.submitted.length, reportsOf(notArrived)], [0, ['not at the venue']]);
});

it('leaves in doubt what an incomplete listing does not show, and tells the fact when there is one', async () => {
  const world = await killedAt('disk submitting done', ({ venue }) => {
    venue.isComplete = false;
  });
  await world.time.pass(60_000);
  assert.deepEqual(reportsOf(world), []);
  assert.equal(world.named('in_doubt').length, 1);
  world.venue.orders.set('tw-61', { clientOrderId: 'tw-61', status: 'FILLED' });
  await world.time.pass(60_000);
  assert.deepEqual(reportsOf(world), ['FILLED']);
});

it('delivers after a restart what it had not delivered before, with the same id', async () => {
  const world = await killedAt('POST /deliveries/a.default/reports');
  assert.deepEqual(reportsOf(world), ['FILLED']);
  assert.equal(world.disk.of('report')[0]?.report.body.report_id, world.server.reports[0]?.report_id);
});

it('asks the venue when nobody knows whether an order arrived', async () => {
  for (const isThere of [true, false]) {
    const world = new World();
    world.venue.script = ({ clientOrderId }) => {
      if (!isThere) world.venue.orders.delete(clientOrderId);
      throw new Error('timed out');
    };
    world.start();
    await world.time.pass(10);
    world.server.issue('a');
    await world.time.pass(1_000);
    assert.equal(world.venue.submitted.length, 1);
    assert.deepEqual(reportsOf(world), [isThere ? 'FILLED' : 'not at the venue']);
  }
});

it('takes off an entry that outlived its process, and leaves the stop of a position', async () => {
  const world = new World();
  world.venue.status = 'SUBMITTED';
  const first = world.start();
  await world.time.pass(10);
  world.server.issue('a');
  world.server.issue('b');
  await world.time.pass(10);
  world.venue.heard({ clientOrderId: 'tw-62', status: 'FILLED' });
  await world.time.pass(10);
  first.kill();
  world.start();
  await world.time.pass(10);
  assert.deepEqual(world.venue.cancelled, ['tw-61']);
  world.venue.heard({ clientOrderId: 'tw-62-S', status: 'CLOSED', leg: 'STOP' });
  await world.time.pass(10);
  assert.deepEqual(reportsOf(world), ['SUBMITTED', 'SUBMITTED', 'FILLED', 'CANCELLED', 'CLOSED']);
});

it('finds the orders of an executor that was here before, and does not speak for one that may still send', async () => {
  const world = new World();
  const [there, missing] = [world.server.deliveryOf('x', 'CLAIMED'), world.server.deliveryOf('y', 'CLAIMED')];
  world.server.inDoubt = [there, missing];
  world.venue.orders.set(there.client_order_id, { clientOrderId: there.client_order_id, status: 'FILLED' });
  const process = world.start();
  await world.time.pass(100);
  assert.deepEqual(
    world.server.reports.map(({ delivery, type, fence }) => [delivery, type, fence]),
    [['x.default', 'FILLED', 7]],
  );
  assert.deepEqual(process.executor.inDoubt, ['y']);
});

it('settles what the server doubts later: a claim that arrived when nobody waited for it any more', async () => {
  const world = new World();
  let claims = 0;
  world.server.script = ({ path }) => {
    if (!path.endsWith('claim')) return undefined;
    claims += 1;
    return claims === 1 ? 'unheard' : { status: 409, body: { code: 'EXPIRED', detail: 'over' } };
  };
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(1_000);
  world.server.say('delivery.in_doubt', { delivery: world.server.deliveryOf('a', 'IN_DOUBT') });
  await world.time.pass(10);
  assert.deepEqual(reportsOf(world), ['never submitted']);
});

it('sends one order at most and accounts for every grant, wherever it is killed, twice', async () => {
  const rehearsal = new World();
  rehearsal.start();
  await rehearsal.time.pass(10);
  rehearsal.server.issue('a');
  await rehearsal.time.pass(10);
  const steps = rehearsal.steps.length * 2 + 2;
  for (let firstAt = 0; firstAt < steps; firstAt += 1) {
    for (let secondAt = 0; secondAt < 8; secondAt += 1) {
      const world = new World();
      const asked = { count: 0, killAt: firstAt };
      world.killAt = () => {
        asked.count += 1;
        return asked.count - 1 === asked.killAt;
      };
      for (const next of [secondAt, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]) {
        const process = world.start();
        await world.time.pass(10);
        if (!world.server.signals.has('a')) world.server.issue('a');
        await world.time.pass(10);
        if (next === Number.POSITIVE_INFINITY && asked.killAt === next) break;
        process.kill();
        Object.assign(asked, { count: 0, killAt: next });
        const isOpen = world.server.grants.has('a') && world.server.reports.length === 0;
        world.server.inDoubt = isOpen ? [world.server.deliveryOf('a', 'CLAIMED')] : [];
      }
      await world.time.pass(1_000);
      const where = `killed at ${firstAt}, then at ${secondAt}: ${world.steps.join(', ')}`;
      assert.ok(world.venue.submitted.length <= 1, `sent twice, ${where}`);
      const types = new Set(world.server.reports.map(({ type }) => type));
      assert.equal(types.size, 1, `${[...types]} reported, ${where}`);
      assert.equal(types.has('FILLED'), world.venue.submitted.length === 1, `not the truth, ${where}`);
    }
  }
});
