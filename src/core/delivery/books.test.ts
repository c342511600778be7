import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books, EMPTY_BASE, openWith } from './books.ts';
import { asJson, done, Scene, START_MS } from './scene.testing.ts';

it('has nothing to carry on when nothing has happened', () => {
  assert.deepEqual(new Books().asBase(), EMPTY_BASE);
});

it('carries what is live, what is executed and what is open, and forgets what is settled', () => {
  const scene = new Scene();
  const session = scene.session();
  const settled = scene.publish(1);
  scene.take({ kind: 'cancel', signalId: settled, reason: 'r', by: 'p' });
  const position = scene.publish(2);
  scene.report(scene.claimed(session, position), { type: 'FILLED' });
  const live = scene.publish(3, { symbol: 'SOLUSDT' });
  const { instruction } = done(scene.take({ kind: 'close', signalId: position, reason: 'out', by: 'p' }));
  scene.take({ kind: 'halt', account: 'paper', reason: 'enough', by: 'me' });

  const { deliveries, signals } = new Books(asJson(scene.books.asBase()));
  assert.deepEqual(
    [...deliveries.instructions].map(({ id }) => id),
    [position, live, instruction.id],
  );
  assert.deepEqual(
    [...signals.open].map(({ signalId }) => signalId),
    [live],
  );
  assert.equal(deliveries.account('default')?.session?.sessionId, session.sessionId);
  assert.equal(deliveries.account('paper')?.halt?.reason, 'enough');
  assert.equal(deliveries.latestWallMs, START_MS);
});

it('goes its own way after a copy', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const copy = scene.books.copy();
  scene.take({ kind: 'cancel', signalId, reason: 'r', by: 'p' });
  assert.equal(copy.deliveries.delivery(`${signalId}.default`)?.state, 'OFFERED');
  assert.deepEqual([copy.signals.open.length, scene.books.signals.open.length], [1, 0]);
});

it('tells an open signal as it is now, from the effect that issued it', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  scene.take({ kind: 'amend', signalId, version: 1, stopPrice: 3490, by: 'p' });
  const [issued] = scene.effects;
  assert.ok(issued?.kind === 'signal_issued' && issued.signal.stopPrice === 3482.5);
  const { open, delivery } = openWith([issued], scene.books.asBase().delivery);
  assert.deepEqual({ ...scene.books.asBase(), open, delivery }, scene.books.asBase());
  assert.equal(open[0]?.signal.stopPrice, 3490);
  // A journal from before deliveries were known says nothing of them: what is live is on offer.
  const older = new Books({ ...EMPTY_BASE, seq: 1, signalsIssued: 1, ...openWith([issued]) });
  assert.equal(older.deliveries.delivery(`${signalId}.default`)?.state, 'OFFERED');
});

it('passes over a late word on what it has forgotten', () => {
  const books = new Books();
  const times = { atMs: START_MS, wallMs: START_MS };
  books.apply({ seq: 1, kind: 'delivery_doubted', deliveryId: 'gone.default', fence: 1, reason: 'r', ...times });
  books.apply({
    seq: 2,
    kind: 'close_issued',
    closeId: 'c',
    signalId: 'gone',
    accounts: [],
    reason: 'r',
    by: 'b',
    ...times,
  });
  assert.deepEqual([...books.deliveries.instructions], []);
  assert.equal(books.signals.lastSeq, 2);
});

it('does not carry positions for ever that nobody says were closed', () => {
  const scene = new Scene();
  const session = scene.session();
  const ids = Array.from({ length: 1_003 }, (_, number) => {
    const signalId = scene.publish(number);
    scene.report(scene.claimed(session, signalId, `key ${number}`), { type: 'FILLED' });
    return signalId;
  });
  const carried = scene.books.asBase().delivery.instructions.map(({ id }) => id);
  assert.deepEqual(carried, ids.slice(3));
  const [oldest] = ids as [string];
  assert.equal(done(scene.take({ kind: 'close', signalId: oldest, reason: 'out', by: 'p' })).duplicate, false);
  const after = new Books(asJson(scene.books.asBase()));
  assert.equal(after.deliveries.unsettled.length, 1_001);
  assert.equal(scene.books.copy().deliveries.unsettled.length, 1_001);
});
