import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calling, claim, type Json, session } from './calling.testing.ts';

it('leads a person out of a doubt', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session());
  const { signalId } = house.issue();
  await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  const early = await call(`POST /deliveries/${signalId}.default/resolve`, {
    body: { state: 'NOT_SENT', reason: 'x' },
  });
  assert.deepEqual([early.status, early.json.code], [409, 'NOT_IN_DOUBT']);
  house.nowMs += 30_000;
  await house.ask({ kind: 'sweep' });
  const doubts = async () => (await call('GET /deliveries', { query: { state: 'IN_DOUBT' } })).json.deliveries;
  assert.deepEqual(
    (await doubts()).map(({ id }: Json) => id),
    [`${signalId}.default`],
  );
  const { json } = await call('GET /accounts');
  assert.deepEqual(
    json.accounts.map(({ account, in_doubt }: Json) => [account, in_doubt]),
    [
      ['default', 1],
      ['paper', 0],
    ],
  );
  const reopened = await call('POST /sessions', session({ instance: '1'.repeat(32) }));
  assert.deepEqual(
    reopened.json.in_doubt.map(({ state }: Json) => state),
    ['IN_DOUBT'],
  );
  const found = { state: 'FILLED', reason: 'seen at the venue', qty: 2, avg_price: 3501 };
  const resolved = await call(`POST /deliveries/${signalId}.default/resolve`, { body: found });
  assert.deepEqual([resolved.json.delivery.state, resolved.json.delivery.filled_qty], ['FILLED', 2]);
  assert.equal(resolved.json.delivery.history.at(-1).by, 'desk');
  assert.deepEqual(await doubts(), []);
});

it('halts an account and resumes it, saying why', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session());
  const halted = await call('POST /accounts/default/halt', { body: { reason: 'enough for today' } });
  const { account } = halted.json;
  assert.deepEqual(
    [account.halted, account.halted_reason, account.holder.consumer],
    [true, 'enough for today', 'desk-1'],
  );
  const { signalId } = house.issue();
  const refused = await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  assert.deepEqual([refused.status, refused.json.code], [409, 'HALTED']);
  assert.equal((await call('POST /sessions/session-1/heartbeat')).json.halted, true);
  assert.equal((await call('POST /accounts/default/resume')).json.account.halted, false);
  assert.equal((await call('POST /accounts/elsewhere/halt')).json.code, 'UNKNOWN_ACCOUNT');
});
