import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { EXAMPLE_LIFE } from '../v1/example-life.testing.ts';
import { dayOf, dayReached, daySummary, emptyTally, withEffect } from './day-tally.ts';
import { noticeOf, timeOf } from './effect-notice.ts';
import type { Notice } from './notice.ts';

const JOURNAL = '00112233445566778899aabbccddeeff';

/** What people are told of these effects, in their order. */
function told(effects: readonly Effect[], decimals: number | 'unknown' = 2): Notice[] {
  const book = new DeliveryBook();
  return effects.flatMap((effect) => {
    book.apply(effect);
    const notice = noticeOf(effect, {
      ...{ journalId: JOURNAL, market: 'SIMULATED medium', nowMs: 5 },
      instruction: (id) => book.instruction(id),
      delivery: (id) => book.delivery(id),
      position: (id) => book.positions.position(id),
      priceDecimals: () => (decimals === 'unknown' ? undefined : decimals),
    });
    return notice ?? [];
  });
}

it('tells a life in these words', () => {
  assert.deepEqual(
    told(EXAMPLE_LIFE).map(({ level, title }) => `${level}: ${title}`),
    [
      'info: atas-desk-1 holds the account default',
      'info: BUY ETHUSDT 1m at 3500.00',
      'info: MOVED ETHUSDT',
      'important: FILLED BUY ETHUSDT',
      'important: CLOSE ETHUSDT',
      'important: FILLED the close of ETHUSDT, close order',
      'important: CLOSED BUY ETHUSDT by close order',
      'info: BUY SOLUSDT 1m at 240.50',
      'important: Nobody holds the account default',
      'alarm: IN DOUBT: BUY SOLUSDT',
      'important: Doubt over: BUY SOLUSDT is NOT_SENT',
      'info: SELL BTCUSDT 1m at 97410.00',
      'alarm: HALTED: account default',
      'important: Resumed: account default',
      'info: atas-desk-1 holds the account default',
      'info: BUY ETHUSDT 1m at 3500.00',
      'important: CLOSE ETHUSDT',
      'info: Nobody holds the account default',
      'alarm: RISK: HALTED, no new entries',
      'alarm: Telegram is muted until 2024-11-21 12:34:35 UTC',
    ],
  );
});

it('gives a signal its bracket, each price with the places of its instrument', () => {
  const [signal] = told(EXAMPLE_LIFE).filter(({ kind }) => kind === 'signal');
  assert.deepEqual(signal?.rows, [
    ['entry', '3500.00'],
    ['stop', '3482.50 (-0.50 %)'],
    ['TP1', '3528.00 (+0.80 %)'],
    ['TP2', '3542.00 (+1.20 %, the exit)'],
    ['TP3', '3563.00 (+1.80 %)'],
    ['strength', '85.5, consensus 75.0 %'],
    ['leverage', '20x'],
    ['valid until', '10:31:00 UTC'],
  ]);
  assert.deepEqual([signal?.key, signal?.market, signal?.symbol], [`${JOURNAL}:2`, 'SIMULATED medium', 'ETHUSDT']);
  // Where nobody knows the step, the prices of the bracket say it.
  const [unknown] = told(EXAMPLE_LIFE, 'unknown').filter(({ kind }) => kind === 'signal');
  assert.equal(unknown?.rows[0]?.[1], '3500.0');
});

it('says what a fill cost against the signal, and what a close came to', () => {
  // 0.5 * (3511.20 - 3500.35) - 0.875087 - 0.8778
  const outcome = { move: '+0.31 %, before fees', result: '+3.67 USDT, all costs paid' };
  const rows = told(EXAMPLE_LIFE)
    .filter(({ kind }) => kind === 'fill' || kind === 'close')
    .map((notice) => Object.fromEntries(notice.rows));
  assert.deepEqual(rows, [
    { account: 'default', quantity: '0.5', price: '3500.35', slippage: '1.0 bps', fee: '0.8751 USDT' },
    { account: 'default', quantity: '0.5', price: '3511.20', ...outcome, fee: '0.8778 USDT' },
    { account: 'default', quantity: '0.5', price: '3511.20', ...outcome },
  ]);
});

it('alarms when executors contradict each other, and tells what is not kept any more', () => {
  const filled = EXAMPLE_LIFE.find(({ kind, seq }) => kind === 'delivery_reported' && seq === 6) as Effect & {
    report: ExecutionReport;
  };
  const [contradiction] = told([{ ...filled, kind: 'delivery_reported', flags: ['contradiction'] } as Effect]);
  assert.equal(contradiction?.level, 'alarm');
  assert.equal(contradiction?.title, 'FILLED an order that is not kept any more');
  assert.deepEqual(contradiction?.remarks, ['Remarkable: contradiction.']);
});

it('tells a gap only when it is longer than a restart', () => {
  const gap = (toMs: number): Effect => ({
    seq: 1,
    kind: 'gap_recorded',
    symbol: undefined,
    fromMs: 0,
    toMs,
    reason: 'x',
  });
  assert.deepEqual(told([gap(59_999)]), []);
  assert.equal(told([gap(720_000)])[0]?.title, 'Market not watched for 12 min');
});

it('tells a chat that it was muted from elsewhere, as an alarm, for nothing else would be heard', () => {
  const times = { atMs: 0, wallMs: 0 };
  const mute = (by: string, untilMs?: number): Effect => ({
    ...{ seq: 1, kind: 'notices_muted', by, ...times },
    ...(untilMs !== undefined && { untilMs }),
  });
  const [notice, ...others] = told([mute('dashboard 3f9a1c', Date.UTC(2026, 0, 5, 14))]);
  assert.equal(notice?.level, 'alarm');
  assert.match(notice?.title ?? '', /^Telegram is muted until .*14:00/);
  assert.deepEqual([notice?.rows, others], [[['by', 'dashboard 3f9a1c']], []]);
  assert.deepEqual(told([mute('telegram:42', 1_000), mute('dashboard 3f9a1c')]), []);
});

it('counts a day from 00:00 to 00:00 UTC', () => {
  const day = dayOf(timeOf(EXAMPLE_LIFE[0]!));
  const tally = EXAMPLE_LIFE.reduce(withEffect, emptyTally(day));
  const { title, rows, key } = daySummary(tally, { journalId: JOURNAL, market: 'SIMULATED medium', nowMs: 5 });
  assert.equal(key, `daily:${JOURNAL}:2024-11-21`);
  assert.equal(title, 'Day 2024-11-21 (UTC): 4 signals, 1 filled, 1 closed');
  assert.deepEqual(Object.fromEntries(rows), {
    signals: '4: 3 buy, 1 sell',
    symbols: 'ETHUSDT 2, BTCUSDT 1, SOLUSDT 1',
    ended: '1 exhausted, 1 expired',
    filled: '1 entries',
    closed: '1 positions',
    'in doubt': '1, 1 resolved',
    halts: '1',
  });
  const late = { ...EXAMPLE_LIFE[0]!, atMs: (day + 1) * 86_400_000 } as Effect;
  assert.equal(dayReached(tally, late), day + 1);
  assert.equal(dayReached(emptyTally(day + 5), EXAMPLE_LIFE[0]!), day + 5);
});
