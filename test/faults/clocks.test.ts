import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Executor } from '../../src/client/executor.ts';
import { FileStore } from '../../src/client/file-store.ts';
import { HttpTransport } from '../../src/client/http-transport.ts';
import type { LedgerRecord } from '../../src/client/ledger.ts';
import type { Order } from '../../src/client/ports.ts';
import { systemClock } from '../../src/client/system-clock.ts';
import { expectStatus, Stand } from './stand.ts';

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 30_000;
const LEASE_MS = 15_000;

it('lets everything expire when the server comes back with its clock set back by an hour', async (t) => {
  const stand = new Stand(t);
  await stand.start();
  const session = expectStatus(await stand.open('executor'), 201);
  const claimed = expectStatus(await stand.publish('AAAUSDT'), 201).signal;
  const waiting = expectStatus(await stand.publish('BBBUSDT'), 201).signal;
  const grant = expectStatus(await stand.claim(claimed.id, session, 'the-key'), 200);
  assert.ok(grant.execute_within_ms > 0);

  await stand.kill();
  await stand.start(clockSet(stand, -HOUR_MS));
  for (const { id } of [claimed, waiting]) assert.equal((await stand.signal(id)).state, 'EXPIRED');
  expectStatus(await stand.claim(waiting.id, session), 409, 'EXPIRED');
  const again = expectStatus(await stand.claim(claimed.id, session, 'the-key'), 200);
  assert.equal(again.client_order_id, grant.client_order_id, 'the same grant');
  assert.equal(again.execute_within_ms, 0, 'and no time to use it');
  const { sessions } = (await stand.get('/api/v1/sessions')).json;
  assert.equal(sessions.length, 1);
  assert.ok(
    sessions[0].remaining_ms > LEASE_MS / 3 && sessions[0].remaining_ms <= LEASE_MS,
    'one lease, and a full one',
  );
  expectStatus(await stand.heartbeat(session), 200);
  const next = expectStatus(await stand.publish('AAAUSDT'), 201).signal;
  assert.ok(next.timestamp > waiting.timestamp, `${next.timestamp} after ${waiting.timestamp}`);
  assert.ok(next.issued_at >= waiting.issued_at, `${next.issued_at} after ${waiting.issued_at}`);
  const nextGrant = expectStatus(await stand.claim(next.id, session), 200);
  assert.ok(nextGrant.fence > grant.fence);
  assert.ok(nextGrant.execute_within_ms > 0 && nextGrant.execute_within_ms <= 300_000);

  // Right again: what was live in the hour that was lost has expired, and stamps go on growing.
  await stand.kill();
  await stand.start();
  const last = expectStatus(await stand.publish('BBBUSDT'), 201).signal;
  assert.ok(last.timestamp > next.timestamp, `${last.timestamp} after ${next.timestamp}`);
  expectStatus(await stand.claim(next.id, session, 'another-key'), 409, 'CLAIMED');
});

it('keeps a deadline by elapsed time when the clock of the executor is set back by an hour', async (t) => {
  const stand = new Stand(t);
  await stand.start();
  const orders: Order[] = [];
  const notices: string[] = [];
  let backMs = 0;
  let onSubmitting = async (): Promise<void> => undefined;
  const executor = new Executor({
    transport: new HttpTransport(stand),
    clock: { ...systemClock, wallMs: () => Date.now() - backMs },
    store: new (class extends FileStore {
      override async append(record: LedgerRecord): Promise<void> {
        if (record.kind === 'submitting') await onSubmitting();
        return super.append(record);
      }
    })(join(stand.folder, 'executor.jsonl')),
    broker: {
      submit: async (order) => {
        orders.push(order);
        return { clientOrderId: order.clientOrderId, status: 'FILLED', qty: 1, cumQty: 1, avgPrice: 100 };
      },
      cancelEntry: async () => undefined,
      findOrders: async () => ({ orders: [], complete: true }),
      quote: () => undefined,
    },
    consumer: 'executor',
    account: 'default',
    symbols: ['AAAUSDT', 'BBBUSDT'],
    decide: () => ({ take: 'MARKET', qty: 1 }),
    onNotice: ({ name, detail }) => void notices.push(`${name} ${detail}`),
  });
  const running = executor.run();
  t.after(async () => {
    await executor.stop();
    await running;
  });
  await until(() => notices.some((notice) => notice.startsWith('session_opened')));

  // The disk of the executor takes longer than the signal lives, and meanwhile somebody sets the clock.
  onSubmitting = async () => {
    backMs = HOUR_MS;
    await sleep(700);
  };
  const late = expectStatus(await stand.publish('AAAUSDT', { ttl_ms: 600 }), 201).signal.id;
  await until(async () => (await stand.signal(late)).deliveries[0].state === 'DECLINED');
  assert.equal((await stand.signal(late)).deliveries[0].reason, 'expired_before_submission');
  assert.deepEqual(orders, [], 'nothing leaves after its time');

  // With the clock an hour behind it goes on as before.
  onSubmitting = async () => undefined;
  const good = expectStatus(await stand.publish('BBBUSDT', { ttl_ms: 20_000 }), 201).signal.id;
  await until(async () => (await stand.signal(good)).deliveries[0].state === 'FILLED');
  assert.deepEqual(
    orders.map(({ signalId }) => signalId),
    [good],
  );
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const untilMs = Date.now() + PATIENCE_MS; !(await holds()); await sleep(20)) {
    assert.ok(Date.now() < untilMs, `waited in vain for ${holds}`);
  }
}

/** A wall clock that is off by this much, for the server alone. Its monotonic clock is not. */
function clockSet({ folder }: Stand, offMs: number): Readonly<Record<string, string>> {
  const preload = pathToFileURL(join(folder, 'clock.mjs'));
  writeFileSync(preload, `const now = Date.now.bind(Date); Date.now = () => now() + (${offMs});`);
  return { NODE_OPTIONS: `--import=${preload.href}` };
}
