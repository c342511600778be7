import type { Json } from './json-text.ts';

/**
 * Every way in which the API says no, with its HTTP status. On the guide's routes the body is `{status:"error",message}`,
 * under `/api/v1/` a problem that carries the code in capitals. The code is also what refusals are counted by in
 * `/api/stats`.
 */
export const REFUSAL_STATUS = {
  malformed_http: 400,
  malformed_request: 400,
  ambiguous_stamp: 400,
  idempotency_key_missing: 400,
  unauthorized: 401,
  foreign_origin: 403,
  foreign_page: 403,
  wrong_scope: 403,
  unknown_path: 404,
  unknown_stamp: 404,
  unknown_signal: 404,
  unknown_delivery: 404,
  unknown_account: 404,
  wrong_method: 405,
  timed_out: 408,
  // What stands against it, mostly of a signal that may not be claimed, changed or published.
  claimed: 409,
  expired: 409,
  cancelled: 409,
  superseded: 409,
  shown: 409,
  halted: 409,
  not_routed: 409,
  not_in_doubt: 409,
  nothing_to_close: 409,
  nothing_to_mute: 409,
  stale_epoch: 409,
  account_held: 409,
  version_conflict: 409,
  stale_market: 409,
  price_off_market: 409,
  rate_limit: 409,
  cursor_gone: 410,
  body_too_large: 413,
  not_json: 415,
  unknown_expectation: 417,
  foreign_host: 421,
  id_reused: 422,
  id_too_old: 422,
  idempotency_key_reused: 422,
  report_id_reused: 422,
  unknown_symbol: 422,
  bad_bracket: 422,
  too_many_reports: 422,
  too_many_requests: 429,
  too_many_streams: 429,
  headers_too_large: 431,
  internal_error: 500,
  journal_failed: 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

/** A no with its reason in a sentence that a person can act on. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** What the code promises besides under `/api/v1/`, such as the `holder` of ACCOUNT_HELD. */
  readonly members?: Readonly<Record<string, Json>>;
}

/** The body of every error on the guide's routes. */
export function errorJson(message: string): string {
  return `{"status":"error","message":${JSON.stringify(message)}}`;
}
