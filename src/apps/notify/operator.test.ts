import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Living } from './living.testing.ts';
import { dayRows } from './trades.ts';

const BY = 'telegram:42';

it('says how things stand, from the same books as the API', async (t) => {
  const living = await Living.begin(t);
  const { operator } = living;
  assert.equal(operator.positions().title, 'Nothing is open');
  assert.equal(operator.performance().title, 'Nothing was closed yet');
  const id = await living.signal('ETHUSDT');
  assert.deepEqual(operator.signals().rows, [['ETHUSDT', 'BUY 1m at 3500.00, until 00:00:30 UTC']]);
  await living.fill(id, 3500.25);
  assert.deepEqual(operator.positions().rows, [
    ['ETHUSDT', 'BUY 0.5 at 3500.25, filled, +4.88 USDT open, account default'],
  ]);
  const status = Object.fromEntries(operator.status().rows);
  assert.equal(status.positions, '1 open or working');
  assert.equal(status['account default'], 'held by desk');
  living.feed = { ...living.feed, state: 'degraded', reason: 'two symbols are silent' };
  assert.equal(operator.status().title, 'Status: degraded');
  assert.match(operator.status().remarks[0] ?? '', /two symbols are silent, since/);
});

it('says why there is a signal, what became of it, or why there is none', async (t) => {
  const living = await Living.begin(t);
  const none = living.operator.why('eth-usdt');
  assert.equal(none.title, 'No signal of ETHUSDT is known');
  assert.match(none.remarks[0] ?? '', /Votes were weighed 0 times/);
  await living.fill(await living.signal('ETHUSDT'), 3500);
  const why = living.operator.why('eth/usdt');
  assert.equal(why.title, 'Last of ETHUSDT: BUY 1m at 3500.00');
  assert.equal(Object.fromEntries(why.rows).default, 'FILLED: filled');
  assert.ok(why.remarks.length > 0);
});

it('says what closed positions came to, exactly, and that this proves nothing', async (t) => {
  const living = await Living.begin(t);
  const id = await living.signal('ETHUSDT');
  await living.fill(id, 3500.25);
  await living.stopOut(id, 3482.5, 1.75);
  const { title, rows, remarks } = living.operator.performance();
  assert.equal(title, 'Performance');
  // 0.5 * (3482.5 - 3500.25) = -8.875; with the fee of 1.75: -10.625
  assert.deepEqual(rows, [
    ['default', '-10.63 USDT of 1 closed'],
    ['default costs', 'gross -8.88 USDT, fees -1.75 USDT, funding 0.00 USDT'],
    ['default won', '0 of the last 1'],
  ]);
  assert.match(remarks[0] ?? '', /no demonstrated edge/);
  const day = Math.floor(living.nowMs / 86_400_000);
  assert.deepEqual(dayRows(living.log.book, day), [['result default', '-10.63 USDT of 1 closed']]);
  assert.deepEqual(dayRows(living.log.book, day - 1), []);
});

it('halts and resumes every account, in the journal, with who did it', async (t) => {
  const living = await Living.begin(t);
  const { operator, log } = living;
  assert.equal(operator.plan({ kind: 'resume' }).isEmpty, true);
  const halted = await operator.act({ kind: 'halt' }, BY);
  assert.deepEqual(halted.rows, [['risk', 'HALTED by telegram:42 (operator): /halt']]);
  assert.deepEqual(
    [...log.book.accounts].map(({ halt }) => halt?.by),
    [BY, BY],
  );
  assert.match(Object.fromEntries(operator.status().rows)['account default'] ?? '', /HALTED by telegram:42: \/halt/);
  const plan = operator.plan({ kind: 'resume' });
  assert.deepEqual([plan.isEmpty, plan.notice.rows.length], [false, 3]);
  await operator.act({ kind: 'resume' }, BY);
  assert.deepEqual(
    [...log.book.accounts].map(({ halt }) => halt),
    [undefined, undefined],
  );
  assert.equal(log.book.risk.state.mode, 'ACTIVE');
  const { effect } = log.recent(log.lastSeq - 1)![0]!;
  assert.equal(effect.kind === 'account_resumed' && effect.by, BY);
});

it('closes one symbol, once, and leaves the others', async (t) => {
  const living = await Living.begin(t);
  const { operator, log } = living;
  const eth = await living.signal('ETHUSDT');
  await living.fill(eth, 3500);
  await living.fill(await living.signal('BTCUSDT'), 3500);
  assert.equal(operator.plan({ kind: 'close', symbol: 'SOLUSDT' }).isEmpty, true);
  const plan = operator.plan({ kind: 'close', symbol: 'eth-usdt' });
  assert.equal(plan.notice.title, 'Close ETHUSDT?');
  assert.equal(plan.notice.rows.length, 1);
  const done = await operator.act({ kind: 'close', symbol: 'eth-usdt' }, BY);
  assert.deepEqual([done.title, done.rows], ['1 of 1 are being closed', [['ETHUSDT', 'close order issued']]]);
  const again = await operator.act({ kind: 'close', symbol: 'ETHUSDT' }, BY);
  assert.deepEqual(again.rows, [['ETHUSDT', 'was being closed']]);
  const closes = [...log.book.instructions].filter(({ intent }) => intent === 'CLOSE');
  assert.deepEqual(
    closes.map(({ closes: which, reason }) => [which, reason]),
    [[eth, '/close']],
  );
});

it('flattens: halts first, then closes everything', async (t) => {
  const living = await Living.begin(t);
  const { operator, log } = living;
  await living.fill(await living.signal('ETHUSDT'), 3500);
  await living.fill(await living.signal('BTCUSDT'), 3500);
  assert.equal(operator.plan({ kind: 'flatten' }).notice.rows.length, 2);
  const before = log.lastSeq;
  const done = await operator.act({ kind: 'flatten' }, BY);
  assert.equal(done.title, 'HALTED, and 2 are being closed');
  const kinds = log.recent(before)!.map(({ effect }) => effect.kind);
  assert.ok(kinds.lastIndexOf('account_halted') < kinds.indexOf('close_issued'), kinds.join(' '));
  assert.equal(kinds.filter((kind) => kind === 'close_issued').length, 2);
});

it('says that it may not have taken place when the journal fails', async (t) => {
  const living = await Living.begin(t);
  living.house.distrustJournal('the disk is full');
  const failed = await living.operator.act({ kind: 'halt' }, BY);
  assert.deepEqual([failed.title, failed.level], ['halt FAILED', 'alarm']);
  assert.match(failed.remarks.join(' '), /the disk is full.*may or may not/);
});
