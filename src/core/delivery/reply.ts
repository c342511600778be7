import type { RiskState } from '../risk/risk-book.ts';
import type { Delivery, Grant } from './delivery.ts';
import type { NoticeMute } from './delivery-book.ts';
import type { Instruction } from './instruction.ts';
import type { Reply } from './refusal.ts';
import type { Account, Session } from './session.ts';

export interface Granted {
  readonly instruction: Instruction;
  readonly delivery: Delivery;
  readonly grant: Grant;
  /** House milliseconds that are left now; `undefined` for a CLOSE, which does not expire. */
  readonly executeWithinMs: number | undefined;
}

/** What each command is answered with, by its kind. */
export interface Replies {
  readonly publish: Reply<{ readonly instruction: Instruction; readonly duplicate: boolean }>;
  readonly cancel: Reply<Instruction>;
  readonly close: Reply<{ readonly instruction: Instruction; readonly duplicate: boolean }>;
  readonly amend: Reply<Instruction>;
  readonly open_session: Reply<{
    readonly session: Session;
    /** What a new process must look up at its venue before it trades. */
    readonly inDoubt: readonly Delivery[];
    readonly halted: boolean;
  }>;
  readonly heartbeat: Reply<{ readonly session: Session; readonly halted: boolean }>;
  /** The session that has ended with it. */
  readonly release: Reply<Session>;
  readonly claim: Reply<Granted>;
  readonly report: Reply<{ readonly delivery: Delivery; readonly duplicate: boolean }>;
  readonly resolve: Reply<Delivery>;
  readonly halt: Reply<Account>;
  readonly resume: Reply<Account>;
  readonly set_risk: Reply<RiskState>;
  readonly turn_day: Reply<RiskState>;
  readonly kill: Reply<RiskState>;
  /** The one that runs now. */
  readonly mute: Reply<NoticeMute | undefined>;
  readonly show: Reply<{
    /** Those of them that a client of the guide may see. */
    readonly signalIds: readonly string[];
    /** The executor that holds the account, so that nothing is shown. */
    readonly holder: Session | undefined;
  }>;
  readonly sweep: Reply<undefined>;
}
