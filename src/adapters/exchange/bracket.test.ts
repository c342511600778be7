import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { type BracketFacts, type BracketPlan, bracketPrices, type ExitFact, exitId, planExits } from './bracket.ts';
import { decimalText, type Filters, qtyDown } from './filters.ts';

const FILTERS: Filters = {
  symbol: 'XUSDT',
  tickSize: 0.1,
  stepSize: 0.001,
  qtyMin: 0.001,
  qtyMax: 1_000,
  notionalMin: 5,
};
const PLAN: BracketPlan = {
  ...{
    clientOrderId: 'tw-1',
    signalId: 's',
    symbol: 'XUSDT',
    side: 'BUY',
    plannedMs: 0,
    stopPrice: 99,
    targetPrice: 101,
  },
};

const exit = (leg: ExitFact['leg'], attempt: number, over: Partial<ExitFact> = {}): ExitFact => ({
  ...{
    id: exitId('tw-1', leg, attempt),
    leg,
    attempt,
    status: 'working',
    qty: 1,
    executed: 0,
    avgPrice: 0,
    orderId: undefined,
  },
  ...over,
});

const facts = (over: Partial<BracketFacts> = {}): BracketFacts => ({
  ...{ entry: { isOpen: false, executed: 1 }, exits: [], closedElsewhere: 0, position: undefined, mustFlatten: false },
  ...over,
});

const actionsOf = (over: Partial<BracketFacts>): string[] =>
  planExits(PLAN, facts(over), FILTERS).actions.map((action) =>
    action.kind === 'cancelEntry'
      ? 'cancel entry'
      : `${action.kind} ${action.id}${action.kind === 'place' ? ` ${action.qty}` : ''}`,
  );

it('puts the stop first, then the target, and grows both with the entry before the old ones go', () => {
  assert.deepEqual(actionsOf({}), ['place tw-1-S 1']);
  assert.deepEqual(actionsOf({ exits: [exit('S', 1)] }), ['place tw-1-2 1']);
  assert.deepEqual(actionsOf({ exits: [exit('S', 1), exit('2', 1)] }), []);
  const grown = { entry: { isOpen: true, executed: 1.5 }, exits: [exit('S', 1), exit('2', 1)] };
  assert.deepEqual(actionsOf(grown), ['place tw-1-S.2 1.5']);
  const half = [exit('S', 1), exit('S', 2, { qty: 1.5 }), exit('2', 1)];
  assert.deepEqual(actionsOf({ ...grown, exits: half }), ['cancel tw-1-S', 'place tw-1-2.2 1.5']);
});

it('takes the sibling off when one was filled, and what rests of the entry', () => {
  const stopped = [exit('S', 1, { status: 'over', executed: 1 }), exit('2', 1)];
  assert.deepEqual(actionsOf({ exits: stopped }), ['cancel tw-1-2']);
  assert.deepEqual(actionsOf({ entry: { isOpen: true, executed: 1 }, exits: stopped }), [
    'cancel tw-1-2',
    'cancel entry',
  ]);
  const gone = planExits(PLAN, facts({ exits: [stopped[0]!, exit('2', 1, { status: 'over' })] }), FILTERS);
  assert.deepEqual([gone.isOver, gone.actions], [true, []]);
});

it('believes a smaller position, waits for a stop that is being filled, and closes once when it must', () => {
  assert.deepEqual(actionsOf({ position: 0.4 }), ['place tw-1-S 0.4']);
  assert.deepEqual(actionsOf({ position: 7 }), ['place tw-1-S 1']);
  assert.deepEqual(actionsOf({ exits: [exit('S', 1, { status: 'filling', executed: 0.2 })] }), []);
  assert.deepEqual(actionsOf({ mustFlatten: true, exits: [exit('S', 1)] }), ['place tw-1-C 1']);
  assert.deepEqual(actionsOf({ mustFlatten: true, exits: [exit('S', 1), exit('C', 1, { status: 'filling' })] }), []);
});

it('is done with what it asked for: carried out, the same question has no further answer', () => {
  const law = fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }), (filled, out) => {
    let exits: readonly ExitFact[] = [
      exit('2', 1, { status: 'over', qty: 5, executed: Math.min(filled, out) / 1_000 }),
    ];
    const entry = { isOpen: false, executed: filled / 1_000 };
    for (let turn = 0; turn < 4; turn += 1) {
      for (const action of planExits(PLAN, facts({ entry, exits }), FILTERS).actions) {
        if (action.kind === 'cancel') exits = exits.map((it) => (it.id === action.id ? { ...it, status: 'over' } : it));
        if (action.kind !== 'place') continue;
        const attempt = Number(/\.(\d+)$/.exec(action.id)?.[1] ?? 1);
        exits = [...exits, exit(action.leg, attempt, { qty: action.qty })];
      }
    }
    const { actions, net, isProtected, isOver } = planExits(PLAN, facts({ entry, exits }), FILTERS);
    const stops = exits.filter(({ leg, status }) => leg === 'S' && status === 'working');
    assert.deepEqual([actions, isProtected, isOver], [[], true, net === 0]);
    assert.deepEqual(
      stops.map(({ qty }) => qty),
      net === 0 ? [] : [net],
    );
  });
  fc.assert(law);
});

it('rounds quantities down, stops to the side that loses less, targets to the side that gains no less', () => {
  assert.equal(qtyDown(0.3, { ...FILTERS, stepSize: 0.1 }), 0.3);
  assert.equal(qtyDown(0.1 + 0.2, { ...FILTERS, stepSize: 0.1 }), 0.3);
  assert.equal(qtyDown(0.2999, { ...FILTERS, stepSize: 0.1 }), 0.2);
  const prices = { stopLoss: 99.04, takeProfit: 101.06 };
  assert.deepEqual(bracketPrices('BUY', prices, FILTERS), { stopPrice: 99.1, targetPrice: 101.1 });
  assert.deepEqual(bracketPrices('SELL', { stopLoss: 101.06, takeProfit: 99.04 }, FILTERS), {
    stopPrice: 101,
    targetPrice: 99,
  });
  assert.equal(decimalText(1e-7, 1e-7), '0.0000001');
});
