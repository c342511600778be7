import { close } from './closes.ts';
import type { Kill, SetRisk, TurnDay } from './command.ts';
import { halt, resume } from './halts.ts';
import { done, type Means, timesOf } from './means.ts';
import type { Moment } from './moment.ts';
import type { Replies } from './reply.ts';
import { ACCOUNTS } from './session.ts';

export function setRisk(means: Means, { kind: _, ...change }: SetRisk, moment: Moment): Replies['set_risk'] {
  const { state } = means.books.deliveries.risk;
  if (state.mode !== change.mode || state.rule !== change.rule || state.untilMs !== change.untilMs) {
    means.emit({ kind: 'risk_changed', ...change, ...timesOf(moment) });
  }
  return done(means.books.deliveries.risk.state);
}

export function turnDay(means: Means, { dayMs, net }: TurnDay, moment: Moment): Replies['turn_day'] {
  if (dayMs > means.books.deliveries.risk.dayMs) means.emit({ kind: 'day_turned', dayMs, net, ...timesOf(moment) });
  return done(means.books.deliveries.risk.state);
}

/** The kill switch. Repeated it changes nothing, but for a flatten, which closes what has been opened since. */
export function kill(means: Means, { action, reason, by, net = 0 }: Kill, moment: Moment): Replies['kill'] {
  const { state } = means.books.deliveries.risk;
  if (action === 'resume') {
    const ended = `resumed: ${reason}`;
    if (state.mode !== 'ACTIVE')
      setRisk(means, { kind: 'set_risk', mode: 'ACTIVE', rule: 'operator', reason: ended, by, net }, moment);
    for (const account of ACCOUNTS) resume(means, { kind: 'resume', account, by }, moment);
    return done(means.books.deliveries.risk.state);
  }
  setRisk(means, { kind: 'set_risk', mode: 'HALTED', rule: 'operator', reason, by, net }, moment);
  for (const account of ACCOUNTS) halt(means, { kind: 'halt', account, reason, by }, moment);
  if (action === 'flatten') {
    for (const { id, intent } of [...means.books.deliveries.unsettled]) {
      if (intent !== 'CLOSE') close(means, { kind: 'close', signalId: id, reason: `flatten: ${reason}`, by }, moment);
    }
  }
  return done(means.books.deliveries.risk.state);
}
