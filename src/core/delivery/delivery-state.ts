import { currentGrant, type DeliveryFacts, type DeliveryState, type Intent } from './delivery.ts';
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
  const { reports, doubt, resolution, offerEnd, shown } = facts;
  const mainLeg = intent === 'CLOSE' ? 'CLOSE' : 'ENTRY';
  const main = reports.map(({ report }) => report).filter(({ leg }) => leg === mainLeg || leg === 'ENTRY');
  const exits = reports.map(({ report }) => report).filter((report) => !main.includes(report));
  const has = (type: ReportType) => first(main.filter((report) => report.type === type));

  const closed = first(reports.map(({ report }) => report).filter(closesPosition));
  if (closed !== undefined) return { state: 'CLOSED', reason: closed.reason ?? closed.leg.toLowerCase() };
  const filled = has('FILLED');
  if (filled !== undefined) return { state: 'FILLED', reason: filled.reason ?? 'filled' };
  if (resolution?.state === 'FILLED') return { state: 'FILLED', reason: resolution.reason };
  // Only a position can be reduced: whoever reports the fill of an exit says that the entry was filled.
  if (exits.some(({ type }) => type === 'FILLED' || type === 'PARTIAL' || type === 'CLOSED')) {
    return { state: 'FILLED', reason: 'an exit of it was filled' };
  }

  const doubted = doubt !== undefined && doubt.fence === currentGrant(facts)?.fence ? doubt : undefined;
  const [rejected, cancelled] = [has('REJECTED'), has('CANCELLED')];
  if (main.some(({ type, cumQty = 0 }) => type === 'PARTIAL' || cumQty > 0)) {
    if (rejected !== undefined || cancelled !== undefined)
      return { state: 'FILLED', reason: 'filled in part, the rest is gone' };
    return doubted === undefined
      ? { state: 'PARTIAL', reason: 'filled in part' }
      : { state: 'IN_DOUBT', reason: doubted.reason };
  }
  if (rejected !== undefined) return { state: 'REJECTED', reason: rejected.reason ?? 'the venue refused it' };
  if (cancelled !== undefined) return { state: 'CANCELLED', reason: cancelled.reason ?? 'cancelled before a fill' };
  if (resolution !== undefined) return { state: resolution.state, reason: resolution.reason };
  if (has('SUBMITTED') !== undefined) {
    return doubted === undefined
      ? { state: 'WORKING', reason: 'the venue has the order' }
      : { state: 'IN_DOUBT', reason: doubted.reason };
  }
  const nack = reports
    .filter(({ reoffered }) => !reoffered)
    .map(({ report }) => report)
    .filter(({ type }) => type === 'NACK');
  const declined = first(nack.filter((report) => !saysNotSent(report)));
  if (declined !== undefined) return { state: 'DECLINED', reason: declined.reason ?? 'no reason given' };
  const notSent = has('NOT_SENT') ?? first(nack);
  if (notSent !== undefined) return { state: 'NOT_SENT', reason: notSent.reason ?? 'no order was sent' };

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

const closesPosition = ({ type, leavesQty = 0 }: ExecutionReport): boolean => type === 'CLOSED' && leavesQty === 0;

/** By id and not by arrival: the reason must not depend on the order either. */
function first(reports: readonly ExecutionReport[]): ExecutionReport | undefined {
  return reports.reduce<ExecutionReport | undefined>(
    (least, report) => (least === undefined || report.reportId < least.reportId ? report : least),
    undefined,
  );
}
