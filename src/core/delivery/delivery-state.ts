import { currentDoubt, currentGrant, type DeliveryFacts, type DeliveryState, type Intent } from './delivery.ts';
import type { ExecutionReport, ReportType } from './report.ts';

export interface Standing {
  readonly state: DeliveryState;
  /** For a person. */
  readonly reason: string;
}

/**
 * The state of a delivery as a function of what is known of it. Facts beat guesses: a fill beats everything but the
 * close of its position, whatever else was said before or after, and what the venue said beats what a person found out.
 * Reports are looked at as a set, so any order and any repetition of them end in the same state.
 */
export function standingOf(facts: DeliveryFacts, intent: Intent): Standing {
  const { resolution, offerEnd, shown } = facts;
  const reports = facts.reports.map(({ report }) => report).filter((report) => !speaksOfEarlierGrant(report, facts));
  const isMain = ({ leg }: ExecutionReport) => leg === 'ENTRY' || (intent === 'CLOSE' && leg === 'CLOSE');
  const main = reports.filter(isMain);
  const exits = reports.filter((report) => !isMain(report));
  const has = (type: ReportType) => first(main.filter((report) => report.type === type));

  const closed = first(reports.filter(closesPosition));
  if (closed !== undefined) return { state: 'CLOSED', reason: closed.reason ?? closed.leg.toLowerCase() };
  const filled = has('FILLED');
  if (filled !== undefined) return { state: 'FILLED', reason: filled.reason ?? 'filled' };
  if (resolution?.state === 'FILLED') return { state: 'FILLED', reason: resolution.reason };
  // Only a position can be reduced: whoever reports the fill of an exit says that the entry was filled.
  const reduced = intent === 'CLOSE' ? exits : reports;
  if (exits.some(isFill) || reduced.some(({ type }) => type === 'CLOSED')) {
    return { state: 'FILLED', reason: 'an exit of it was filled' };
  }

  const doubted = currentDoubt(facts);
  const [rejected, cancelled] = [has('REJECTED'), has('CANCELLED')];
  if (main.some(isFill) || main.some(({ type }) => type === 'CLOSED')) {
    // A person who says that nothing came of it can only mean the rest.
    if (rejected !== undefined || cancelled !== undefined || resolution !== undefined)
      return { state: 'FILLED', reason: 'filled in part, the rest is gone' };
    return doubted === undefined
      ? { state: 'PARTIAL', reason: 'filled in part' }
      : { state: 'IN_DOUBT', reason: doubted.reason };
  }
  if (rejected !== undefined) return { state: 'REJECTED', reason: rejected.reason ?? 'the venue refused it' };
  if (cancelled !== undefined) return { state: 'CANCELLED', reason: cancelled.reason ?? 'cancelled before a fill' };
  if (resolution !== undefined) return { state: resolution.state, reason: resolution.reason };
  // Whoever speaks of an exit at the venue has sent something: such a signal is not to be offered again.
  if (has('SUBMITTED') !== undefined || exits.some(({ type }) => type !== 'NACK' && type !== 'NOT_SENT')) {
    return doubted === undefined
      ? { state: 'WORKING', reason: 'the venue has the order' }
      : { state: 'IN_DOUBT', reason: doubted.reason };
  }
  const nacks = reports.filter((report) => report.type === 'NACK' && !gaveBack(report, facts));
  const declined = first(nacks.filter((report) => !saysNotSent(report)));
  if (declined !== undefined) return { state: 'DECLINED', reason: declined.reason ?? 'no reason given' };
  const notSent = first(reports.filter(({ type }) => type === 'NOT_SENT'));
  if (notSent !== undefined || nacks.length > 0)
    return { state: 'NOT_SENT', reason: notSent?.reason ?? 'no order was sent' };

  const grant = currentGrant(facts);
  if (grant !== undefined) {
    return doubted === undefined
      ? { state: 'CLAIMED', reason: `claimed by ${grant.consumer}` }
      : { state: 'IN_DOUBT', reason: doubted.reason };
  }
  if (offerEnd !== undefined) return offerEnd;
  return shown
    ? { state: 'SHOWN', reason: 'shown to a client of the guide' }
    : { state: 'OFFERED', reason: 'waits for an executor' };
}

/** A NACK that asks for the signal to be offered again. */
export const saysNotSent = ({ reason }: ExecutionReport): boolean => /^not[ _]sent$/i.test(reason ?? '');

/** That nothing came of a grant which was given back says nothing of the one that followed it. A fill counts whosever it is. */
function speaksOfEarlierGrant({ type, fence, cumQty = 0 }: ExecutionReport, facts: DeliveryFacts): boolean {
  const { grants } = facts;
  // Its holder says once more what it said when it gave it back.
  if (type === 'NOT_SENT' && grants.at(-1)?.fence === fence && currentGrant(facts) === undefined) return true;
  const saysNothingCame = type === 'REJECTED' || type === 'CANCELLED' || type === 'NACK' || type === 'NOT_SENT';
  return saysNothingCame && cumQty === 0 && grants.slice(0, -1).some((grant) => grant.fence === fence);
}

const gaveBack = ({ reportId }: ExecutionReport, { reports }: DeliveryFacts): boolean =>
  reports.some((stored) => stored.reoffered && stored.report.reportId === reportId);

const isFill = ({ type, cumQty = 0 }: ExecutionReport): boolean =>
  type === 'FILLED' || type === 'PARTIAL' || cumQty > 0;

const closesPosition = ({ type, leavesQty = 0 }: ExecutionReport): boolean => type === 'CLOSED' && leavesQty === 0;

/** By id and not by arrival: the reason must not depend on the order either. */
function first(reports: readonly ExecutionReport[]): ExecutionReport | undefined {
  return reports.reduce<ExecutionReport | undefined>(
    (least, report) => (least === undefined || report.reportId < least.reportId ? report : least),
    undefined,
  );
}
