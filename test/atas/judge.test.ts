import assert from 'node:assert/strict';
import { it } from 'node:test';
import { judge } from './judge.ts';
import { PLANTED } from './planted.ts';
import type { Delivery, FillView, LedgerLine, LoopRecord, OrderView, Report } from './records.ts';

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
    ...{ tradeId: orderId, orderId, comment, side: comment === ID ? 'Buy' : 'Sell', price, quantity: 0.5, fee },
    time: atMs(ms),
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
    ...{ state: type, at: atMs(0) },
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

it('takes the difference for an entry that was found when one of its exits had been filled unheard, and no other', () => {
  const from = Date.parse(atMs(4_500));
  const away = [{ fromMs: from, toMs: from + 1_000 }];
  const [signal] = bracket().signals;
  const [delivery] = signal!.deliveries;
  const found = { report_id: 'f', type: 'PARTIAL', leg: 'ENTRY', qty: 0.1, reason: 'found_after_restart' };
  const ofTarget = (qty: number) => ({ report_id: 't', type: 'PARTIAL', leg: 'TP1', order_id: '3', qty });
  /** The target filled 0.5 unseen; of that so much was reported, and so much of the entry is known. */
  const problems = (reported: number, filled_qty: number | undefined, entry: Report = found) => {
    const history = [entry, ofTarget(reported)].map((report) => ({ state: 'PARTIAL', at: atMs(5_500), report }));
    const { filled_qty: _, ...others } = delivery!;
    const deliveries = [{ ...others, history, ...(filled_qty !== undefined && { filled_qty }) }];
    return judge({ ...bracket(), away, signals: [{ ...signal!, deliveries }] }).problems;
  };
  assert.deepEqual(problems(0.2, 0.2), [], '0.3 were not heard of');
  assert.equal(problems(0.2, 0.1).length, 1, 'more is missing than that');
  assert.equal(problems(0.2, 0.3).length, 1, 'less is missing than that');
  assert.equal(problems(0.2, undefined).length, 1, 'nothing is known of the entry');
  assert.equal(problems(0, 0).length, 1, 'the same');
  assert.equal(problems(0.2, 0.2, { ...found, reason: 'filled' }).length, 1, 'nobody said that it was found');
});

/** The bracket, and orders of it that came after its end. */
function followedBy(
  ...late: readonly { readonly side: 'Buy' | 'Sell'; readonly comment: string | null; ms: number }[]
) {
  const record = bracket();
  const [signal] = record.signals;
  const [delivery] = signal!.deliveries;
  const lines = [...record.ledger];
  const history = [...delivery!.history];
  for (const { side, comment, ms } of late) {
    const orderId = `9${ms}`;
    const common = { orderId, comment, side, quantity: 0.5, time: atMs(ms) };
    const order: OrderView = {
      ...{ ...common, type: 'Market', filled: 0.5, state: 'Filled', reason: null, sentTime: atMs(ms) },
    };
    const fill: FillView = { ...common, tradeId: orderId, price: 3_510, fee: 0 };
    lines.push({ number: lines.length + 1, time: atMs(ms), order: null, fill });
    lines.push({ number: lines.length + 1, time: atMs(ms), order, fill: null });
    if (comment === null) continue;
    history.push({
      state: 'FILLED',
      at: atMs(ms),
      report: { report_id: orderId, type: 'FILLED', leg: 'CLOSE', order_id: orderId, qty: 0.5, fee: 0 },
    });
  }
  const deliveries = [{ ...delivery!, history }];
  return { ...record, ledger: lines, signals: [{ ...signal!, deliveries }] };
}

it('sees what was closed twice, unless what that opened was taken back', () => {
  const twice = { side: 'Sell', comment: `${ID}-C`, ms: 5_200 } as const;
  assert.deepEqual(judge(followedBy(twice)).problems, [`${ID} is closed with 1 of 0.5`]);
  const back = { side: 'Buy', comment: `${ID}-C.2`, ms: 6_000 } as const;
  assert.deepEqual(judge(followedBy(twice, back)).problems, []);
  const byHand = { side: 'Sell', comment: null, ms: 4_000 } as const;
  assert.deepEqual(judge(followedBy(byHand, back)).problems, [], 'a person closed it, and so did its target');
});

it('does not take the next position for one that somebody else has closed', () => {
  const { ledger, ...record } = bracket();
  const byHand = ledger.map((line) => ({
    ...line,
    ...(line.fill?.orderId === '3' ? { fill: { ...line.fill, orderId: '8', comment: null } } : {}),
    ...(line.order?.orderId === '3' ? { order: { ...line.order, filled: 0, state: 'Cancelled' as const } } : {}),
  }));
  const next = byHand.slice(0, 3).map((line, index) => {
    const own = { orderId: '20', comment: 'tw-0123456789abcdef01234567' };
    const time = atMs(7_000 + index);
    const order = line.order === null ? null : { ...line.order, ...own };
    const fill = line.fill === null ? null : { ...line.fill, ...own };
    return { number: 100 + index, time, order, fill };
  });
  const { problems } = judge({ ...record, ledger: [...byHand, ...next] });
  assert.ok(!problems.some((problem) => problem.startsWith(`${ID} was without a stop`)), problems.join());
  assert.ok(problems.some((problem) => problem.startsWith('tw-0123456789abcdef01234567 was without a stop')));
});
