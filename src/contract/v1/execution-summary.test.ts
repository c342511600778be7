import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { NO_FACTS } from '../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import { slippageBps, summaryOf } from './execution-summary.ts';

let count = 0;
const report = (values: Partial<ExecutionReport>): ExecutionReport => {
  count += 1;
  return { reportId: `r-${count}`, session: 's', epoch: 1, fence: 3, type: 'SUBMITTED', leg: 'ENTRY', ...values };
};
const of = (reports: readonly ExecutionReport[], intent: 'ENTRY' | 'CLOSE' = 'ENTRY') =>
  summaryOf({
    intent,
    facts: { ...NO_FACTS, reports: reports.map((each) => ({ report: each, flags: [], reoffered: false })) },
  });

const LIFE = [
  report({ orderId: '17', qty: 2, price: 100 }),
  report({ type: 'PARTIAL', orderId: '17', qty: 0.5, cumQty: 0.5, leavesQty: 1.5, avgPrice: 100.1, fee: 0.02 }),
  report({ type: 'FILLED', orderId: '17', qty: 1.5, cumQty: 2, leavesQty: 0, avgPrice: 100.2, fee: 0.06 }),
  report({ type: 'FILLED', leg: 'TP1', orderId: '18', cumQty: 0.5, avgPrice: 102, fee: 0.01 }),
  report({ type: 'FILLED', leg: 'STOP', orderId: '19', cumQty: 1.5, avgPrice: 100, fee: 0.03 }),
];

it('adds up what was ordered, filled, paid and got out, in whatever order it was told', () => {
  const law = fc.property(fc.shuffledSubarray(LIFE, { minLength: LIFE.length }), (shuffled) => {
    const { fees, ...summary } = of(shuffled);
    assert.deepEqual(summary, { orderId: '17', qty: 2, filledQty: 2, avgPrice: 100.2, exitPrice: 100.5 });
    assert.equal(fees?.toFixed(6), '0.120000');
  });
  fc.assert(law);
});

it('knows nothing before the first report, and takes what a person found out where nobody reported', () => {
  const unknown = { orderId: undefined, qty: undefined, exitPrice: undefined, fees: undefined };
  assert.deepEqual(of([]), { ...unknown, filledQty: undefined, avgPrice: undefined });
  const resolution = { state: 'FILLED', reason: 'seen at the venue', by: 'operator', qty: 1, avgPrice: 99 } as const;
  const resolved = summaryOf({ intent: 'ENTRY', facts: { ...NO_FACTS, resolution } });
  assert.deepEqual(resolved, { ...unknown, filledQty: 1, avgPrice: 99 });
});

it('takes the mean of the whole close before the exits one by one, and a CLOSE has no exit of its own', () => {
  const closed = report({ type: 'CLOSED', leg: 'STOP', avgPrice: 101 });
  assert.equal(of([...LIFE, closed]).exitPrice, 101);
  const close = [report({ type: 'FILLED', leg: 'CLOSE', orderId: '20', qty: 2, avgPrice: 101.5 })];
  assert.deepEqual(of(close, 'CLOSE'), {
    orderId: '20',
    qty: 2,
    filledQty: 2,
    avgPrice: 101.5,
    exitPrice: undefined,
    fees: undefined,
  });
});

it('signs slippage so that more is worse, on both sides', () => {
  assert.equal(slippageBps('buy', 100, 100.1).toFixed(6), '10.000000');
  assert.equal(slippageBps('sell', 100, 100.1).toFixed(6), '-10.000000');
  assert.equal(slippageBps('sell', 100, 99.9).toFixed(6), '10.000000');
});
