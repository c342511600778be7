import type { HaltAccount, ResumeAccount } from './command.ts';
import { accountOf, done, type Means, refuse, timesOf, unknownAccount } from './means.ts';
import type { Moment } from './moment.ts';
import { exhaust } from './offers.ts';
import type { Replies } from './reply.ts';

export function isHalted(means: Means, account: string): boolean {
  return means.books.deliveries.account(account)?.halt !== undefined;
}

export function halt(means: Means, { account: name, reason, by }: HaltAccount, moment: Moment): Replies['halt'] {
  const account = means.books.deliveries.account(name);
  if (account === undefined) return unknownAccount(name);
  if (account.halt !== undefined) return done(account);
  means.emit({ kind: 'account_halted', account: name, reason, by, ...timesOf(moment) });
  for (const { signalId } of [...means.books.signals.open]) exhaust(means, signalId, moment);
  return done(accountOf(means, name));
}

export function resume(means: Means, { account: name, by }: ResumeAccount, moment: Moment): Replies['resume'] {
  const account = means.books.deliveries.account(name);
  if (account === undefined) return unknownAccount(name);
  const { mode, rule, reason } = means.books.deliveries.risk.state;
  if (mode === 'HALTED' && rule === 'operator') {
    const how = 'resume all of it with POST /api/v1/risk/resume, or `tapewire resume`';
    return refuse('halted', `The kill switch holds every account (${reason}): ${how}.`);
  }
  if (account.halt !== undefined) means.emit({ kind: 'account_resumed', account: name, by, ...timesOf(moment) });
  return done(accountOf(means, name));
}
