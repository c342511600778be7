import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from './judge.ts';
import { PLANTED } from './planted.ts';
import type { Delivery, FillView, LedgerLine, LoopRecord, OrderView } from './records.ts';

const ID = 'tw-2f6c1de09a4b7783c5d0e1f2';
const atMs = (ms: number): string => new Date(Date.UTC(2026, 0, 5, 12) + ms).toISOString();

/** Bought at 0 ms, protected at `protectedMs`, closed by its target at 5,000 ms. */
function bracket(protectedMs = 124): LoopRecord {
  const lines: LedgerLine[] = [];
  const write = (ms: number, what: { order?: OrderView; fill?: FillView }): void => {
    lines.push({ number: lines.length + 1, time: atMs(ms), order: what.order ?? null, fill: what.fill ?? null });
  };
  const order = (orderId: string, comment: string, change: Partial<OrderView>): OrderView => ({
    ...{ orderId, comment, side: 'Sell', type: 'Limit', quantity: 0.5, filled: 0, state: 'Working', reason: null },
    ...{ time: atMs(0), sentTime: atMs(0), ...change },
  });
  const fill = (orderId: string, comment: string, ms: number, price: number, fee: number): FillView => ({
    ...{ tradeId: orderId, orderId, comment, side: 'Buy', price, quantity: 0.5, fee, time: atMs(ms) },
  });
  const entry = order('1', ID, { side: 'Buy', type: 'Market' });
  const stop = order('2', `${ID}-S`, { type: 'Stop' });
  const target = order('3', `${ID}-1`, {});
  write(0, { order: entry });
  write(0, { fill: fill('1', ID, 0, 3_500, 0.875) });
  write(0, { order: { ...entry, filled: 0.5, state: 'Filled' } });
  write(protectedMs, { order: stop });
  write(protectedMs, { order: target });
  write(5_000, { fill: fill('3', `${ID}-1`, 5_000, 3_510, 0.351) });
  write(5_000, { order: { ...target, filled: 0.5, state: 'Filled' } });
  write(5_100, { order: { ...stop, state: 'Cancelled' } });
  const report = (type: string, leg: string, order_id: string, qty: number, fee?: number) => ({
    report: { report_id: `${type}${order_id}`, type, leg, order_id, qty, ...(fee === undefined ? {} : { fee }) },
  });
  const history = [
    report('SUBMITTED', 'ENTRY', '1', 0.5),
    report('FILLED', 'ENTRY', '1', 0.5, 0.875),
    report('SUBMITTED', 'STOP', '2', 0.5),
    report('FILLED', 'TP1', '3', 0.5, 0.351),
    report('CLOSED', 'TP1', '3', 0.5),
  ];
  const delivery: Delivery = {
    ...{ id: 'a.default', signal_id: 'a', intent: 'ENTRY', state: 'CLOSED', reason: 'tp', client_order_id: ID },
    ...{ filled_qty: 0.5, avg_price: 3_500, fees: 1.226, history },
  };
  const signals = [{ id: 'a', intent: 'ENTRY', direction: 'BUY', deliveries: [delivery] }] as const;
  return { ledger: lines, signals, away: [], endMs: Date.parse(atMs(20_000)), graceMs: 5_000 };
}

it('finds nothing wrong with two books that say the same', () => {
  assert.deepEqual(judge(bracket()), {
    ...{ entries: 1, doubleEntries: 0, orphanExits: 0, nakedMsMax: 124, inDoubt: 0, ledgersEqual: true, problems: [] },
  });
});

for (const [fault, plant] of Object.entries(PLANTED)) {
  it(`sees ${fault}`, () => {
    assert.notDeepEqual(judge(plant(bracket())).problems, []);
  });
}

it('counts the time without a stop, but not while the platform was away', () => {
  const late = { ...bracket(4_900), graceMs: 1_000 };
  assert.equal(judge(late).nakedMsMax, 4_900);
  assert.deepEqual(judge(late).problems, [`${ID} was without a stop for 4900 ms`]);
  const from = Date.parse(atMs(100));
  const excused = judge({ ...late, away: [{ fromMs: from, toMs: from + 4_500 }] });
  assert.equal(excused.nakedMsMax, 400);
  assert.deepEqual(excused.problems, []);
});

it('does not ask for prices that nobody could see, but for quantities always', () => {
  const from = Date.parse(atMs(4_500));
  const away = [{ fromMs: from, toMs: from + 1_000 }];
  const [signal] = bracket().signals;
  const [delivery] = signal!.deliveries;
  const without = (change: object) => {
    const deliveries = [{ ...delivery!, ...change }];
    return judge({ ...bracket(), away, signals: [{ ...signal!, deliveries }] }).problems;
  };
  assert.deepEqual(without({ history: [], avg_price: 0 }), []);
  assert.equal(without({ history: [], filled_qty: 0.4 }).length, 1);
});
