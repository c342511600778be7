import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { type DeliveryFacts, type Grant, NO_FACTS, NO_FENCE } from './delivery.ts';
import { saysNotSent, standingOf } from './delivery-state.ts';
import { mayMove } from './edges.testing.ts';
import { type ExecutionReport, LEGS, REPORT_TYPES } from './report.ts';
import { asJson, done, Scene, TTL_MS } from './scene.testing.ts';

const GRANT: Grant = {
  fence: 2,
  key: 'key',
  sessionId: 'session 1',
  consumer: 'atas',
  epoch: 1,
  clientOrderId: 'tw-0',
  grantedMs: 0,
  deadlineMs: 1,
  latency: {},
};

type Said = Partial<ExecutionReport>;

function facts(said: readonly Said[], others: Partial<DeliveryFacts> = {}): DeliveryFacts {
  const reports = said.map((each, index) => ({
    report: {
      ...{ reportId: `r${index}`, session: 'session 1', epoch: 1, fence: 2, type: 'SUBMITTED', leg: 'ENTRY' },
      ...each,
    } as ExecutionReport,
    flags: [],
    reoffered: false,
  }));
  return { ...NO_FACTS, grants: [GRANT], reports, ...others };
}

const stateOf = (said: readonly Said[], others: Partial<DeliveryFacts> = {}) =>
  standingOf(facts(said, others), 'ENTRY').state;
const DOUBT = { doubt: { fence: 2, reason: 'nobody reported' } };

it('takes facts for more than guesses', () => {
  const resolution = (state: 'FILLED' | 'REJECTED' | 'NOT_SENT') => ({
    ...DOUBT,
    resolution: { state, reason: '', by: '' },
  });
  const table: [readonly Said[], Partial<DeliveryFacts>, string][] = [
    [[], {}, 'CLAIMED'],
    [[], DOUBT, 'IN_DOUBT'],
    [[], { doubt: { fence: 1, reason: 'of another grant' } }, 'CLAIMED'],
    [[{ type: 'SUBMITTED' }], DOUBT, 'IN_DOUBT'],
    [[{ type: 'REJECTED' }], DOUBT, 'REJECTED'],
    [[{ type: 'NOT_SENT' }], DOUBT, 'NOT_SENT'],
    [[{ type: 'FILLED' }, { type: 'REJECTED' }, { type: 'NACK' }], DOUBT, 'FILLED'],
    [[], resolution('REJECTED'), 'REJECTED'],
    [[{ type: 'SUBMITTED' }], resolution('NOT_SENT'), 'NOT_SENT'],
    [[{ type: 'PARTIAL' }], resolution('NOT_SENT'), 'FILLED'],
    [[{ type: 'CANCELLED' }], resolution('REJECTED'), 'CANCELLED'],
    [[{ type: 'REJECTED' }], resolution('FILLED'), 'FILLED'],
    [[{ type: 'CANCELLED', cumQty: 0.1 }], {}, 'FILLED'],
    [[{ type: 'CANCELLED', cumQty: 0 }], {}, 'CANCELLED'],
    [[{ type: 'SUBMITTED', cumQty: 0.1 }], {}, 'PARTIAL'],
    [[{ type: 'PARTIAL', leg: 'TP1' }], {}, 'FILLED'],
    [[{ type: 'CLOSED', leg: 'TP1', leavesQty: 0.5 }], {}, 'FILLED'],
    [[{ type: 'CLOSED', leavesQty: 0.5 }], {}, 'FILLED'],
    [[{ type: 'CLOSED', leg: 'STOP' }], {}, 'CLOSED'],
    [
      [
        { type: 'SUBMITTED', leg: 'STOP' },
        { type: 'NACK', reason: 'price moved' },
      ],
      {},
      'WORKING',
    ],
    [[{ type: 'NACK', reason: 'price moved' }], {}, 'DECLINED'],
    [[{ type: 'NACK', reason: 'Not Sent' }], {}, 'NOT_SENT'],
  ];
  for (const [said, others, state] of table) assert.equal(stateOf(said, others), state, JSON.stringify([said, others]));
});

it('lets an order to close be filled by its own leg', () => {
  const closing = (type: ExecutionReport['type'], rest: Said = {}) =>
    standingOf(facts([{ type, leg: 'CLOSE', ...rest }]), 'CLOSE').state;
  assert.deepEqual(
    [
      closing('SUBMITTED'),
      closing('PARTIAL'),
      closing('FILLED'),
      closing('CLOSED'),
      closing('CLOSED', { leavesQty: 1 }),
    ],
    ['WORKING', 'PARTIAL', 'FILLED', 'CLOSED', 'PARTIAL'],
  );
});

const SAID = fc.record(
  {
    type: fc.constantFrom(...REPORT_TYPES),
    leg: fc.oneof({ weight: 3, arbitrary: fc.constant('ENTRY' as const) }, fc.constantFrom(...LEGS)),
    reason: fc.constantFrom('not_sent', 'not sent', 'NOT SENT', 'price moved', 'session over'),
    cumQty: fc.constantFrom(0, 0.5, 1),
    leavesQty: fc.constantFrom(0, 0.5),
    fence: fc.constantFrom(1, 2, 2, 2, 3),
  },
  { requiredKeys: ['type', 'leg'] },
);

const OTHERS = fc.record(
  {
    doubt: fc.constantFrom({ fence: 2, reason: 'nobody reported' }, { fence: NO_FENCE, reason: 'unknown claim' }),
    resolution: fc
      .constantFrom('FILLED' as const, 'REJECTED' as const, 'NOT_SENT' as const)
      .map((state) => ({ state, reason: 'r', by: 'b' })),
    shown: fc.boolean(),
    grants: fc.constantFrom([], [GRANT], [{ ...GRANT, fence: 1 }, GRANT]),
    offerEnd: fc.constant({ state: 'EXPIRED' as const, reason: 'late' }),
  },
  { requiredKeys: [] },
);

it('depends on the set of reports alone: any order and any repetition of them gives the same state and reason', () => {
  const law = fc.property(
    fc.array(SAID, { maxLength: 8 }),
    OTHERS,
    fc.constantFrom('ENTRY' as const, 'CLOSE' as const),
    fc.infiniteStream(fc.nat(1e6)),
    (said, others, intent, chance) => {
      const known = facts(said, others);
      const dice = (): number => chance.next().value ?? 0;
      const shuffled = [...known.reports, ...known.reports.filter(() => dice() % 2 === 0)]
        .map((report) => ({ report, at: dice() }))
        .sort((a, b) => a.at - b.at)
        .map(({ report }) => asJson(report));
      assert.deepEqual(standingOf({ ...known, reports: shuffled }, intent), standingOf(known, intent));
    },
  );
  fc.assert(law, { numRuns: 2_000 });
});

it('goes only where a delivery may go when one more fact is known, and never back from a fill', () => {
  const law = fc.property(fc.array(SAID, { minLength: 1, maxLength: 8 }), OTHERS, (said, others) => {
    // A doubt without a grant begins with a report, so it cannot be there before all of them.
    fc.pre(others.doubt?.fence !== NO_FENCE);
    const before = standingOf(facts(said.slice(0, -1), others), 'ENTRY').state;
    const after = standingOf(facts(said, others), 'ENTRY').state;
    assert.ok(before === after || mayMove(before, after), `${before} -> ${after}`);
  });
  fc.assert(law, { numRuns: 3_000 });
});

it('ends in the same state in whatever order the dispatcher hears it, from the holder or after it', () => {
  const law = fc.property(
    fc.array(SAID, { minLength: 1, maxLength: 6 }),
    fc.infiniteStream(fc.nat(1e6)),
    fc.boolean(),
    (said, chance, afterDoubt) => {
      // Who says first that nothing was sent for good, and then gives it back, gives nothing back; the other way round it is
      // on offer again, and saying it once more changes nothing. Either way nothing was sent, and nothing is sent twice.
      const isGivenBack = said.some((each) => each.type === 'NACK' && saysNotSent(each as ExecutionReport));
      fc.pre(!(isGivenBack && said.some(({ type }) => type === 'NOT_SENT')));
      const ends = [
        said,
        said
          .map((each) => ({ each, at: chance.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each),
      ].map((order) => {
        const scene = new Scene();
        const [session, signalId] = [scene.session(), scene.publish()];
        const granted = scene.claimed(session, signalId);
        if (afterDoubt) scene.wait(2 * TTL_MS);
        for (const each of [...order, ...order]) {
          const { fence: _, ...rest } = each;
          done(scene.report(granted, { ...rest, reportId: `report of ${said.indexOf(each)}` }));
        }
        return scene.state(signalId);
      });
      assert.equal(ends[1], ends[0]);
    },
  );
  fc.assert(law, { numRuns: 200 });
});
