import { filledOf, QTY_DUST } from '../positions/position.ts';
import { currentGrant, type Delivery, isOver } from './delivery.ts';
import { saysNotSent } from './delivery-state.ts';
import type { ExecutionReport, ReportFlag } from './report.ts';
import type { Session } from './session.ts';

/**
 * What is remarkable about a report, and whether it gives the signal back. Only a NACK that says "not sent" does, from
 * the session that holds the account at this moment, for its own grant, before anything else was heard of it: the
 * process that would have sent the order is alive and says that it has not.
 *
 * @param holder The session of the report when it holds the delivery's account now.
 */
export function judgeReport(
  delivery: Delivery,
  report: ExecutionReport,
  holder: Session | undefined,
): { readonly flags: readonly ReportFlag[]; readonly reoffered: boolean } {
  const { state, facts } = delivery;
  const grant = facts.grants.find(({ fence }) => fence === report.fence);
  const flags: ReportFlag[] = [];
  if (state === 'IN_DOUBT' || (isOver(delivery) && isExecution(report) && report.leg === 'ENTRY')) flags.push('late');
  if (grant === undefined) flags.push('unknown_fence');
  else if (grant.sessionId !== report.session || holder === undefined) flags.push('stale_epoch');
  if (contradicts(delivery, report) || closesTooMuch(delivery, report)) flags.push('contradiction');
  const reoffered =
    report.type === 'NACK' &&
    saysNotSent(report) &&
    state === 'CLAIMED' &&
    holder !== undefined &&
    currentGrant(facts)?.fence === report.fence &&
    grant?.sessionId === holder.sessionId;
  return { flags, reoffered };
}

const isExecution = ({ type }: ExecutionReport): boolean => type !== 'NACK' && type !== 'NOT_SENT' && type !== 'CLOSED';

/** One of the two cannot be true: an order that was never sent, or refused, and a fill of it. */
function contradicts({ facts }: Delivery, { type, leg, fence }: ExecutionReport): boolean {
  const ofSameOrder = facts.reports.filter(({ report }) => report.leg === leg && report.fence === fence);
  const said = ofSameOrder.map(({ report }) => report.type);
  const nothing = ['NACK', 'NOT_SENT', 'REJECTED'];
  const something = ['SUBMITTED', 'PARTIAL', 'FILLED', 'CANCELLED'];
  if (type === 'REJECTED') return said.some((each) => ['PARTIAL', 'FILLED', 'NOT_SENT', 'NACK'].includes(each));
  if (nothing.includes(type)) return said.some((each) => something.includes(each));
  if (type === 'SUBMITTED' || type === 'CANCELLED') return said.some((each) => each === 'NACK' || each === 'NOT_SENT');
  return something.includes(type) && said.some((each) => nothing.includes(each));
}

/** Stop and targets together cannot close more than all of what was opened, or two of them were filled at once. */
function closesTooMuch({ facts }: Delivery, report: ExecutionReport): boolean {
  const isFill = ({ type }: ExecutionReport): boolean => type === 'PARTIAL' || type === 'FILLED';
  if (!isFill(report) || report.leg === 'ENTRY') return false;
  const filled = new Map<string, number>();
  let isEntryDone = false;
  for (const each of [...facts.reports.map((stored) => stored.report), report].filter(isFill)) {
    filled.set(each.leg, Math.max(filled.get(each.leg) ?? 0, filledOf(each)));
    isEntryDone ||= each.leg === 'ENTRY' && each.type === 'FILLED';
  }
  // An exit may be heard of before the rest of its entry.
  if (!isEntryDone) return false;
  const opened = filled.get('ENTRY') ?? 0;
  const closed = [...filled].reduce((sum, [leg, qty]) => (leg === 'ENTRY' ? sum : sum + qty), 0);
  return opened > 0 && closed > opened * (1 + QTY_DUST);
}
