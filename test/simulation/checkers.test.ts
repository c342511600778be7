import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { DeliveryFacts } from '../../src/core/delivery/delivery.ts';
import type { Standing, standingOf } from '../../src/core/delivery/delivery-state.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { Chance } from './chance.ts';
import { type CheckerName, check, type Evidence } from './checkers.ts';
import { unbroken } from './simulate.ts';
import { type Submission, Witness } from './witness.ts';

const AT_MS = Date.UTC(2026, 0, 1);
const [ID, OTHER] = ['019b76da-a800-7000-8000-000000000001', '019b76da-a800-7000-8000-000000000002'];
const times = { atMs: AT_MS + 10, wallMs: AT_MS + 10 };
const signal = {
  ...{ signalId: ID, stampUs: AT_MS * 1000, symbol: 'ETHUSDT', side: 'buy', timeframe: '1m' },
  ...{ entryPrice: 100, stopPrice: 99, targetPrices: [101, 102, 103], leverage: 1, strength: 80, consensus: 100 },
  ...{ strategiesAgree: 1, expiresAtMs: AT_MS + 1_000, votes: [], reasons: ['because'], market: 'SIMULATED' },
} as const;
const issued = { kind: 'signal_issued', signal };
const opened = {
  ...{ kind: 'session_opened', sessionId: 's1', account: 'default', consumer: 'desk', instance: 'i1', epoch: 1 },
  ...{ symbols: [], capabilities: [], ...times },
};
const claimed = {
  ...{ kind: 'delivery_claimed', signalId: ID, account: 'default', sessionId: 's1', consumer: 'desk', epoch: 1 },
  ...{ key: 'k1', clientOrderId: 'tw-1', deadlineMs: AT_MS + 1_000, latency: {}, ...times },
};
const report = { reportId: 'r1', session: 's1', epoch: 1, fence: 3, type: 'FILLED', leg: 'ENTRY' };
const reported = {
  ...{ kind: 'delivery_reported', deliveryId: `${ID}.default`, report, flags: [], reoffered: false, ...times },
};
const ended = { kind: 'signal_ended', signalId: ID, state: 'EXHAUSTED', reason: 'filled', atMs: AT_MS + 20 };
/** A signal that was issued, claimed, filled and ended, as it should be. */
const GOOD = [issued, opened, claimed, reported, ended];

const submission: Submission = {
  ...{ signalId: ID, account: 'default', leg: 'ENTRY', clientOrderId: 'tw-1', who: 'desk', lookedMs: 10, leftMs: 10 },
};

function witnessOf(change: (witness: Witness) => void = () => undefined): Witness {
  const witness = new Witness();
  witness.overAtMs.set(ID, 1_000);
  witness.submissions.push(submission);
  change(witness);
  return witness;
}

function complaints(
  effects: readonly object[],
  evidence: Partial<Evidence> = {},
  standing?: typeof standingOf,
): readonly CheckerName[] {
  const numbered = effects.map((effect, index) => ({
    seq: index + 1,
    ...effect,
  })) as readonly unknown[] as readonly Effect[];
  const rest = { witness: witnessOf(), published: [ID], filledEntries: ['tw-1'], ...evidence };
  return [
    ...new Set(
      check({ effects: numbered, ...rest }, new Chance(1, 'checkers'), standing).violations.map(
        ({ checker }) => checker,
      ),
    ),
  ];
}

it('has nothing against a signal that went as it should', () => {
  assert.deepEqual(complaints(GOOD), []);
});

/** Each rule, and what breaks it. */
const PLANTED: Readonly<Record<CheckerName, () => readonly CheckerName[] | Promise<readonly CheckerName[]>>> = {
  'acknowledged is kept': () =>
    complaints(GOOD, { witness: witnessOf(({ promises }) => promises.push({ what: 'report', id: 'r2' })) }),
  'seq has no gap': () => complaints([issued, { ...opened, seq: 3 }]),
  'stamps grow': () => complaints([...GOOD, { ...issued, signal: { ...signal, signalId: OTHER } }]),
  'one grant': () => complaints([issued, opened, claimed, { ...claimed, key: 'k2' }, reported, ended]),
  'one submission': () =>
    complaints(GOOD, { witness: witnessOf(({ submissions }) => submissions.push({ ...submission, who: 'other' })) }),
  'the holder is granted': () => complaints([issued, opened, { ...claimed, sessionId: 's0' }, reported, ended]),
  'nothing is granted late': () => complaints([issued, opened, { ...claimed, atMs: AT_MS + 1_000 }, reported, ended]),
  'nothing is submitted late': () => complaints(GOOD, { witness: witnessOf(({ overAtMs }) => overAtMs.set(ID, 5)) }),
  'same claim, same grant': () => complaints(GOOD, { witness: witnessOf(({ grantsDenied }) => grantsDenied.push(ID)) }),
  'only allowed edges': () =>
    complaints([
      issued,
      opened,
      ended,
      { ...claimed, atMs: AT_MS + 30 },
      { ...reported, report: { ...report, fence: 4 } },
    ]),
  'reports in any order': () => {
    const working = { ...reported, report: { ...report, reportId: 'r0', type: 'SUBMITTED' } };
    return complaints([issued, opened, claimed, working, reported, ended], {}, lastWord);
  },
  'one story': () => complaints(GOOD, { stories: () => ['the stream missed 3'] }),
  'at rest': () => complaints(GOOD.slice(0, 3)),
  'the venue agrees': () =>
    complaints([...GOOD.slice(0, 3), { ...reported, report: { ...report, type: 'NOT_SENT' } }, ended]),
  'one kind of client': () => complaints(GOOD, { witness: witnessOf(({ readByGuide }) => readByGuide.add(ID)) }),
  'nothing breaks': async () => {
    const { violations } = await unbroken(() => Promise.reject(new Error('a bug of ours')));
    return violations.map(({ checker }) => checker);
  },
};

for (const [rule, plant] of Object.entries(PLANTED)) {
  it(`complains when this does not hold: ${rule}`, async () => {
    const broken = await plant();
    assert.ok(broken.includes(rule as CheckerName), `only ${broken.join(', ')}`);
  });
}

/** A standing as it would be if the order of reports counted. */
function lastWord({ reports }: DeliveryFacts): Standing {
  return { state: reports.at(-1)!.report.type === 'FILLED' ? 'FILLED' : 'WORKING', reason: 'whatever came last' };
}
