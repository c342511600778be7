/**
 * Every way in which the API says no, with its HTTP status. The body is `{status:"error",message}`; the code is what
 * refusals are counted by in `/api/stats`.
 */
export const REFUSAL_STATUS = {
  malformed_http: 400,
  malformed_request: 400,
  ambiguous_stamp: 400,
  not_from_this_machine: 401,
  foreign_origin: 403,
  foreign_page: 403,
  unknown_path: 404,
  unknown_stamp: 404,
  wrong_method: 405,
  timed_out: 408,
  body_too_large: 413,
  not_json: 415,
  unknown_expectation: 417,
  foreign_host: 421,
  too_many_requests: 429,
  headers_too_large: 431,
  internal_error: 500,
  journal_failed: 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

/** A no with its reason in a sentence that a person can act on. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** The body of every error on the guide's routes. */
export function errorJson(message: string): string {
  return `{"status":"error","message":${JSON.stringify(message)}}`;
}
