import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GRACE_MS } from './reports.ts';
import { codeOf, done, reportOf, Scene, START_MS, TTL_MS } from './scene.testing.ts';

function claimedScene() {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  return { scene, session, signalId, granted: scene.claimed(session, signalId) };
}

it('follows an order from the venue to the close of its position, and ends the offer with the fill', () => {
  const { scene, signalId, granted } = claimedScene();
  const seen: string[] = [];
  const steps = [
    { type: 'SUBMITTED', orderId: '77' },
    { type: 'PARTIAL', cumQty: 0.4, leavesQty: 0.6 },
    { type: 'FILLED', cumQty: 1, leavesQty: 0 },
    { type: 'FILLED', leg: 'TP1', cumQty: 0.5 },
    { type: 'CLOSED', leg: 'TP2', leavesQty: 0 },
  ] as const;
  for (const step of steps) {
    scene.report(granted, step);
    seen.push(scene.delivery(signalId).state);
  }
  assert.deepEqual(seen, ['WORKING', 'PARTIAL', 'FILLED', 'FILLED', 'CLOSED']);
  assert.equal(scene.state(signalId), 'CLOSED: tp2');
  assert.equal(scene.books.deliveries.instruction(signalId)?.end?.state, 'EXHAUSTED');
  const { history } = scene.delivery(signalId);
  assert.deepEqual(
    history.map(({ state, by }) => `${state} by ${by}`),
    ['OFFERED by tester', 'CLAIMED by atas', ...seen.map((state) => `${state} by atas`)],
  );
  assert.equal(new Set(history.map(({ seq }) => seq)).size, history.length);
});

it('takes a report once, whatever the order of its members, and refuses its id for another content', () => {
  const { scene, granted } = claimedScene();
  const { deliveryId } = granted.delivery;
  const report = reportOf(granted, { type: 'FILLED', cumQty: 1, latency: { a_ms: 1, b_ms: 2 } });
  assert.equal(done(scene.take({ kind: 'report', deliveryId, report })).duplicate, false);
  scene.told();
  const turned = Object.fromEntries(Object.entries({ ...report, latency: { b_ms: 2, a_ms: 1 } }).reverse());
  const again = scene.take({ kind: 'report', deliveryId, report: { ...turned, reason: undefined } as never });
  assert.equal(done(again).duplicate, true);
  const other = scene.take({ kind: 'report', deliveryId, report: { ...report, cumQty: 2 } });
  assert.equal(codeOf(other), 'report_id_reused');
  assert.equal(codeOf(scene.take({ kind: 'report', deliveryId: 'nobody.default', report })), 'unknown_delivery');
  assert.equal(codeOf(scene.take({ kind: 'report', deliveryId: 'no dot', report })), 'unknown_delivery');
  assert.deepEqual(scene.told(), []);
});

it('takes reports of a lost session, after the end of the signal and after a restart, and flags them', () => {
  const { scene, signalId, granted } = claimedScene();
  scene.wait(TTL_MS);
  scene.session('next');
  scene.restart();
  assert.equal(scene.delivery(signalId).state, 'CLAIMED');
  scene.report(granted, { type: 'FILLED' });
  assert.equal(scene.delivery(signalId).state, 'FILLED');
  scene.report(granted, { type: 'REJECTED' });
  assert.equal(scene.delivery(signalId).state, 'FILLED', 'nothing overrides a fill');
  const flags = scene.delivery(signalId).facts.reports.map((report) => report.flags);
  assert.deepEqual(flags, [['stale_epoch'], ['late', 'stale_epoch', 'contradiction']]);
});

it('takes no more reports of one delivery than can be true', () => {
  const { scene, granted } = claimedScene();
  for (let part = 0; part < 2_000; part += 1) done(scene.report(granted, { type: 'PARTIAL', cumQty: part }));
  assert.equal(codeOf(scene.report(granted, { type: 'FILLED' })), 'too_many_reports');
});

it('doubts what nobody reported on in time, and not a moment earlier', () => {
  const { scene, session, signalId } = claimedScene();
  scene.wait(TTL_MS + GRACE_MS - 1);
  assert.equal(scene.delivery(signalId).state, 'CLAIMED');
  scene.wait(1);
  assert.equal(scene.state(signalId), 'IN_DOUBT: no report came from atas within 10 s of the deadline');
  scene.told();
  scene.wait(60_000);
  assert.deepEqual(scene.told(), [], 'once');
  assert.equal(codeOf(scene.claim(scene.session('next'), signalId)), 'claimed', 'and offers it to nobody');
  assert.equal(codeOf(scene.claim(session, signalId)), 'stale_epoch');
});

it('doubts an order that works on after its time, and a position that stays half open', () => {
  for (const type of ['SUBMITTED', 'PARTIAL'] as const) {
    const { scene, signalId, granted } = claimedScene();
    scene.report(granted, { type });
    scene.wait(TTL_MS + GRACE_MS);
    assert.match(scene.state(signalId), /^IN_DOUBT: no final report came from atas/);
    scene.report(granted, { type: 'FILLED' });
    assert.equal(scene.delivery(signalId).state, 'FILLED', 'facts beat guesses');
  }
});

it('doubts over a restart, from what the journal says', () => {
  const { scene, signalId } = claimedScene();
  scene.restart().wait(TTL_MS + GRACE_MS);
  assert.equal(scene.delivery(signalId).state, 'IN_DOUBT');
  scene.restart();
  assert.equal(scene.delivery(signalId).state, 'IN_DOUBT');
});

it('lets a person out of every doubt, with whatever is said', () => {
  for (const reported of [undefined, 'SUBMITTED', 'PARTIAL'] as const) {
    for (const state of ['FILLED', 'REJECTED', 'NOT_SENT'] as const) {
      const { scene, signalId, granted } = claimedScene();
      if (reported !== undefined) scene.report(granted, { type: reported });
      const resolve = () =>
        scene.take({
          kind: 'resolve',
          deliveryId: `${signalId}.default`,
          resolution: { state, reason: 'seen at the venue', by: 'me' },
        });
      assert.equal(codeOf(resolve()), 'not_in_doubt');
      scene.wait(TTL_MS + GRACE_MS);
      // Of a partial fill nothing can be said to have come to nothing.
      assert.equal(done(resolve()).state, reported === 'PARTIAL' ? 'FILLED' : state);
      assert.equal(codeOf(resolve()), 'not_in_doubt');
      scene.wait(1_000_000);
      assert.equal(scene.delivery(signalId).state, reported === 'PARTIAL' ? 'FILLED' : state, 'and stays out of it');
      scene.report(granted, { type: 'FILLED' });
      assert.equal(scene.delivery(signalId).state, 'FILLED', 'a fact beats what a person found out');
    }
  }
  const scene = new Scene();
  const resolution = { state: 'FILLED', reason: '', by: 'me' } as const;
  assert.equal(codeOf(scene.take({ kind: 'resolve', deliveryId: 'x.default', resolution })), 'unknown_delivery');
});

it('asks what became of an order to close that nobody reports on', () => {
  const { scene, session, signalId, granted } = claimedScene();
  scene.report(granted, { type: 'FILLED' });
  const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
  const { executeWithinMs, grant } = scene.claimed(session, instruction.id, 'close it');
  assert.equal(executeWithinMs, undefined);
  scene.wait(grant.deadlineMs + GRACE_MS - START_MS);
  assert.equal(scene.delivery(instruction.id).state, 'IN_DOUBT');
});
