import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calling, claim, type Json, OTHER_INSTANCE, session } from './calling.testing.ts';

const report = (values: object) => ({
  body: { report_id: 'r-1', session: 'session-1', epoch: 1, fence: 3, type: 'SUBMITTED', leg: 'ENTRY', ...values },
});

it('takes a signal from claim to fill, and shows what it cost and how long it took', async () => {
  const { house, call } = await calling();
  const opened = await call('POST /sessions', session());
  assert.equal(opened.status, 201);
  assert.deepEqual(
    [opened.json.session, opened.json.epoch, opened.json.lease_ms, opened.json.heartbeat_ms, opened.json.in_doubt],
    ['session-1', 1, 15_000, 5_000, []],
  );
  const { signalId } = house.issue();
  house.nowMs += 20;
  const first = await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  assert.deepEqual([first.status, first.json.execute_within_ms, first.json.fence], [200, 14_980, 3]);
  assert.match(first.json.client_order_id, /^tw-[0-9a-f]{24}$/);
  assert.equal(first.json.signal.deliveries, undefined);
  house.nowMs += 1_000;
  const again = await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  assert.deepEqual([again.json.client_order_id, again.json.fence], [first.json.client_order_id, 3]);
  assert.equal(again.json.execute_within_ms, 13_980, 'what is left now, never more than before');
  const other = await call(`POST /signals/${signalId}/claim`, claim('c-2'));
  assert.deepEqual([other.status, other.json.code], [409, 'CLAIMED']);

  const reports = `POST /deliveries/${signalId}.default/reports`;
  const latency = { received_to_claim_ms: 2, claim_ms: 5, claim_to_submit_ms: 1.5 };
  await call(reports, report({ latency, qty: 2, order_id: '17' }));
  const filled = { report_id: 'r-2', type: 'FILLED', cum_qty: 2, avg_price: 3500.35, fee: 0.7, fee_asset: 'USDT' };
  const told = await call(reports, report({ ...filled, venue_time: '2024-11-21T10:30:51.100Z' }));
  assert.deepEqual([told.status, told.json.duplicate, told.json.delivery.state], [200, false, 'FILLED']);
  const repeated = await call(reports, report({ ...filled, venue_time: '2024-11-21T10:30:51.100Z' }));
  assert.deepEqual([repeated.status, repeated.json.duplicate], [200, true]);
  const changed = await call(reports, report({ ...filled, cum_qty: 1 }));
  assert.deepEqual([changed.status, changed.json.code], [422, 'REPORT_ID_REUSED']);

  const { json } = await call(`GET /signals/${signalId}`);
  assert.equal(json.signal.state, 'EXHAUSTED');
  const [delivery] = json.signal.deliveries;
  assert.deepEqual([delivery.slippage_bps, delivery.fees, delivery.filled_qty, delivery.order_id], [1, 0.7, 2, '17']);
  const stages = delivery.latency.map(({ stage }: Json) => stage);
  assert.deepEqual(stages, ['decided', 'journaled', 'pushed', 'received', 'claimed', 'submitted']);
  assert.equal(delivery.history.at(-1).report.venue_time, '2024-11-21T10:30:51.100Z');
});

it('knows the symbols of a session by any of their names', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session({ symbols: ['eth-usdt', 'BTC/USDT:USDT'] }));
  assert.deepEqual((await call('GET /sessions')).json.sessions[0].symbols, ['ETHUSDT', 'BTCUSDT']);
  const { signalId } = house.issue();
  assert.equal((await call(`POST /signals/${signalId}/claim`, claim('c-1'))).status, 200);
});

it('takes an account back, tells everybody, and gives it to the next one at once', async () => {
  const { call } = await calling();
  await call('POST /sessions', session());
  const released = await call('DELETE /sessions/session-1');
  assert.deepEqual(
    [released.status, released.json],
    [200, { session: 'session-1', account: 'default', released: true }],
  );
  const again = await call('DELETE /sessions/session-1');
  assert.deepEqual([again.status, again.json.code], [409, 'STALE_EPOCH']);
  const unread = await call('DELETE /sessions/session-1', { body: { epoch: 1 } });
  assert.deepEqual([unread.status, unread.json.code], [400, 'MALFORMED_REQUEST']);
  const { json } = await call('GET /events');
  const { type, data } = json.events.at(-1);
  const reason = 'released by desk-1';
  assert.deepEqual(
    [type, data],
    ['session.ended', { account: 'default', session: 'session-1', consumer: 'desk-1', reason }],
  );
  const [account] = (await call('GET /accounts')).json.accounts;
  assert.equal(account.holder, undefined);
  assert.equal((await call('POST /sessions', session({ instance: OTHER_INSTANCE }))).status, 201);
});

it('says who holds an account, fences who lost it, and needs a key of its own for every claim', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session());
  house.nowMs += 2_000;
  const held = await call('POST /sessions', session({ instance: OTHER_INSTANCE, consumer: 'desk-2' }));
  assert.deepEqual([held.status, held.json.code, held.json.remaining_ms], [409, 'ACCOUNT_HELD', 13_000]);
  assert.deepEqual(held.json.holder, { consumer: 'desk-1', since: '2024-11-21T10:30:50.000Z' });
  const { json: sessions } = await call('GET /sessions');
  assert.deepEqual([sessions.sessions[0].consumer, sessions.sessions[0].remaining_ms], ['desk-1', 13_000]);
  assert.equal((await call('POST /sessions/session-1/heartbeat')).json.lease_ms, 15_000);
  const taken = await call('POST /sessions', session({ instance: OTHER_INSTANCE, takeover: true }));
  assert.deepEqual([taken.status, taken.json.epoch], [201, 2]);
  const fenced = await call('POST /sessions/session-1/heartbeat', { body: { epoch: 1 } });
  assert.deepEqual([fenced.status, fenced.json.code], [409, 'STALE_EPOCH']);
  const { signalId } = house.issue();
  const stale = await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  assert.deepEqual([stale.status, stale.json.code], [409, 'STALE_EPOCH']);
  const unnamed = await call(`POST /signals/${signalId}/claim`, { body: claim('').body });
  assert.deepEqual([unnamed.status, unnamed.json.code], [400, 'IDEMPOTENCY_KEY_MISSING']);
  const spaced = await call(`POST /signals/${signalId}/claim`, claim('a b'));
  assert.deepEqual([spaced.status, spaced.json.code], [400, 'MALFORMED_REQUEST']);
  const nowhere = await call('POST /sessions', session({ account: 'elsewhere' }));
  assert.deepEqual([nowhere.status, nowhere.json.code], [404, 'UNKNOWN_ACCOUNT']);
});

it('says what is wrong with what it is sent, and asks the house nothing', async () => {
  const { log, call } = await calling();
  for (const [what, body, detail] of [
    ['POST /sessions', { consumer: 'x' }, /^account must be the name of an account/],
    ['POST /sessions', session({ lease: 5 }).body, /"lease"; known are consumer, account/],
    ['POST /deliveries/x/reports', report({ qty: -1 }).body, /^qty must be a number of at least 0\.$/],
    ['POST /deliveries/x/reports', report({ venue_time: '2024-02-30T00:00:00.000Z' }).body, /^venue_time: an instant/],
    ['POST /sessions/x/heartbeat', [], /^The request body must be a JSON object\.$/],
    ['POST /accounts/default/resume', { reason: 'x' }, /not known here: "reason"/],
  ] as const) {
    const { status, json } = await call(what, { body });
    assert.deepEqual([status, json.code, json.title], [400, 'MALFORMED_REQUEST', 'Malformed request'], what);
    assert.match(json.detail, detail);
  }
  assert.equal(log.lastSeq, 0);
  const unknown = await call('POST /deliveries/x/reports', report({}));
  assert.deepEqual([unknown.status, unknown.json.code], [404, 'UNKNOWN_DELIVERY']);
});

it('answers 503 when the journal cannot write, and keeps what broke for itself', async () => {
  const { house, call, mistakes } = await calling();
  house.disk = () => Promise.reject(new Error('no space left on /secret'));
  const { status, json, text } = await call('POST /sessions', session());
  assert.deepEqual([status, json.code], [503, 'JOURNAL_FAILED']);
  assert.doesNotMatch(text, /secret/);
  assert.equal(mistakes.length, 1);
});
