/** What a person should hear of. Nothing here asks for an answer; all of it is safe to only log. */
export type NoticeName =
  | 'session_opened'
  | 'session_refused'
  | 'account_held'
  | 'lease_lapsed'
  | 'lease_regained'
  | 'fenced'
  | 'released'
  | 'halted'
  | 'resumed'
  | 'stream_broken'
  | 'snapshot_refused'
  | 'unreadable_event'
  | 'decide_failed'
  | 'quote_failed'
  | 'declined'
  | 'claim_refused'
  | 'claim_unanswered'
  | 'not_submitted'
  | 'submitted'
  | 'in_doubt'
  | 'reconciled'
  | 'cancel_failed'
  | 'unknown_order'
  | 'report_waits'
  | 'report_refused'
  | 'store_failed';

export interface Notice {
  readonly name: NoticeName;
  /** A sentence for the log. */
  readonly detail: string;
  readonly signalId?: string;
}

export type Notify = (name: NoticeName, detail: string, signalId?: string) => void;

/** The words of whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
