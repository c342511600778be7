/** Every business no of delivery. Their HTTP statuses are in the contract's one table. */
export type DeliveryRefusalCode =
  | 'claimed'
  | 'expired'
  | 'cancelled'
  | 'superseded'
  | 'shown'
  | 'halted'
  | 'not_routed'
  | 'stale_epoch'
  | 'account_held'
  | 'version_conflict'
  | 'bad_bracket'
  | 'id_reused'
  | 'id_too_old'
  | 'report_id_reused'
  | 'unknown_signal'
  | 'unknown_delivery'
  | 'unknown_account'
  | 'unknown_symbol'
  | 'stale_market'
  | 'price_off_market'
  | 'not_in_doubt'
  | 'nothing_to_close'
  | 'too_many_reports';

export interface DeliveryRefusal {
  readonly code: DeliveryRefusalCode;
  /** For a person: what is wrong and what to do. */
  readonly message: string;
  /** With `account_held`: who holds it, and for how many house milliseconds at most without a sign of life. */
  readonly holder?: { readonly consumer: string; readonly sinceMs: number; readonly remainingMs: number };
  /** With `version_conflict`: the version that holds. */
  readonly version?: number;
}

/** What a command led to. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: DeliveryRefusal };
