import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from './books.ts';
import type { Amend } from './command.ts';
import { Dispatcher } from './dispatcher.ts';
import { asJson, codeOf, DRAFT, done, refusal, Scene, START_MS, signalIdOf, TTL_MS } from './scene.testing.ts';

const cancel = (scene: Scene, signalId: string) =>
  scene.take({ kind: 'cancel', signalId, reason: 'changed my mind', by: 'tester' });
const close = (scene: Scene, signalId: string) => scene.take({ kind: 'close', signalId, reason: 'out', by: 'tester' });
const amend = (scene: Scene, signalId: string, version: number, change: Partial<Amend>) =>
  scene.take({ kind: 'amend', signalId, version, by: 'tester', ...change });

it('publishes a signal once for its id, and refuses the id for another', () => {
  const scene = new Scene();
  const publish = (bodyHash: string) =>
    scene.take({
      ...{ kind: 'publish', signalId: signalIdOf(1), draft: DRAFT, bodyHash, producer: 'tester', ttlMs: 1_000 },
      maxSlippageBps: 3,
    });
  const first = done(publish('a'));
  assert.deepEqual(
    [first.duplicate, first.instruction.producer, first.instruction.maxSlippageBps],
    [false, 'tester', 3],
  );
  scene.told();
  assert.equal(done(publish('a')).duplicate, true);
  assert.equal(codeOf(publish('b')), 'id_reused');
  scene.restart().wait(5_000);
  assert.equal(done(publish('a')).duplicate, true, 'after its end and a restart too');
  assert.deepEqual(scene.told(), ['signal_ended EXPIRED']);
});

it('refuses a bracket that lies on the wrong side', () => {
  const scene = new Scene();
  assert.throws(() => scene.publish(1, { stopPrice: 3501 }), /bad_bracket: The stop 3501 must be below the entry 3500/);
  assert.deepEqual(scene.told(), []);
});

it('gives the own signals of the house an id that nobody has', () => {
  const scene = new Scene();
  for (let time = 0; time < 3; time += 1) scene.dispatcher.issue(DRAFT, scene.moment.atMs, 1_000, 'the same bar');
  const ids = scene.dispatcher
    .drain()
    .flatMap((effect) => (effect.kind === 'signal_issued' ? effect.signal.signalId : []));
  assert.equal(new Set(ids).size, 3);
});

it('cancels what is on offer, and asks for what is executed to be withdrawn', () => {
  const scene = new Scene();
  const offered = scene.publish(1);
  scene.told();
  assert.equal(done(cancel(scene, offered)).end?.state, 'CANCELLED');
  assert.equal(scene.state(offered), 'CANCELLED: changed my mind (tester)');
  assert.equal(codeOf(cancel(scene, offered)), 'ok', 'again');
  assert.deepEqual(scene.told(), ['signal_ended CANCELLED']);

  const inFlight = scene.publish(2);
  const granted = scene.claimed(scene.session(), inFlight);
  scene.wait(TTL_MS);
  scene.told();
  assert.equal(codeOf(cancel(scene, inFlight)), 'ok');
  assert.deepEqual(scene.told(), ['cancel_requested']);
  assert.equal(scene.delivery(inFlight).state, 'CLAIMED', 'only its executor knows what becomes of it');
  scene.report(granted, { type: 'CANCELLED' });
  assert.equal(codeOf(cancel(scene, inFlight)), 'ok', 'again');
  const { end } = scene.restart().books.deliveries.instruction(inFlight)!;
  assert.deepEqual(
    [end?.state, end?.reason],
    ['CANCELLED', 'changed my mind (tester)'],
    'who missed the event reads it',
  );
  assert.equal(codeOf(cancel(scene, signalIdOf(9))), 'unknown_signal');
});

it('closes what was opened: one order at a time, which can be claimed once and never expires', () => {
  const scene = new Scene();
  const [session, signalId] = [scene.session(), scene.publish()];
  assert.equal(codeOf(close(scene, signalId)), 'nothing_to_close');
  const granted = scene.claimed(session, signalId);
  scene.report(granted, { type: 'FILLED' });
  const { instruction, duplicate } = done(close(scene, signalId));
  assert.deepEqual([duplicate, instruction.intent, instruction.closes], [false, 'CLOSE', signalId]);
  const again = done(close(scene, signalId));
  assert.deepEqual([again.duplicate, again.instruction.id], [true, instruction.id]);
  assert.equal(codeOf(close(scene, instruction.id)), 'unknown_signal', 'a closing is not closed');
  assert.equal(codeOf(cancel(scene, instruction.id)), 'unknown_signal', 'nor cancelled');

  scene.restart().wait(10 * TTL_MS);
  const next = scene.session('next', { takeover: true });
  const closing = scene.claimed(next, instruction.id);
  assert.equal(closing.executeWithinMs, undefined);
  assert.equal(codeOf(scene.claim(next, instruction.id, 'other')), 'claimed');
  scene.report(closing, { type: 'FILLED', leg: 'CLOSE' });
  assert.equal(scene.delivery(instruction.id).state, 'FILLED');
  assert.equal(done(close(scene, signalId)).duplicate, false, 'the position is still said to be open');
  scene.report(granted, { type: 'CLOSED', leg: 'CLOSE' });
  assert.equal(scene.state(signalId), 'CLOSED: close');
});

it('closes again where a CLOSE came to nothing, whatever another account makes of its own', () => {
  const scene = new Scene();
  const [session, paper] = [scene.session(), scene.session('p', { account: 'paper' })];
  const signalId = scene.publish();
  for (const granted of [scene.claimed(paper, signalId), scene.claimed(session, signalId)]) {
    scene.report(granted, { type: 'FILLED' });
  }
  const first = done(close(scene, signalId)).instruction;
  assert.equal(done(close(scene, signalId)).duplicate, true, 'both stand');
  scene.report(scene.claimed(session, first.id), { type: 'REJECTED', leg: 'CLOSE' });
  const second = done(close(scene, signalId));
  assert.equal(second.duplicate, false, 'the position is open, and nobody closes it');
  assert.deepEqual([...second.instruction.deliveries.keys()], ['default'], 'the other one still stands');
  const again = done(close(scene, signalId));
  assert.deepEqual([again.duplicate, again.instruction.id], [true, second.instruction.id]);
  assert.equal(codeOf(scene.claim(session, second.instruction.id, 'two')), 'ok');
});

it('withdraws a CLOSE when nothing of its entry is open, and closes again when it is open after all', () => {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish();
  const granted = scene.claimed(session, signalId);
  const { id } = done(close(scene, signalId)).instruction;
  scene.told();
  scene.report(granted, { type: 'NOT_SENT', reason: 'no order with this id' });
  assert.deepEqual(scene.told(), ['delivery_reported', 'delivery_withdrawn']);
  assert.equal(scene.state(id), 'CANCELLED: nothing to close: the entry is not_sent, no order with this id');
  assert.equal(codeOf(scene.claim(session, id, 'c')), 'cancelled', 'nobody is sent after a position that is not there');
  assert.equal(codeOf(close(scene, signalId)), 'nothing_to_close');

  scene.report(granted, { type: 'FILLED', cumQty: 1 });
  assert.deepEqual(scene.told(), ['delivery_reported', 'close_issued'], 'a late fill: somebody wanted to be out');
  const again = scene.books.deliveries.unsettled.find(({ closes }) => closes === signalId);
  assert.deepEqual([again?.reason, again?.deliveries.get('default')?.state], ['out', 'OFFERED']);
  scene.report(granted, { type: 'CLOSED', leg: 'STOP' });
  assert.equal(scene.delivery(again!.id).state, 'CANCELLED', 'its stop was faster');
});

it('leaves a claimed CLOSE to its executor, and closes again only what was asked to be closed', () => {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish();
  const granted = scene.claimed(session, signalId);
  const { id } = done(close(scene, signalId)).instruction;
  const closing = scene.claimed(session, id, 'c');
  scene.report(granted, { type: 'CANCELLED' });
  assert.equal(scene.delivery(id).state, 'CLAIMED');
  scene.report(closing, { type: 'NACK', leg: 'CLOSE', reason: 'nothing_to_close' });
  scene.told();
  scene.report(granted, { type: 'FILLED', cumQty: 1 });
  assert.deepEqual(scene.told(), ['delivery_reported', 'close_issued']);

  const other = scene.publish(2);
  const grant = scene.claimed(session, other, 'other');
  scene.report(grant, { type: 'NOT_SENT' });
  scene.told();
  scene.report(grant, { type: 'FILLED' });
  assert.deepEqual(scene.told(), ['delivery_reported'], 'nobody asked to close this one');
});

it('offers nothing to close of a position that its exits have closed, until it is open after all', () => {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish();
  const granted = scene.claimed(session, signalId);
  scene.report(granted, { type: 'FILLED', cumQty: 1, avgPrice: 3500 });
  const { id } = done(close(scene, signalId)).instruction;
  scene.report(granted, { type: 'FILLED', leg: 'STOP', cumQty: 1, avgPrice: 3482 });
  assert.equal(scene.state(id), 'CANCELLED: nothing to close: the entry is filled, and its position closed');
  assert.equal(codeOf(close(scene, signalId)), 'nothing_to_close');
  scene.told();
  done(scene.take({ kind: 'kill', action: 'flatten', reason: 'r', by: 'me' }));
  assert.deepEqual(scene.told(), ['risk_changed', 'account_halted', 'account_halted'], 'and no close');

  scene.report(granted, { type: 'FILLED', cumQty: 3, avgPrice: 3500 });
  const again = scene.books.deliveries.unsettled.find(({ closes }) => closes === signalId);
  assert.equal(again?.deliveries.get('default')?.state, 'OFFERED', 'more was filled than anybody had said');
});

it('closes a position whose part was sold while the rest of its entry may still be filled', () => {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish();
  const granted = scene.claimed(session, signalId);
  scene.report(granted, { type: 'PARTIAL', cumQty: 4, leavesQty: 6, avgPrice: 3500 });
  scene.report(granted, { type: 'FILLED', leg: 'TP1', cumQty: 4, avgPrice: 3528 });
  scene.told();
  const { id } = done(close(scene, signalId)).instruction;
  assert.equal(codeOf(scene.claim(session, id, 'c')), 'ok');

  const other = scene.publish(2);
  const grant = scene.claimed(session, other, 'other');
  const asked = done(close(scene, other)).instruction;
  scene.report(grant, { type: 'PARTIAL', cumQty: 4, leavesQty: 6, avgPrice: 3500 });
  scene.report(grant, { type: 'FILLED', leg: 'STOP', cumQty: 4, avgPrice: 3480 });
  assert.equal(scene.delivery(asked.id).state, 'OFFERED', 'six may come yet');
  scene.report(grant, { type: 'CANCELLED', cumQty: 4, leavesQty: 0, avgPrice: 3500 });
  assert.equal(scene.delivery(asked.id).state, 'CANCELLED');
});

it('closes on every account that may have opened something, and on no other', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  scene.claimed(scene.session('p', { account: 'paper' }), signalId);
  const { instruction } = done(close(scene, signalId));
  assert.deepEqual([...instruction.deliveries.keys()], ['paper']);
  assert.equal(codeOf(scene.claim(scene.session(), instruction.id)), 'not_routed');
});

it('moves stop and targets by version, and over the entry once there is a position', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const first = done(amend(scene, signalId, 1, { stopPrice: 3490, targetPrices: [undefined, 3545, undefined] }));
  assert.deepEqual([first.version, first.signal.stopPrice, first.signal.targetPrices], [2, 3490, [3528, 3545, 3563]]);
  assert.equal(scene.books.signals.live(scene.moment.atMs)[0]?.stopPrice, 3490, 'the guide reads it as well');
  const conflict = refusal(amend(scene, signalId, 1, { stopPrice: 3491 }));
  assert.deepEqual([conflict.code, conflict.version], ['version_conflict', 2]);
  assert.equal(codeOf(amend(scene, signalId, 2, { stopPrice: 3510 })), 'bad_bracket');

  const granted = scene.claimed(scene.session(), signalId);
  scene.report(granted, { type: 'FILLED' });
  const atEntry = done(amend(scene, signalId, 2, { stopPrice: 3510 }));
  assert.deepEqual([atEntry.version, atEntry.signal.stopPrice], [3, 3510]);
  scene.report(granted, { type: 'CLOSED', leg: 'STOP' });
  assert.equal(codeOf(amend(scene, signalId, 3, { stopPrice: 3511 })), 'claimed', 'it is over');
  assert.equal(codeOf(amend(scene, signalIdOf(9), 1, {})), 'unknown_signal');
});

it('refuses an id that may have been used by a signal that is forgotten, over a restart too', () => {
  const scene = new Scene();
  const idAt = (ms: number): string => {
    const time = (START_MS + ms).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
  };
  const publish = (signalId: string, producer = 'tester') =>
    scene.take({
      ...{ kind: 'publish', signalId, draft: DRAFT, bodyHash: 'a', producer, ttlMs: 1_000, maxSlippageBps: undefined },
    });
  // Each supersedes the one before, which nobody had claimed.
  for (let ms = 0; ms <= 10_002; ms += 1) done(publish(idAt(ms)));
  assert.equal(done(publish(idAt(2))).duplicate, true);
  assert.equal(codeOf(publish(idAt(1))), 'id_too_old');
  assert.equal(codeOf(publish(idAt(0))), 'id_too_old');
  assert.equal(codeOf(publish(idAt(0), 'somebody else')), 'ok');
  const carried = new Books(asJson(scene.books.asBase()));
  scene.books = carried;
  scene.dispatcher = new Dispatcher(carried, 'test');
  assert.equal(codeOf(publish(idAt(9_000))), 'id_too_old');
  assert.equal(codeOf(publish(idAt(20_000))), 'ok');
});

it('lets nothing of the entry be sent any more once it is to be closed', () => {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish(1);
  const granted = scene.claimed(session, signalId);
  scene.report(granted, { type: 'PARTIAL', cumQty: 1 });
  scene.told();
  done(close(scene, signalId));
  assert.deepEqual(scene.told(), ['signal_ended CANCELLED', 'close_issued']);
  const late = scene.publish(2, { symbol: 'BTCUSDT' });
  scene.claimed(session, late, 'other');
  scene.wait(TTL_MS);
  scene.told();
  done(close(scene, late));
  assert.deepEqual(scene.told(), ['cancel_requested', 'close_issued']);
});

it('lets the paper venue trade what is over on the routed account, until its time is over', () => {
  const scene = new Scene();
  const session = scene.session();
  const paper = scene.session('paper venue', { account: 'paper' });
  const signalId = scene.publish();
  scene.report(scene.claimed(session, signalId), { type: 'FILLED', cumQty: 1 });
  assert.equal(scene.books.deliveries.instruction(signalId)?.end?.state, 'EXHAUSTED');
  const granted = scene.claimed(paper, signalId, 'paper');
  scene.report(granted, { type: 'NACK', reason: 'not_sent' });
  assert.equal(
    scene.delivery(signalId, 'paper').state,
    'CANCELLED',
    'given back after the end it is not offered again',
  );
  const second = scene.publish(2);
  done(cancel(scene, second));
  assert.equal(codeOf(scene.claim(paper, second)), 'cancelled');
  const third = scene.publish(3, {}, 5_000);
  scene.report(scene.claimed(session, third, 'third'), { type: 'REJECTED' });
  scene.wait(5_000);
  assert.equal(codeOf(scene.claim(paper, third)), 'expired');
});
