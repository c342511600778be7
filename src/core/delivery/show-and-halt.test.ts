import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeOf, done, refusal, Scene, TTL_MS } from './scene.testing.ts';
import { LEASE_MS } from './session.ts';

const shown = (scene: Scene, ...signalIds: string[]) => done(scene.take({ kind: 'show', signalIds })).signalIds;
const halt = (scene: Scene, account = 'default') => scene.take({ kind: 'halt', account, reason: 'enough', by: 'me' });
const resume = (scene: Scene, account = 'default') => scene.take({ kind: 'resume', account, by: 'me' });

function acknowledge(scene: Scene, stampUs = scene.books.signals.lastStampUs): void {
  scene.dispatcher.acknowledge(stampUs, scene.moment.atMs);
  scene.effects.push(...scene.dispatcher.drain());
}

it('marks what a client of the guide is about to see, once, and grants it to nobody any more', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  assert.deepEqual(shown(scene, signalId, 'unknown'), [signalId]);
  assert.deepEqual(scene.told(), ['signal_issued', 'delivery_shown']);
  assert.deepEqual(shown(scene, signalId), [signalId]);
  assert.deepEqual(scene.told(), []);
  const session = scene.session();
  assert.equal(codeOf(scene.claim(session, signalId)), 'shown');
  scene.restart();
  assert.equal(codeOf(scene.claim(session, signalId)), 'shown');
  assert.equal(codeOf(scene.claim(scene.session('p', { account: 'paper' }), signalId)), 'ok', 'paper is beside it all');
});

it('shows nothing while an executor holds the account, and shows again when it has gone', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  scene.session('p', { account: 'paper' });
  scene.session();
  const reply = done(scene.take({ kind: 'show', signalIds: [signalId] }));
  assert.deepEqual([reply.signalIds, reply.holder?.consumer], [[], 'atas']);
  scene.wait(LEASE_MS);
  assert.deepEqual(shown(scene, signalId), [signalId]);
});

it('never shows what was granted, not even when it was given back', () => {
  const scene = new Scene();
  const signalId = scene.publish(1, {}, 300_000);
  const granted = scene.claimed(scene.session(), signalId);
  scene.report(granted, { type: 'NACK', reason: 'not_sent' });
  scene.wait(LEASE_MS);
  assert.equal(scene.delivery(signalId).state, 'OFFERED');
  assert.deepEqual(shown(scene, signalId), []);
});

it('shows nothing that is over', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  scene.elapsedMs += TTL_MS;
  assert.deepEqual(shown(scene, signalId), []);
});

it('ends a signal with the acknowledgement of its reader, and none that it cannot have seen', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  shown(scene, signalId);
  acknowledge(scene, scene.books.signals.lastStampUs + 1);
  assert.equal(scene.delivery(signalId).state, 'SHOWN');
  acknowledge(scene);
  assert.equal(scene.state(signalId), 'ACKED_LEGACY: a client of the guide acknowledged it');
  scene.told();
  acknowledge(scene);
  assert.deepEqual(scene.told(), []);

  const claimed = scene.publish(2);
  scene.claimed(scene.session(), claimed);
  acknowledge(scene);
  assert.equal(scene.delivery(claimed).state, 'CLAIMED');
});

it('keeps an acknowledgement to the account that its reader trades, whenever paper claimed', () => {
  const scene = new Scene();
  const [before, after] = [scene.publish(), scene.publish(2, { symbol: 'SOLUSDT' })];
  const paper = scene.session('p', { account: 'paper' });
  const stamps = scene.books.signals.open.map(({ stampUs }) => stampUs);
  const claimedBefore = scene.claimed(paper, before, 'before');
  for (const stampUs of stamps) acknowledge(scene, stampUs);
  const claimedAfter = scene.claimed(paper, after, 'after');
  for (const granted of [claimedBefore, claimedAfter]) scene.report(granted, { type: 'NACK', reason: 'not_sent' });
  for (const signalId of [before, after]) {
    assert.equal(scene.state(signalId), 'ACKED_LEGACY: a client of the guide acknowledged it');
    assert.equal(scene.state(signalId, 'paper'), 'CANCELLED: a client of the guide acknowledged it');
  }
});

it('halts an account: what is on offer is withdrawn, what is executed and what was shown goes on', () => {
  const scene = new Scene();
  const shownId = scene.publish(1, { symbol: 'BTCUSDT' });
  shown(scene, shownId);
  const session = scene.session();
  const [offered, inFlight] = [scene.publish(2), scene.publish(3, { symbol: 'SOLUSDT' })];
  const granted = scene.claimed(session, inFlight);
  assert.equal(done(halt(scene)).halt?.reason, 'enough');
  const states = [shownId, offered, inFlight].map((signalId) => scene.delivery(signalId).state);
  assert.deepEqual(states, ['SHOWN', 'HALTED', 'CLAIMED']);
  assert.equal(codeOf(scene.claim(session, offered, 'two')), 'halted');
  scene.told();
  assert.equal(codeOf(halt(scene)), 'ok');
  assert.deepEqual(scene.told(), [], 'once');
  scene.restart();
  assert.equal(codeOf(scene.claim(session, offered, 'two')), 'halted', 'over a restart');
  scene.report(granted, { type: 'NACK', reason: 'not_sent' });
  assert.equal(codeOf(scene.claim(session, inFlight, 'three')), 'halted', 'given back to a halted account');
  assert.throws(() => scene.publish(4), /halted/);

  assert.equal(done(resume(scene)).halt, undefined);
  assert.equal(codeOf(scene.claim(session, offered, 'four')), 'halted', 'what was withdrawn stays withdrawn');
  assert.equal(codeOf(scene.claim(session, inFlight, 'five')), 'halted', 'and so does what was given back meanwhile');
  assert.equal(codeOf(scene.claim(session, scene.publish(5), 'five')), 'ok');
  assert.equal(codeOf(halt(scene, 'mine')), 'unknown_account');
  assert.equal(codeOf(resume(scene, 'mine')), 'unknown_account');
});

it('closes positions on a halted account', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  scene.report(scene.claimed(session, signalId), { type: 'FILLED' });
  halt(scene);
  const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
  assert.equal(codeOf(scene.claim(session, instruction.id, 'two')), 'ok');
});

it('resumes no single account while the kill switch holds all of them', () => {
  const scene = new Scene();
  const kill = (action: 'halt' | 'resume') => done(scene.take({ kind: 'kill', action, reason: 'news', by: 'me' }));
  kill('halt');
  const refused = refusal(resume(scene));
  assert.equal(refused.code, 'halted');
  assert.match(refused.message, /^The kill switch holds every account \(news\): .*\/risk\/resume/);
  assert.equal(scene.books.deliveries.account('default')?.halt?.reason, 'news');
  kill('resume');
  assert.equal(scene.books.deliveries.account('default')?.halt, undefined);
  halt(scene);
  assert.equal(done(resume(scene)).halt, undefined);
});

it('halts each account by itself', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  halt(scene, 'paper');
  assert.equal(codeOf(scene.claim(scene.session('p', { account: 'paper' }), signalId)), 'halted');
  assert.equal(codeOf(scene.claim(scene.session(), signalId)), 'ok');
});
