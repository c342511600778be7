import { assert } from '../assert.ts';
import type { Unnumbered } from '../engine/effect.ts';
import type { Books } from './books.ts';
import type { Instruction } from './instruction.ts';
import type { Leases } from './leases.ts';
import type { Moment } from './moment.ts';
import type { DeliveryRefusalCode, Reply } from './refusal.ts';
import { type Account, DEFAULT_ACCOUNT, PAPER_ACCOUNT, type Session } from './session.ts';

/** What every part of the dispatcher works with. */
export interface Means {
  /** What is known. It changes by `emit` only. */
  readonly books: Books;
  readonly leases: Leases;
  /** What ids repeat with. */
  readonly runAnchor: string;
  /** Decides: numbers the effect and folds it into the books at once. */
  emit(effect: Unnumbered): void;
}

export const timesOf = ({ atMs, wallMs }: Moment): { readonly atMs: number; readonly wallMs: number } => ({
  atMs,
  wallMs,
});

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const refuse = (code: DeliveryRefusalCode, message: string): Reply<never> => ({
  ok: false,
  refusal: { code, message },
});

export const unknownSignal = (id: string): Reply<never> =>
  refuse('unknown_signal', `The signal ${id} is not known here, or no longer.`);

export const unknownDelivery = (id: string): Reply<never> =>
  refuse('unknown_delivery', `The delivery ${id} is not known here, or no longer.`);

export const unknownAccount = (name: string): Reply<never> =>
  refuse('unknown_account', `There is no account ${name}: there are ${DEFAULT_ACCOUNT} and ${PAPER_ACCOUNT}.`);

/** @param epoch The one that was named, where one was. */
export function staleEpoch({ books }: Means, sessionId: string, epoch?: number): Reply<never> {
  for (const { session, account } of books.deliveries.accounts) {
    if (session?.sessionId !== sessionId) continue;
    const held = `The session ${sessionId} holds the account ${account} with the epoch ${session.epoch}`;
    return refuse('stale_epoch', session.epoch === epoch ? `${held}, and no other.` : `${held}, not ${epoch}.`);
  }
  return refuse(
    'stale_epoch',
    `The session ${sessionId} does not hold the account: it lapsed, or another executor took over.`,
  );
}

/** The session when it holds its account at this moment; without an epoch, whichever it has. */
export function holding({ books }: Means, sessionId: string, epoch: number | undefined): Session | undefined {
  for (const { session } of books.deliveries.accounts) {
    if (session?.sessionId === sessionId && (epoch === undefined || session.epoch === epoch)) return session;
  }
  return undefined;
}

/** One that is known to be there. */
export function instructionOf({ books }: Means, id: string): Instruction {
  const instruction = books.deliveries.instruction(id);
  assert(instruction !== undefined, `dispatcher: ${id} is not known`);
  return instruction;
}

/** One that is known to be there. */
export function accountOf({ books }: Means, name: string): Account {
  const account = books.deliveries.account(name);
  assert(account !== undefined, `dispatcher: account ${name} is not known`);
  return account;
}
