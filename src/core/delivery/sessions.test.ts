import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GRACE_MS } from './reports.ts';
import { codeOf, done, refusal, Scene, START_MS, TTL_MS } from './scene.testing.ts';
import { LEASE_MS } from './session.ts';

const TIMES = { atMs: START_MS, wallMs: START_MS };

const beat = (scene: Scene, sessionId: string, epoch?: number) => scene.take({ kind: 'heartbeat', sessionId, epoch });

it('gives an account to one executor, and tells the others who holds it and for how long', () => {
  const scene = new Scene();
  const first = scene.session('first');
  assert.equal(first.epoch, 1);
  scene.wait(4_000);
  const { code, holder, message } = refusal(scene.open('second'));
  assert.equal(code, 'account_held');
  assert.deepEqual([holder?.consumer, holder?.remainingMs], ['first', LEASE_MS - 4_000]);
  assert.match(message, /held by first for another 11\.0 s.*takeover/);
  assert.equal(codeOf(scene.open('second', { account: 'paper' })), 'ok', 'the other account is free');
  assert.equal(codeOf(scene.open('second', { account: 'mine' })), 'unknown_account');
});

it('answers the same process that asks again with the session that it has', () => {
  const scene = new Scene();
  const first = scene.session();
  scene.told();
  scene.wait(10_000);
  assert.deepEqual(scene.session(), first);
  assert.deepEqual(scene.told(), []);
  scene.wait(10_000);
  assert.equal(codeOf(beat(scene, first.sessionId)), 'ok', 'asking again was a sign of life');
});

it('gives the same process a new session when it wants other symbols', () => {
  const scene = new Scene();
  const first = scene.session();
  const second = scene.session('atas', { symbols: ['ETHUSDT'] });
  assert.deepEqual([second.epoch, second.symbols], [2, ['ETHUSDT']]);
  assert.equal(codeOf(beat(scene, first.sessionId)), 'stale_epoch');
});

it('keeps a session by its heartbeats and lets it lapse without them', () => {
  const scene = new Scene();
  const { sessionId } = scene.session();
  for (let beats = 0; beats < 10; beats += 1) {
    scene.wait(LEASE_MS - 1);
    assert.equal(codeOf(beat(scene, sessionId, 1)), 'ok');
  }
  scene.told();
  scene.wait(LEASE_MS);
  assert.deepEqual(scene.told(), ['session_ended']);
  assert.equal(codeOf(beat(scene, sessionId)), 'stale_epoch');
  assert.equal(scene.session('second').epoch, 2, 'the account is free');
});

it('has nobody hold an account longer than a lease because nobody looked meanwhile', () => {
  const scene = new Scene();
  const { sessionId } = scene.session();
  scene.elapsedMs += LEASE_MS;
  assert.equal(codeOf(beat(scene, sessionId)), 'stale_epoch');
  assert.equal(codeOf(scene.open('second')), 'ok');
});

it('fences off who is taken over', () => {
  const scene = new Scene();
  const first = scene.session('first');
  const second = scene.session('second', { takeover: true });
  assert.equal(second.epoch, 2);
  const signalId = scene.publish();
  for (const reply of [beat(scene, first.sessionId), scene.claim(first, signalId)]) {
    assert.equal(codeOf(reply), 'stale_epoch');
  }
  assert.equal(codeOf(scene.claim({ ...second, epoch: 1 }, signalId)), 'stale_epoch');
  const wrong = refusal(beat(scene, second.sessionId, 1));
  assert.equal(wrong.code, 'stale_epoch');
  assert.match(wrong.message, /holds the account default with the epoch 2, not 1\.$/);
  assert.equal(codeOf(scene.claim(second, signalId)), 'ok');
});

it('ends with a release, which tells who gave the account back, and frees it at once', () => {
  const scene = new Scene();
  const first = scene.session('first');
  const signalId = scene.publish();
  scene.told();
  const { sessionId } = first;
  assert.deepEqual(done(scene.take({ kind: 'release', sessionId })), first);
  const { seq: _, ...ended } = scene.effects.at(-1)!;
  const reason = 'released by first';
  assert.deepEqual(ended, { kind: 'session_ended', sessionId, account: 'default', reason, released: true, ...TIMES });
  for (const reply of [beat(scene, sessionId), scene.take({ kind: 'release', sessionId })]) {
    assert.equal(codeOf(reply), 'stale_epoch');
  }
  assert.equal(codeOf(scene.claim(first, signalId)), 'stale_epoch');
  scene.restart().wait(0);
  assert.equal(codeOf(beat(scene, sessionId)), 'stale_epoch', 'it does not come back');
  assert.equal(scene.session('second').epoch, 2);
});

it('releases nothing for who was fenced off, lapsed or never was', () => {
  const scene = new Scene();
  const first = scene.session('first');
  const second = scene.session('second', { takeover: true });
  scene.told();
  for (const sessionId of [first.sessionId, 'nobody']) {
    assert.equal(codeOf(scene.take({ kind: 'release', sessionId })), 'stale_epoch');
  }
  assert.deepEqual(scene.told(), []);
  scene.elapsedMs += LEASE_MS;
  assert.equal(codeOf(scene.take({ kind: 'release', sessionId: second.sessionId })), 'stale_epoch');
  const ended = scene.effects.at(-1)!;
  assert.ok(ended.kind === 'session_ended' && ended.released === undefined, 'that was a lapse');
});

it('keeps what a released session had claimed from everybody else, and has it in doubt in its time', () => {
  const scene = new Scene();
  const first = scene.session('first');
  const signalId = scene.publish();
  const offered = scene.publish(2, { symbol: 'BTCUSDT' });
  scene.claimed(first, signalId);
  scene.take({ kind: 'release', sessionId: first.sessionId });
  const shown = done(scene.take({ kind: 'show', signalIds: [signalId, offered] }));
  assert.deepEqual(shown.signalIds, [offered], 'clients of the guide are shown what nobody claimed');
  const { inDoubt } = done(scene.open('second'));
  assert.deepEqual(
    inDoubt.map((delivery) => delivery.signalId),
    [signalId],
  );
  scene.wait(TTL_MS + GRACE_MS);
  assert.match(scene.state(signalId), /^IN_DOUBT: no report came from first/);
});

it('gives every session one full lease after a restart, and no more', () => {
  const scene = new Scene();
  const session = scene.session();
  scene.elapsedMs += 60_000;
  scene.restart();
  assert.equal(codeOf(scene.open('second')), 'account_held');
  scene.wait(LEASE_MS - 1);
  assert.equal(codeOf(beat(scene, session.sessionId, session.epoch)), 'ok');
  scene.restart().wait(0).wait(LEASE_MS);
  assert.equal(codeOf(beat(scene, session.sessionId)), 'stale_epoch');
  assert.equal(scene.session('second').epoch, 2, 'epochs grow over restarts');
});

it('tells a new process what it must look up at its venue, and nothing of its own', () => {
  const scene = new Scene();
  const first = scene.session('first');
  const claimed = scene.claimed(first, scene.publish(1));
  const working = scene.claimed(first, scene.publish(2, { symbol: 'SOLUSDT' }), 'two');
  scene.report(working, { type: 'SUBMITTED' });
  const over = scene.claimed(first, scene.publish(3, { symbol: 'BTCUSDT' }), 'three');
  scene.report(over, { type: 'REJECTED' });
  assert.deepEqual(
    done(scene.open('first')).inDoubt.map(({ deliveryId }) => deliveryId),
    [working.delivery.deliveryId],
  );
  const { inDoubt, halted } = done(scene.open('second', { takeover: true }));
  assert.deepEqual(
    inDoubt.map(({ deliveryId }) => deliveryId),
    [claimed, working].map(({ delivery }) => delivery.deliveryId),
  );
  assert.equal(halted, false);
  scene.take({ kind: 'halt', account: 'default', reason: 'enough', by: 'me' });
  assert.equal(done(scene.open('second')).halted, true);
});
