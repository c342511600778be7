/** Why a request was not answered with a yes. */
export class Refused extends Error {
  readonly status: number;
  /** Of the server's table of refusals; empty where it did not say. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered: the server is gone, or the network. */
export class Unanswered extends Error {}

/** Longer than any answer of a server that is well; shorter than two seconds, in which a lost one must be noticed. */
export const PATIENCE_MS = 900;
/** Once it is said that nobody answers, who answers late is back all the same. */
export const LONG_PATIENCE_MS = 5_000;
const SLOW_PATIENCE_MS = 10_000;

export const get = <T>(path: string, patienceMs = SLOW_PATIENCE_MS): Promise<T> =>
  ask<T>('GET', path, undefined, patienceMs);

export const post = <T>(path: string, body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<T> =>
  ask<T>('POST', path, body, SLOW_PATIENCE_MS, headers);

async function ask<T>(
  method: string,
  path: string,
  body: object | undefined,
  patienceMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
      credentials: 'same-origin',
    });
  } catch {
    throw new Unanswered('The server does not answer.');
  }
  const answer: unknown = await response.json().catch(() => undefined);
  // Broken off in the middle: nothing was answered, whatever the head of it said.
  if (response.ok && answer === undefined) throw new Unanswered('The answer of the server broke off.');
  // A house that has failed says so with 503, and its condition is the answer that was asked for.
  if (response.ok || (response.status === 503 && path === '/api/health')) return answer as T;
  const { detail, message, code } = (answer ?? {}) as { detail?: string; message?: string; code?: string };
  throw new Refused(response.status, code ?? '', detail ?? message ?? `The server answered ${response.status}.`);
}
