import { journalPath } from '../../src/adapters/sqlite/data-dir.ts';
import { openSqliteJournal } from '../../src/adapters/sqlite/journal.ts';
import { formatStamp } from '../../src/contract/stamp.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { Promises } from './promises.ts';

/** What the journal holds, gathered for looking promises up in it. */
interface OnDisk {
  lastSeq: number;
  readonly issued: Set<string>;
  readonly closes: Set<string>;
  readonly endedStamps: Set<string>;
  readonly claims: Map<string, number>;
  readonly reports: Set<string>;
}

/**
 * Reads the journal of a server that was killed: gapless, stamps that grow, one grant per delivery unless it was given
 * back, nothing both shown and claimed; and everything that anybody was promised is in it.
 *
 * @returns the number of the last effect
 */
export async function checkDeliveryJournal(
  dataDir: string,
  promises: Promises,
  acknowledged: ReadonlySet<string>,
): Promise<number> {
  const path = journalPath(dataDir, 'sim');
  const opened = openSqliteJournal({ path, nowMs: Date.now(), keepDays: 36_500, keepSignals: 1e6 });
  if (!opened.ok) throw new Error(opened.problem);
  const journal = opened.value;
  try {
    const onDisk = await gather(journal.read(0), promises);
    compare(onDisk, promises, acknowledged);
    return onDisk.lastSeq;
  } finally {
    await journal.close();
  }
}

async function gather(effects: AsyncIterable<Effect>, promises: Promises): Promise<OnDisk> {
  const onDisk: OnDisk = {
    lastSeq: 0,
    issued: new Set(),
    closes: new Set(),
    endedStamps: new Set(),
    claims: new Map(),
    reports: new Set(),
  };
  const stamps = new Map<string, number>();
  const takenBy = new Map<string, 'guide' | 'executor'>();
  let lastStampUs = 0;
  for await (const effect of effects) {
    if (effect.seq !== onDisk.lastSeq + 1) promises.problem(`seq ${effect.seq} follows ${onDisk.lastSeq}`);
    onDisk.lastSeq = effect.seq;
    switch (effect.kind) {
      case 'signal_issued': {
        const { signalId, stampUs } = effect.signal;
        if (stampUs <= lastStampUs) promises.problem(`the stamp of ${signalId} does not grow`);
        if (onDisk.issued.has(signalId)) promises.problem(`${signalId} was issued twice`);
        lastStampUs = stampUs;
        onDisk.issued.add(signalId);
        stamps.set(signalId, stampUs);
        break;
      }
      case 'close_issued':
        onDisk.closes.add(effect.closeId);
        break;
      case 'signal_ended':
        onDisk.endedStamps.add(formatStamp(stamps.get(effect.signalId) ?? 0));
        break;
      case 'delivery_shown':
      case 'delivery_claimed': {
        const delivery = effect.kind === 'delivery_shown' ? effect.deliveryId : `${effect.signalId}.${effect.account}`;
        const taker = takenBy.get(delivery);
        if (taker !== undefined) promises.problem(`${delivery} went to the ${taker} and again at ${effect.seq}`);
        takenBy.set(delivery, effect.kind === 'delivery_shown' ? 'guide' : 'executor');
        if (effect.kind === 'delivery_claimed') onDisk.claims.set(effect.clientOrderId, effect.seq);
        break;
      }
      case 'delivery_reported':
        onDisk.reports.add(`${effect.deliveryId} ${effect.report.reportId}`);
        if (effect.reoffered) takenBy.delete(effect.deliveryId);
    }
  }
  return onDisk;
}

function compare(onDisk: OnDisk, promises: Promises, acknowledged: ReadonlySet<string>): void {
  for (const id of promises.published) if (!onDisk.issued.has(id)) promises.isLost(`the publication of ${id}`);
  for (const id of promises.issued) {
    // A CLOSE has an id of its own and is no signal of the book.
    if (!onDisk.issued.has(id) && !onDisk.closes.has(id)) promises.isLost(`the event that issued ${id}`);
  }
  for (const { signalId, fence, clientOrderId } of promises.claims) {
    if (onDisk.claims.get(clientOrderId) !== fence) promises.isLost(`the grant ${clientOrderId} of ${signalId}`);
  }
  for (const { deliveryId, reportId, type } of promises.reports) {
    if (!onDisk.reports.has(`${deliveryId} ${reportId}`)) promises.isLost(`the report ${type} of ${deliveryId}`);
  }
  for (const stamp of acknowledged) {
    if (!onDisk.endedStamps.has(stamp)) promises.isLost(`the acknowledgement of ${stamp}`);
  }
}
