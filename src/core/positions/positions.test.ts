import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from '../delivery/books.ts';
import type { Granted } from '../delivery/reply.ts';
import type { ExecutionReport } from '../delivery/report.ts';
import { asJson, done, Scene } from '../delivery/scene.testing.ts';
import { compareLedgers } from './ledgers.ts';

/** An entry of 0.5 at 3500.35 by somebody far away. */
function held(): { scene: Scene; granted: Granted; id: string; signalId: string } {
  const scene = new Scene();
  const session = scene.session();
  const signalId = scene.publish();
  const granted = scene.claimed(session, signalId);
  scene.report(granted, { type: 'FILLED', qty: 0.5, cumQty: 0.5, avgPrice: 3500.35, fee: 0.875 });
  return { scene, granted, id: `${signalId}.default`, signalId };
}

it('makes the same position of the same reports in any order, and counts no repetition', () => {
  const said: Partial<ExecutionReport>[] = [
    { reportId: 'a', type: 'FILLED', leg: 'TP1', cumQty: 0.25, avgPrice: 3528, fee: 0.2 },
    { reportId: 'b', type: 'FILLED', leg: 'STOP', cumQty: 0.25, avgPrice: 3480, fee: 0.4, funding: 0.1 },
    { reportId: 'c', type: 'CLOSED', leg: 'STOP', avgPrice: 3504, reason: 'sl' },
  ];
  const orders = [said, said.toReversed(), [said[1]!, said[2]!, said[0]!, said[0]!]];
  for (const order of orders) {
    const { scene, granted, id } = held();
    for (const report of order) scene.report(granted, report);
    const position = scene.books.deliveries.positions.position(id)!;
    const gross = 0.25 * (3528 - 3500.35) + 0.25 * (3480 - 3500.35);
    assert.ok(Math.abs(position.net! - (gross - 0.875 - 0.6 - 0.1)) < 1e-9, `${position.net}`);
    assert.deepEqual([position.isOpen, position.reason, position.openQty], [false, 'sl', 0]);
    const { count, net } = scene.books.deliveries.positions.totalsOf('default');
    assert.deepEqual([count, net], [1, position.net], 'a late report corrects the sum and adds no trip');
  }
});

it('counts what a person found out about an order in doubt: all that was filled, and the order that closed it', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const id = `${signalId}.default`;
  const granted = scene.claimed(scene.session(), signalId);
  const resolve = (deliveryId: string, qty: number, avgPrice: number): void => {
    scene.wait(60_000);
    const resolution = { state: 'FILLED', reason: 'seen', by: 'me', qty, avgPrice } as const;
    done(scene.take({ kind: 'resolve', deliveryId, resolution }));
  };
  scene.report(granted, { type: 'PARTIAL', cumQty: 3, avgPrice: 3500 });
  resolve(id, 10, 3501);
  const { positions } = scene.books.deliveries;
  assert.deepEqual([positions.position(id)?.openQty, positions.position(id)?.entryPrice], [10, 3501]);
  const session = scene.session('again', { takeover: true });
  const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
  scene.claimed(session, instruction.id, 'c');
  resolve(`${instruction.id}.default`, 10, 3511);
  assert.deepEqual([positions.position(id)?.isOpen, positions.position(id)?.net], [false, 100]);
});

it('believes a report of how the order ended before what a person found out', () => {
  const scene = new Scene();
  const signalId = scene.publish();
  const id = `${signalId}.default`;
  const granted = scene.claimed(scene.session(), signalId);
  scene.wait(60_000);
  const resolution = { state: 'FILLED', reason: 'seen', by: 'me', qty: 10, avgPrice: 3501 } as const;
  done(scene.take({ kind: 'resolve', deliveryId: id, resolution }));
  const position = () => scene.books.deliveries.positions.position(id);
  assert.equal(position()?.openQty, 10);
  scene.report(granted, { type: 'FILLED', cumQty: 3, avgPrice: 3502 });
  assert.deepEqual([position()?.openQty, position()?.entryPrice], [3, 3502]);
  scene.report(granted, { type: 'FILLED', leg: 'STOP', cumQty: 3, avgPrice: 3480 });
  assert.equal(position()?.isOpen, false);
});

it('adds up what several orders to close have closed', () => {
  const { scene, granted, id, signalId } = held();
  const { sessionId, epoch } = granted.grant;
  for (const [cumQty, avgPrice, type] of [
    [0.2, 3510, 'CANCELLED'],
    [0.3, 3520, 'FILLED'],
  ] as const) {
    const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
    const claim = { signalId: instruction.id, sessionId, epoch, account: 'default', key: instruction.id, latency: {} };
    const closing = done(scene.take({ kind: 'claim', ...claim }));
    scene.report(closing, { type, leg: 'CLOSE', cumQty, avgPrice });
  }
  const position = scene.books.deliveries.positions.position(id)!;
  assert.deepEqual([position.openQty, position.isOpen], [0, false]);
  assert.ok(Math.abs(position.exitPrice! - 3516) < 1e-9, `${position.exitPrice}`);
});

it('counts the rebate of a close, said once or on both deliveries', () => {
  for (const fees of [[-5], [-5, -5], [undefined, -5]]) {
    const { scene, granted, id, signalId } = held();
    const [own, ofOrder] = fees;
    if (ofOrder !== undefined) {
      const { instruction } = done(scene.take({ kind: 'close', signalId, reason: 'out', by: 'me' }));
      const { sessionId, epoch } = granted.grant;
      const claim = { signalId: instruction.id, sessionId, epoch, account: 'default', key: 'c', latency: {} };
      const closing = done(scene.take({ kind: 'claim', ...claim }));
      scene.report(closing, { type: 'FILLED', leg: 'CLOSE', cumQty: 0.5, avgPrice: 3510, fee: ofOrder });
    }
    scene.report(granted, { type: 'CLOSED', leg: 'CLOSE', avgPrice: 3510, ...(own !== undefined && { fee: own }) });
    assert.equal(scene.books.deliveries.positions.position(id)?.fees, 0.875 - 5);
  }
});

it('does not invent a profit where no price was said', () => {
  const { scene, granted, id } = held();
  scene.report(granted, { type: 'CLOSED', leg: 'STOP', reason: 'sl' });
  assert.equal(scene.books.deliveries.positions.position(id)?.net, undefined);
  const { count, unpricedCount } = scene.books.deliveries.positions.totalsOf('default');
  assert.deepEqual([count, unpricedCount], [0, 1]);
});

it('carries open and closed positions over effects that are dropped', () => {
  const { scene, granted, id } = held();
  scene.report(granted, { type: 'PARTIAL', leg: 'TP1', cumQty: 0.1, avgPrice: 3528 });
  const later = new Books(asJson(scene.books.asBase()));
  assert.deepEqual(
    asJson(later.deliveries.positions.position(id)),
    asJson(scene.books.deliveries.positions.position(id)),
  );
});

it('carries what became of a position for as long as its executor has not said that it is over', () => {
  const scene = new Scene();
  const session = scene.session();
  const ids = Array.from({ length: 320 }, (_, index) => {
    const signalId = scene.publish(index + 1);
    const granted = scene.claimed(session, signalId, signalId);
    scene.report(granted, { type: 'FILLED', cumQty: 1, avgPrice: 3500 });
    scene.report(granted, { type: 'FILLED', leg: 'STOP', cumQty: 1, avgPrice: 3480 });
    if (index > 0) scene.report(granted, { type: 'CLOSED', leg: 'STOP', reason: 'sl' });
    return `${signalId}.default`;
  });
  const { positions } = new Books(asJson(scene.books.asBase())).deliveries;
  assert.deepEqual(
    ids.slice(0, 2).map((id) => positions.position(id)?.isOpen),
    [false, undefined],
    'of the second nothing more is expected',
  );
});

it('closes on one account alone when that is asked for', () => {
  const { scene, signalId } = held();
  const paper = scene.session('paper', { account: 'paper' });
  const granted = scene.claimed(paper, signalId, 'p');
  assert.equal(granted.delivery.account, 'paper');
  scene.take({ kind: 'close', signalId, account: 'default', reason: 'out', by: 'me' });
  const [closing] = scene.effects.filter((effect) => effect.kind === 'close_issued');
  assert.deepEqual(closing?.accounts, ['default']);
});

it('tells where the three ledgers differ, why that may be, and what a person can do', () => {
  const { scene, id } = held();
  const rowsOf = (executor: number, venue: number) =>
    compareLedgers(scene.books.deliveries, 'default', { executor: { ETHUSDT: executor }, venue: { ETHUSDT: venue } });
  assert.deepEqual(
    rowsOf(0.5, 0.5).map(({ isEqual, explanation }) => [isEqual, explanation]),
    [[true, '']],
  );
  const cases = [
    [0, 0, /closed by hand, or liquidated/, /settle/],
    [0.5, 0.2, /somebody else trades/, /difference/],
    [0.2, 0.5, /lost orders/, /read its orders/],
  ] as const;
  for (const [executor, venue, why, what] of cases) {
    const [row] = rowsOf(executor, venue);
    assert.deepEqual([row?.isEqual, row?.bot, row?.positionIds], [false, 0.5, [id]]);
    assert.match(row!.explanation, why);
    assert.match(row!.remedy, what);
  }
  const [unasked] = compareLedgers(scene.books.deliveries, 'default', undefined);
  assert.deepEqual([unasked?.isEqual, unasked?.venue], [true, undefined], 'nobody has said anything yet');
});
