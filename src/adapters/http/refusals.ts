import type { Refusal } from '../../contract/refusal.ts';
import type { Scope } from '../../ports/key-ring.ts';
import type { Rate } from './token-bucket.ts';

/** The largest request body, bytes. */
export const BODY_LIMIT = 65_536;

/** How often a machine may send a key that nobody has: a person who mistypes is not hindered, a guesser is. */
export const WRONG_KEYS: Rate = { perSecond: 0.2, burst: 10 };

export interface GateRefusal extends Refusal {
  /** Whole wall seconds, at least 1. */
  readonly retryAfterSeconds?: number;
  /** The methods that the path takes. */
  readonly allow?: string;
}

export function foreignHost(host: string | undefined, port: number | undefined): GateRefusal {
  const problem =
    host === undefined || host === ''
      ? 'The request does not say which host it is for (header Host).'
      : `This server does not answer to the host ${JSON.stringify(host.slice(0, 80))}.`;
  const remedy = `On this machine use http://127.0.0.1:${port}; other names are allowed in api.allowedHosts.`;
  return { code: 'foreign_host', message: `${problem} ${remedy}` };
}

/** Said to this machine, too, when it calls itself by its network address: that it is the same one is not looked for. */
export function otherMachine(port: number | undefined): GateRefusal {
  const ways = '`tapewire keys add --guide` prints a base URL with a key for it, or api.networks names its network';
  const local = `on the machine that runs Tapewire, use http://127.0.0.1:${port} and not its network address`;
  return {
    code: 'unauthorized',
    message: `Another machine is answered here only when it is allowed: ${ways}; ${local}.`,
  };
}

/** @param withoutOne whether the same request would be answered without any key, and is not made to show one */
export function unknownKey(withoutOne: boolean): GateRefusal {
  const problem = 'This key is not known, or it was revoked: `tapewire keys list` shows those that are.';
  const remedy = withoutOne ? ' Here none is needed: leave the header Authorization out.' : '';
  return { code: 'unauthorized', message: `${problem}${remedy}` };
}

export function wrongScope(scope: Scope): GateRefusal {
  const remedy = `\`tapewire keys add --scopes ${scope}\` makes one that has it`;
  return { code: 'wrong_scope', message: `This key does not have the scope ${scope}: ${remedy}.` };
}

export function tooMany(rate: Rate, waitMs: number): GateRefusal {
  const message = `More than ${rate.perSecond} requests per second. Ask again later.`;
  return { code: 'too_many_requests', message, retryAfterSeconds: seconds(waitMs) };
}

export function tooManyWrongKeys(waitMs: number): GateRefusal {
  const message = 'Too many wrong keys came from this machine. Ask again later.';
  return { code: 'too_many_requests', message, retryAfterSeconds: seconds(waitMs) };
}

export function nothingAt(path: string): GateRefusal {
  return { code: 'unknown_path', message: `There is nothing at ${path.slice(0, 200)}. GET / lists what there is.` };
}

export function wrongMethod(method: string, allow: string): GateRefusal {
  const takes = allow.split(', ').filter((each) => each !== 'HEAD' && each !== 'OPTIONS');
  return { code: 'wrong_method', message: `This path takes ${takes.join(' or ')}, not ${method}.`, allow };
}

const seconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / 1_000));

export const NO_KEY: GateRefusal = {
  code: 'unauthorized',
  message:
    'This needs the header Authorization: Bearer <key>. The first key is in the file api-key of the data directory; `tapewire keys add` makes others.',
};
export const STALE_COOKIE: GateRefusal = {
  code: 'unauthorized',
  message:
    'The key of this browser was revoked. The next start of Tapewire prints a link that lets it in anew; a key does so as well.',
};
export const NOT_A_KEY: GateRefusal = {
  code: 'unauthorized',
  message: 'The header Authorization must be there once, and say Bearer and a key: `tapewire keys add` makes one.',
};
export const TWO_KEYS: GateRefusal = {
  code: 'unauthorized',
  message: 'A key stands in the path or in the header Authorization, not in both.',
};
export const NO_PATH: GateRefusal = {
  code: 'malformed_request',
  message: 'The request target must be a path on this server.',
};
export const BROKEN_PATH: GateRefusal = {
  code: 'malformed_request',
  message: 'The path is not valid percent-encoding.',
};
export const TWO_HOSTS: GateRefusal = {
  code: 'malformed_request',
  message: 'A request may have one Host header, and no more.',
};
export const FOREIGN_ORIGIN: GateRefusal = {
  code: 'foreign_origin',
  message: 'Pages of other sites may not use this server. Its own are those at the very address that is called.',
};
export const FOREIGN_PAGE: GateRefusal = {
  code: 'foreign_page',
  message: 'Pages of other sites may link to the pages of this server, and nothing else.',
};
export const NOT_JSON: GateRefusal = {
  code: 'not_json',
  message: 'A request body must be uncompressed UTF-8 with the header Content-Type: application/json.',
};
export const BODY_TOO_LARGE: GateRefusal = {
  code: 'body_too_large',
  message: `A request body may have ${BODY_LIMIT} bytes.`,
};
/** For what only node:http notices: an `Expect` other than `100-continue`. */
export const UNKNOWN_EXPECTATION: GateRefusal = {
  code: 'unknown_expectation',
  message: 'The header Expect may only say 100-continue.',
};
