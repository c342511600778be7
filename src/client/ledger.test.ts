import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ledger, type LedgerRecord } from './ledger.ts';

/** A disk that keeps what it was given. */
function diskWith(records: LedgerRecord[]) {
  return {
    append: async (record: LedgerRecord) => void records.push(record),
    load: async () => [...records],
    compact: async (fewer: readonly LedgerRecord[]) => void records.splice(0, records.length, ...fewer),
  };
}

const grant = { session: 's', epoch: 1, fence: 7, leg: 'CLOSE' } as const;

/** A CLOSE that was claimed, was about to be sent, and was given back for this reason. */
async function givenBack(reason: string): Promise<LedgerRecord[]> {
  const records: LedgerRecord[] = [];
  const ledger = await Ledger.open(diskWith(records));
  const intent = { signalId: 'a', account: 'default', intent: 'CLOSE', key: 'k', instance: 'i' } as const;
  await ledger.write({ kind: 'intent', intent: { ...intent, session: 's', epoch: 1 } });
  const submission = { ...grant, delivery: 'a.default', clientOrderId: 'tw-1' };
  await ledger.write({ kind: 'submitting', signalId: 'a', submission });
  const body = { ...grant, report_id: 'r', type: 'NACK', reason } as const;
  await ledger.write({ kind: 'report', signalId: 'a', report: { delivery: 'a.default', body } });
  assert.ok(ledger.hasTaken('a'), 'the server has not heard of it yet');
  return records;
}

it('may take up again what it gave back unsent, once that is reported, after a restart as well', async () => {
  const records = await givenBack('not_sent');
  const restarted = await Ledger.open(diskWith(records));
  assert.ok(restarted.hasTaken('a'));
  await restarted.write({ kind: 'reported', reportId: 'r' });
  assert.ok(!restarted.hasTaken('a'));
  assert.ok(!(await Ledger.open(diskWith(records))).hasTaken('a'));
});

it('never takes up again what it declined', async () => {
  const records = await givenBack('price_moved');
  const restarted = await Ledger.open(diskWith(records));
  await restarted.write({ kind: 'reported', reportId: 'r' });
  assert.ok(restarted.hasTaken('a'));
  assert.ok((await Ledger.open(diskWith(records))).hasTaken('a'));
});
