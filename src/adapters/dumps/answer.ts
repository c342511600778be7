import { faultCode } from '../../ports/fault-words.ts';

/** A server that answers, but not now, or that breaks off: worth another try. */
export class Unsteady extends Error {
  override readonly name = 'Unsteady';
  /** What the server asked to be left alone for, milliseconds. */
  readonly waitMs: number | undefined;

  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** A server that says no, and will say it again. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const RETRY_AFTER_MAX_MS = 120_000;

/** Whether a status says "try again", and in how long. @returns `undefined` when it does not */
export function unsteadyOf(response: Response): Unsteady | undefined {
  const { status } = response;
  if (status !== 408 && status !== 418 && status !== 429 && status < 500) return undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const waitMs = Number.isFinite(seconds) ? Math.min(RETRY_AFTER_MAX_MS, Math.max(0, seconds * 1000)) : undefined;
  return new Unsteady(`the server answers ${status}`, waitMs);
}

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: is there a network?',
  EAI_AGAIN: 'its name cannot be looked up: is there a network?',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'nobody answers',
  ENETUNREACH: 'there is no way to it: is there a network?',
  EHOSTUNREACH: 'there is no way to it: is there a network?',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answers',
  UND_ERR_HEADERS_TIMEOUT: 'nobody answers',
  UND_ERR_BODY_TIMEOUT: 'no more bytes came',
};

/** What `fetch` says of a connection, for a person: what it throws hides the reason in its cause. */
export function networkWords(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const words = NETWORK_WORDS[faultCode(cause)];
    if (words !== undefined) return words;
    if (cause.cause === undefined) return cause.message;
  }
  return String(error);
}
