import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fitting } from './fitting.ts';
import type { ReportBody } from './wire.ts';
import { World } from './world.testing.ts';

const BODY: ReportBody = { report_id: 'r', session: 's', epoch: 1, fence: 1, type: 'FILLED', leg: 'ENTRY' };

it('leaves out what the server would refuse, and keeps what happened', () => {
  const sound = {
    qty: 0,
    cum_qty: 1.5,
    avg_price: 3_500,
    fee: -0.01,
    reason: 'tp',
    venue_time: '2026-01-01T00:00:00Z',
  };
  assert.deepEqual(fitting({ ...BODY, ...sound, latency: { claim_ms: 2 } }), {
    ...BODY,
    ...sound,
    latency: { claim_ms: 2 },
  });
  const odd = { price: 0, avg_price: Number.NaN, qty: -1, fee: Number.POSITIVE_INFINITY, fee_asset: '', order_id: 77 };
  const report = { ...BODY, ...odd, venue_time: 'yesterday', latency: { claim_ms: -1 } } as unknown as ReportBody;
  assert.deepEqual(fitting(report), BODY);
  assert.equal(fitting({ ...BODY, reason: 'x'.repeat(5_000) }).reason?.length, 500);
});

it('delivers the fill of a market order whose venue says that its price is 0', async () => {
  const world = new World();
  world.start();
  await world.time.pass(10);
  world.server.issue('a');
  await world.time.pass(10);
  world.venue.heard({ clientOrderId: 'tw-61', status: 'CLOSED', price: 0, reason: 'stopped out '.repeat(100) });
  await world.time.pass(10);
  const { type, price, reason } = world.server.reports.at(-1)!;
  assert.deepEqual([type, price, reason?.length], ['CLOSED', undefined, 500]);
});
