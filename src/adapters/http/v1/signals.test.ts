import assert from 'node:assert/strict';
import { it } from 'node:test';
import { calling, claim, type Json, session } from './calling.testing.ts';

const ID = '01934e4e-a700-7b11-8c22-d33344445555';
const published = (values: object = {}) => ({
  body: {
    ...{ id: ID, symbol: 'eth/usdt', direction: 'BUY', entry_price: 3500, stop_loss: 3482.5, take_profit: 3542 },
    ...{ signal_strength: 80, ttl_ms: 5_000, ...values },
  },
});

it('publishes once under an id, whoever repeats it, and never something else under the same', async () => {
  const { call } = await calling({ speed: 2 });
  const first = await call('POST /signals', published());
  assert.deepEqual([first.status, first.json.duplicate, first.json.signal.producer], [201, false, 'desk']);
  const { symbol, expires_in_ms, tp1, tp2, tp3, reasons, votes } = first.json.signal;
  assert.deepEqual([symbol, expires_in_ms, reasons, votes], ['ETHUSDT', 5_000, ['published from outside'], []]);
  assert.deepEqual([tp1, tp2, tp3], [3542, 3542, 3542], 'its one target, and none that nobody named');
  const moved = await call(`PATCH /signals/${ID}`, { body: { version: 1, take_profit: 3550 } });
  assert.deepEqual([moved.status, moved.json.signal.tp1, moved.json.signal.tp3], [200, 3550, 3550]);
  const { id, ...rest } = published().body;
  const again = await call('POST /signals', { body: { ...rest, id } });
  assert.deepEqual([again.status, again.json.duplicate, again.json.signal.seq], [200, true, first.json.signal.seq]);
  const other = await call('POST /signals', published({ leverage: 3 }));
  assert.deepEqual([other.status, other.json.code], [422, 'ID_REUSED']);
  const upside = { id: ID.replace('a700', 'a701'), stop_loss: 3600 };
  const bad = await call('POST /signals', published(upside));
  assert.deepEqual([bad.status, bad.json.code], [422, 'BAD_BRACKET']);
});

it('amends what has the version that was read, cancels, and closes what is open', async () => {
  const { house, call } = await calling();
  await call('POST /sessions', session());
  const { signalId } = house.issue();
  const amended = await call(`PATCH /signals/${signalId}`, { body: { version: 1, stop_loss: 3490, tp3: 3570 } });
  const { version, stop_loss, tp1, tp3 } = amended.json.signal;
  assert.deepEqual([amended.status, version, stop_loss, tp1, tp3], [200, 2, 3490, 3528, 3570]);
  const late = await call(`PATCH /signals/${signalId}`, { body: { version: 1, stop_loss: 3491 } });
  assert.deepEqual([late.status, late.json.code, late.json.version], [409, 'VERSION_CONFLICT', 2]);
  const nothing = await call(`POST /signals/${signalId}/close`);
  assert.deepEqual([nothing.status, nothing.json.code], [409, 'NOTHING_TO_CLOSE']);
  await call(`POST /signals/${signalId}/claim`, claim('c-1'));
  const closing = await call(`POST /signals/${signalId}/close`, { body: { reason: 'news' } });
  const { intent, closes, direction, expires_at, expires_in_ms, reasons } = closing.json.signal;
  assert.deepEqual([closing.status, intent, closes, direction], [201, 'CLOSE', signalId, 'SELL']);
  assert.deepEqual([expires_at, expires_in_ms, reasons], [null, null, ['news']]);
  const repeated = await call(`POST /signals/${signalId}/close`);
  assert.deepEqual([repeated.status, repeated.json.signal.id], [200, closing.json.signal.id]);
  const granted = await call(`POST /signals/${closing.json.signal.id}/claim`, claim('c-2'));
  assert.deepEqual([granted.status, granted.json.execute_within_ms, granted.json.signal.intent], [200, null, 'CLOSE']);
  const cancelled = await call(`POST /signals/${signalId}/cancel`, { body: { reason: 'changed my mind' } });
  assert.deepEqual([cancelled.status, cancelled.json.signal.state], [200, 'CANCELLED']);
  assert.match(cancelled.json.signal.outcome.reason, /changed my mind/);
  const unknown = await call(`POST /signals/${ID}/cancel`);
  assert.deepEqual([unknown.status, unknown.json.code], [404, 'UNKNOWN_SIGNAL']);
});

it('lists page by page without leaving one out or showing one twice, and by state and symbol', async () => {
  const { house, call } = await calling();
  const issued = Array.from({ length: 7 }, (_, index) => house.issue({ symbol: index % 2 ? 'BTCUSDT' : 'ETHUSDT' }));
  house.end(issued[2]!, 'EXPIRED');
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { json }: Json = await call('GET /signals', { query: { limit: '3', ...(after && { after }) } });
    seen.push(...json.signals.map(({ id }: Json) => id));
    after = json.next ?? undefined;
  } while (after !== undefined);
  assert.deepEqual(
    seen,
    issued.map(({ signalId }) => signalId),
  );
  const idsOf = async (query: Record<string, string>) =>
    (await call('GET /signals', { query })).json.signals.map(({ id }: Json) =>
      issued.findIndex((s) => s.signalId === id),
    );
  assert.deepEqual(await idsOf({ state: 'EXPIRED' }), [2]);
  assert.deepEqual(await idsOf({ symbol: 'btc-usdt' }), [1, 3, 5]);
  const gone = await call('GET /signals', { query: { after: `${'f'.repeat(32)}:3` } });
  assert.deepEqual([gone.status, gone.json.code, gone.json.reset], [410, 'CURSOR_GONE', true]);
  for (const query of [{ after: 'x' }, { limit: '0' }, { state: 'LIVE' }, { page: '2' }]) {
    assert.equal((await call('GET /signals', { query })).status, 400, JSON.stringify(query));
  }
});
