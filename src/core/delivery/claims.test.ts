import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeOf, done, reportOf, Scene, START_MS, signalIdOf, TTL_MS } from './scene.testing.ts';

it('grants a signal once, with a fence, a name for the venue and the time that is left', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  scene.wait(1_000);
  const { grant, delivery, executeWithinMs } = scene.claimed(session, signalId);
  assert.equal(delivery.deliveryId, `${signalId}.default`);
  assert.equal(grant.fence, scene.effects.at(-1)?.seq);
  assert.match(grant.clientOrderId, /^tw-[0-9a-f]{24}$/);
  assert.equal(executeWithinMs, TTL_MS - 1_000);
  assert.equal(grant.deadlineMs, START_MS + TTL_MS);
  assert.equal(scene.state(signalId), 'CLAIMED: claimed by atas');
  assert.equal(codeOf(scene.claim(session, signalId, 'another key')), 'claimed');
});

it('answers a repeated claim with the same grant and the time that is left by now', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  const first = scene.claimed(session, signalId);
  scene.told();
  scene.wait(10_000);
  const again = scene.claimed(session, signalId);
  assert.deepEqual(again.grant, first.grant);
  assert.deepEqual([first.executeWithinMs, again.executeWithinMs], [TTL_MS, TTL_MS - 10_000]);
  assert.deepEqual(scene.told(), []);
});

it('gives an old grant to nobody who does not hold the account any more', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session('first'), scene.publish()];
  scene.claimed(session, signalId);
  const second = scene.session('second', { takeover: true });
  assert.equal(codeOf(scene.claim(session, signalId)), 'stale_epoch');
  assert.equal(codeOf(scene.claim(second, signalId)), 'claimed', 'nor to the next, even with the same key');
});

it('counts the time left in house milliseconds of a market that runs faster', () => {
  const scene = new Scene({ speed: 60 });
  const signalId = scene.publish(1, {}, 2_000);
  const session = scene.session();
  assert.equal(scene.claimed(session, signalId).executeWithinMs, 2_000);
  const other = scene.publish(2, { symbol: 'SOLUSDT' }, 2_000);
  scene.elapsedMs += 1_999.99;
  assert.equal(codeOf(scene.claim(session, other, 'two')), 'expired', 'less than a millisecond is left');
});

it('grants nothing from the moment of expiry on, whether or not anybody looked before', () => {
  for (const lookedMs of [TTL_MS, TTL_MS - 1]) {
    const scene = new Scene();
    const [session, signalId] = [scene.session(), scene.publish()];
    scene.elapsedMs += lookedMs - 1_000;
    scene.take({ kind: 'heartbeat', sessionId: session.sessionId, epoch: undefined });
    const holder = scene.session('next', { takeover: true });
    scene.elapsedMs += 1_000;
    assert.equal(codeOf(scene.claim(holder, signalId)), lookedMs === TTL_MS ? 'expired' : 'ok');
  }
});

it('says why a signal is over, the better reason first', () => {
  const scene = new Scene();
  const session = scene.session();
  const cancelled = scene.publish(1);
  scene.take({ kind: 'cancel', signalId: cancelled, reason: 'changed my mind', by: 'tester' });
  const superseded = scene.publish(2);
  const acknowledged = scene.publish(3);
  scene.dispatcher.acknowledge(scene.books.signals.lastStampUs, scene.moment.atMs);
  scene.effects.push(...scene.dispatcher.drain());
  const codes = [cancelled, superseded, acknowledged, signalIdOf(99)].map((id) => codeOf(scene.claim(session, id)));
  assert.deepEqual(codes, ['cancelled', 'superseded', 'shown', 'unknown_signal']);
});

it('routes by symbol and by account; the account paper takes part without ending anything', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const [solOnly, paper] = [scene.session('sol', { symbols: ['SOLUSDT'] }), scene.session('p', { account: 'paper' })];
  assert.equal(codeOf(scene.claim(solOnly, signalId)), 'not_routed');
  const granted = scene.claimed(paper, signalId);
  assert.equal(granted.delivery.deliveryId, `${signalId}.paper`);
  scene.report(granted, { type: 'FILLED' });
  scene.report(granted, { type: 'CLOSED', leg: 'STOP' });
  assert.equal(scene.books.deliveries.instruction(signalId)?.end, undefined);
  assert.equal(codeOf(scene.claim(scene.session('atas', { takeover: true }), signalId)), 'ok');
});

it('offers again what its holder gives back unsent, with another fence and another name for the venue', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  const first = scene.claimed(session, signalId, 'one');
  scene.report(first, { type: 'NACK', reason: 'not_sent' });
  assert.equal(scene.state(signalId), 'OFFERED: waits for an executor');
  assert.equal(codeOf(scene.claim(session, signalId, 'one')), 'claimed', 'an echo of the first claim');
  const second = scene.claimed(session, signalId, 'two');
  assert.ok(second.grant.fence > first.grant.fence);
  assert.notEqual(second.grant.clientOrderId, first.grant.clientOrderId);
  // That nothing came of the first says nothing of the second.
  scene.report(first, { type: 'NOT_SENT' });
  scene.report(first, { type: 'REJECTED' });
  assert.equal(scene.state(signalId), 'CLAIMED: claimed by atas');
  scene.report(first, { type: 'FILLED' });
  assert.equal(scene.state(signalId), 'FILLED: filled', 'but a fill counts whosever it is');
});

it('offers again only what the very process that holds it gives back before it was heard of', () => {
  const notSent = { type: 'NACK', reason: 'not sent' } as const;
  const given = (meddle: (scene: Scene, granted: ReturnType<Scene['claimed']>) => void): string => {
    const scene = new Scene();
    const [session, signalId] = [scene.session(), scene.publish(1, {}, 300_000)];
    const granted = scene.claimed(session, signalId);
    meddle(scene, granted);
    scene.report(granted, notSent);
    return scene.delivery(signalId).state;
  };
  assert.equal(
    given(() => undefined),
    'OFFERED',
  );
  assert.equal(
    given((scene) => scene.session('other', { takeover: true })),
    'NOT_SENT',
  );
  assert.equal(
    given((scene) => scene.wait(15_000)),
    'NOT_SENT',
  );
  assert.equal(
    given((scene) => scene.session('atas', { symbols: ['ETHUSDT'] })),
    'NOT_SENT',
  );
  assert.equal(
    given((scene, granted) => scene.report(granted, { type: 'SUBMITTED' })),
    'WORKING',
  );
  assert.equal(
    given((scene, granted) => scene.report(granted, { type: 'SUBMITTED', leg: 'STOP' })),
    'WORKING',
  );
  assert.equal(
    given((scene, granted) => scene.report(granted, { type: 'NACK', reason: 'price' })),
    'DECLINED',
  );
  assert.equal(
    given((scene) => scene.restart()),
    'OFFERED',
    'a restart of ours is no restart of theirs',
  );
});

it('takes nothing back from the next holder of the account, who knows nothing of what the one before has sent', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const granted = scene.claimed(scene.session('first'), signalId);
  const { sessionId: session, epoch } = scene.session('second', { takeover: true });
  scene.report(granted, { type: 'NACK', reason: 'not_sent', session, epoch });
  assert.equal(scene.delivery(signalId).state, 'NOT_SENT');
});

it('takes nothing back that is in doubt already, even from an executor that is alive', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  scene.report(scene.claimed(session, signalId), { type: 'FILLED' });
  const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
  const closing = scene.claimed(session, instruction.id, 'close it');
  while (scene.delivery(instruction.id).state === 'CLAIMED') {
    scene.wait(1_000);
    done(scene.take({ kind: 'heartbeat', sessionId: session.sessionId, epoch: undefined }));
  }
  assert.equal(scene.delivery(instruction.id).state, 'IN_DOUBT');
  scene.report(closing, { type: 'NACK', reason: 'not_sent' });
  assert.equal(scene.delivery(instruction.id).state, 'NOT_SENT');
  assert.equal(codeOf(scene.claim(session, instruction.id, 'again')), 'claimed');
});

it('is over when it is given back after its offer has ended', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish(1, {}, 10_000)];
  const granted = scene.claimed(session, signalId);
  scene.wait(10_000);
  assert.equal(scene.delivery(signalId).state, 'CLAIMED');
  scene.report(granted, { type: 'NACK', reason: 'not_sent' });
  assert.equal(scene.delivery(signalId).state, 'EXPIRED');
});

it('never offers what somebody speaks of whose claim is not known, and asks what became of it', () => {
  for (const type of ['SUBMITTED', 'PARTIAL', 'FILLED', 'NACK'] as const) {
    const scene = new Scene();
    const [session, signalId] = [scene.session(), scene.publish()];
    const grant = { sessionId: 'lost with a backup', epoch: 7, fence: 4_711 } as never;
    const deliveryId = `${signalId}.default`;
    const { delivery } = done(scene.take({ kind: 'report', deliveryId, report: reportOf({ grant }, { type }) }));
    assert.deepEqual(delivery.facts.reports[0]?.flags, ['unknown_fence']);
    assert.equal(codeOf(scene.claim(session, signalId)), 'claimed', type);
    scene.wait(1_000);
    const open = type === 'SUBMITTED' || type === 'PARTIAL';
    assert.equal(scene.delivery(signalId).state === 'IN_DOUBT', open, type);
  }
});
