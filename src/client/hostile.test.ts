import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { refusal, World } from './world.testing.ts';

const SIGNALS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** What happens to the next request, write or order: one number each, so that a failing run can be made smaller. */
const fates = fc.array(fc.nat({ max: 99 }), { minLength: 60, maxLength: 60 });
/** Milliseconds of life of each process but the last. */
const lives = fc.array(fc.integer({ min: 1, max: 9_000 }), { maxLength: 4 });

it('sends at most one order per signal, none after its time, and accounts for each grant, whatever is lost, late or killed', async () => {
  const law = fc.asyncProperty(fates, lives, async (numbers, lifetimes) => {
    const world = new World();
    const { server, time, venue, disk } = world;
    server.executeWithinMs = 400;
    let drawn = 0;
    let isHostile = true;
    const fate = (): number => {
      drawn += 1;
      return isHostile ? numbers[drawn % numbers.length]! : 0;
    };
    const openDeliveries = (): void => {
      const told = new Set(server.reports.map(({ delivery }) => delivery));
      const open = [...server.grants.keys()].filter((id) => !told.has(`${id}.default`));
      server.inDoubt = open.map((id) => server.deliveryOf(id, 'CLAIMED'));
    };
    server.script = async ({ path }) => {
      const number = fate();
      if (number > 55) await time.sleep((number - 55) * 20);
      if (path.endsWith('/sessions')) openDeliveries();
      if (number > 40 && number <= 48) return 'unheard';
      if (number > 48 && number <= 55) return 'lost';
      return number === 40 ? refusal(503, 'JOURNAL_FAILED') : undefined;
    };
    server.wayBack = () => time.sleep(Math.max(fate() - 60, 0) * 20);
    disk.script = () => time.sleep(Math.max(fate() - 50, 0) * 10);
    venue.script = async () => {
      const number = fate();
      if (number > 60) await time.sleep(number);
      if (number > 85) throw new Error('timed out');
    };
    const late: string[] = [];
    const { submit } = venue;
    venue.submit = (order) => {
      const { sentMs } = server.grants.get(order.signalId)!;
      if (time.monotonicMs >= sentMs + server.executeWithinMs) late.push(order.signalId);
      return submit.call(venue, order);
    };
    const waiting = [...SIGNALS];
    for (const lifeMs of lifetimes) {
      const process = world.start({ reopen: true });
      for (let livedMs = 0; livedMs < lifeMs; livedMs += 500) {
        const next = waiting.shift();
        if (next !== undefined) server.issue(next);
        await time.pass(Math.min(500, lifeMs - livedMs));
      }
      process.kill();
    }
    isHostile = false;
    world.start({ reopen: true });
    for (const id of waiting) server.issue(id);
    await time.pass(60_000);

    const orders = venue.submitted.map(({ signalId }) => signalId);
    assert.deepEqual(orders, [...new Set(orders)], 'sent twice');
    assert.deepEqual(late, [], 'sent after its time');
    for (const id of server.grants.keys()) {
      const types = new Set(
        server.reports.filter(({ delivery }) => delivery === `${id}.default`).map(({ type }) => type),
      );
      assert.equal(types.size > 0, true, `nobody knows what became of ${id}`);
      assert.equal(types.has('FILLED'), orders.includes(id), `${id}: ${[...types]} is not the truth`);
    }
  });
  await fc.assert(law, { numRuns: 150 });
});
