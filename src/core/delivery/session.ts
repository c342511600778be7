/** The account of whoever trades for real: every signal is offered on it. */
export const DEFAULT_ACCOUNT = 'default';
/** The account of the paper venue: its deliveries end no signal, and the guide's routes know nothing of them. */
export const PAPER_ACCOUNT = 'paper';
/** The one process that holds the account `paper` from inside: always the same, so that a restart goes on with its session. */
export const PAPER_INSTANCE = '0'.repeat(32);
export const ACCOUNTS: readonly string[] = [DEFAULT_ACCOUNT, PAPER_ACCOUNT];

/** House milliseconds that a lease lasts without a heartbeat. */
export const LEASE_MS = 15_000;
/** How often an executor is asked to send one. */
export const HEARTBEAT_MS = 5_000;

/** An executor's hold on an account. A newer one fences it off: `epoch` grows by one with every session of the account. */
export interface Session {
  readonly sessionId: string;
  readonly account: string;
  /** How the executor calls itself, for people. */
  readonly consumer: string;
  /** 128 random bits of the executor's process, 32 hex characters: a restarted executor is another one. */
  readonly instance: string;
  readonly epoch: number;
  /** The only symbols it trades; empty for all. */
  readonly symbols: readonly string[];
  readonly capabilities: readonly string[];
  /** House time. */
  readonly sinceMs: number;
}

export interface Account {
  readonly account: string;
  /** Of its last session, 0 before the first. */
  readonly epoch: number;
  /** Who holds it, `undefined` while nobody does. */
  readonly session: Session | undefined;
  readonly halt: Halt | undefined;
}

/** The kill switch of an account: nothing is offered and nothing granted until somebody resumes. */
export interface Halt {
  readonly reason: string;
  /** Who said so. */
  readonly by: string;
  /** House time. */
  readonly sinceMs: number;
}
