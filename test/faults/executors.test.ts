import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectStatus, type Json, Stand } from './stand.ts';

const PATIENCE_MS = 60_000;
const LEASE_MS = 15_000;

it('gives an account to one executor at a time, and hears out the one before', async (t) => {
  const stand = new Stand(t);
  await stand.start();
  const old = expectStatus(await stand.open('old'), 201);
  const first = expectStatus(await stand.publish('AAAUSDT'), 201).signal.id;
  const second = expectStatus(await stand.publish('BBBUSDT'), 201).signal.id;
  const oldGrant = expectStatus(await stand.claim(first, old, 'the-same-key'), 200);

  const held = expectStatus(await stand.open('new'), 409, 'ACCOUNT_HELD');
  assert.equal(held.holder.consumer, 'old');
  assert.match(held.holder.since, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.ok(held.remaining_ms > 0 && held.remaining_ms <= LEASE_MS, `${held.remaining_ms} ms`);
  expectStatus(await stand.heartbeat(old), 200);

  // The old one falls silent; nobody takes the account from it before its lease is over.
  const silentMs = performance.now();
  let answer = await stand.open('new');
  for (const untilMs = Date.now() + PATIENCE_MS; answer.status === 409; answer = await stand.open('new')) {
    assert.ok(Date.now() < untilMs, 'the lease never lapsed');
    await sleep(250);
  }
  const fresh = expectStatus(answer, 201);
  assert.ok(performance.now() - silentMs > LEASE_MS - 1_000, 'a lease lasts as long as was promised');
  assert.ok(fresh.epoch > old.epoch);
  assert.deepEqual(
    fresh.in_doubt.map((delivery: Json) => delivery.signal_id),
    [first],
    'what the old one had claimed is named to the new one',
  );

  await assertFenced(stand, old, second);
  expectStatus(await stand.claim(first, fresh), 409, 'CLAIMED');
  expectStatus(await stand.claim(second, fresh), 200);

  // The old one had sent its order after all.
  const late = await stand.report(oldGrant, old, 'FILLED', { qty: 1, cum_qty: 1, avg_price: 100, report_id: 'late-1' });
  const { delivery } = expectStatus(late, 200);
  assert.equal(delivery.state, 'FILLED');
  assert.ok(delivery.flags.includes('stale_epoch'), `flags: ${delivery.flags}`);
  assert.equal((await stand.signal(first)).deliveries[0].history.at(-1).report.report_id, 'late-1');

  // Taken over while it lives: fenced at once, and so it stays over a restart.
  const taker = expectStatus(await stand.open('taker', { takeover: true }), 201);
  const third = expectStatus(await stand.publish('CCCUSDT'), 201).signal.id;
  await assertFenced(stand, fresh, third);
  await stand.kill();
  await stand.start();
  await assertFenced(stand, fresh, third);
  await assertFenced(stand, old, third);
  expectStatus(await stand.heartbeat(taker), 200);
  expectStatus(await stand.claim(third, taker), 200);
});

async function assertFenced(stand: Stand, session: Json, signalId: string): Promise<void> {
  expectStatus(await stand.heartbeat(session), 409, 'STALE_EPOCH');
  expectStatus(await stand.claim(signalId, session), 409, 'STALE_EPOCH');
}
