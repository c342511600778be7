import { followEntry, standingBefore } from './closes.ts';
import type { Report, Resolve } from './command.ts';
import { currentGrant, type Delivery, NO_FENCE } from './delivery.ts';
import { done, holding, type Means, refuse, timesOf, unknownDelivery } from './means.ts';
import type { Moment } from './moment.ts';
import { exhaust } from './offers.ts';
import type { Replies } from './reply.ts';
import { judgeReport } from './report-judgement.ts';
import { sameReport } from './sameness.ts';
import { PAPER_ACCOUNT, PAPER_INSTANCE } from './session.ts';

/** House milliseconds after the deadline of a grant until a missing report becomes a doubt. */
export const GRACE_MS = 10_000;
/** How many reports of one delivery are taken: a fill of a scalp has a few hundred parts at most. */
const REPORTS_MAX = 2_000;

export function report(means: Means, { deliveryId, report }: Report, moment: Moment): Replies['report'] {
  const delivery = means.books.deliveries.delivery(deliveryId);
  if (delivery === undefined) {
    return unknownDelivery(deliveryId);
  }
  const { reports } = delivery.facts;
  const same = reports.find((stored) => stored.report.reportId === report.reportId);
  if (same !== undefined) {
    if (sameReport(same.report, report)) return done({ delivery, duplicate: true });
    return refuse(
      'report_id_reused',
      `The report ${report.reportId} is known with another content. A new report needs a new id.`,
    );
  }
  if (reports.length >= REPORTS_MAX) {
    return refuse(
      'too_many_reports',
      `The delivery ${deliveryId} has ${REPORTS_MAX} reports already: more cannot be true.`,
    );
  }
  const session = holding(means, report.session, report.epoch);
  const judgement = judgeReport(delivery, report, session?.account === delivery.account ? session : undefined);
  const before = standingBefore(means, delivery);
  means.emit({ kind: 'delivery_reported', deliveryId, report, ...judgement, ...timesOf(moment) });
  exhaust(means, delivery.signalId, moment);
  followEntry(means, before, moment);
  return done({ delivery: means.books.deliveries.delivery(deliveryId)!, duplicate: false });
}

export function resolve(means: Means, { deliveryId, resolution }: Resolve, moment: Moment): Replies['resolve'] {
  const delivery = means.books.deliveries.delivery(deliveryId);
  if (delivery === undefined) {
    return unknownDelivery(deliveryId);
  }
  if (delivery.state !== 'IN_DOUBT') {
    return refuse(
      'not_in_doubt',
      `The delivery ${deliveryId} is not in doubt: it is ${delivery.state}, ${delivery.reason}.`,
    );
  }
  const before = standingBefore(means, delivery);
  means.emit({ kind: 'delivery_resolved', deliveryId, resolution, ...timesOf(moment) });
  exhaust(means, delivery.signalId, moment);
  followEntry(means, before, moment);
  return done(means.books.deliveries.delivery(deliveryId)!);
}

export function doubtWhatIsOverdue(means: Means, moment: Moment): void {
  for (const { deliveries } of means.books.deliveries.unsettled) {
    for (const delivery of deliveries.values()) doubt(means, delivery, moment);
  }
}

function doubt(means: Means, { state, deliveryId, facts }: Delivery, moment: Moment): void {
  if (state !== 'CLAIMED' && state !== 'WORKING' && state !== 'PARTIAL') return;
  const grant = currentGrant(facts);
  if (grant === undefined) {
    // Such as after a journal was restored: what the executor was granted is not known any more.
    const reason = 'it was reported on without a claim that is known here';
    means.emit({ kind: 'delivery_doubted', deliveryId, fence: NO_FENCE, reason, ...timesOf(moment) });
    return;
  }
  if (moment.wallMs < grant.deadlineMs + GRACE_MS) return;
  // The paper venue is of this process and remembers by the journal: it says what came of it once it watches the market again.
  const holder = means.books.deliveries.account(PAPER_ACCOUNT)?.session;
  if (holder?.instance === PAPER_INSTANCE && holder.sessionId === grant.sessionId) return;
  const what = state === 'CLAIMED' ? 'no report came' : 'no final report came';
  const reason = `${what} from ${grant.consumer} within ${GRACE_MS / 1000} s of the deadline`;
  means.emit({ kind: 'delivery_doubted', deliveryId, fence: grant.fence, reason, ...timesOf(moment) });
}
