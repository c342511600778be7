import type { IncomingMessage } from 'node:http';
import type { KeyRing, Principal } from '../../ports/key-ring.ts';
import { admit, type Caller } from './caller.ts';
import { keyInCookie } from './dashboard/cookie.ts';
import { Machines } from './machines.ts';
import type { NetworkList } from './networks.ts';
import {
  type GateRefusal,
  NO_KEY,
  NOT_A_KEY,
  nothingAt,
  otherMachine,
  STALE_COOKIE,
  TWO_KEYS,
  tooManyWrongKeys,
  unknownKey,
  WRONG_KEYS,
  wrongScope,
} from './refusals.ts';
import { capabilityOf, decodedPathOf, isDeliveryPath, pathOf } from './request-path.ts';
import { type Place, placeAt, ROUTE_TABLE, rowOf } from './route-table.ts';

/** What is asked for: the place, and the path it was found at, `undefined` for broken percent-encoding. */
export interface Target {
  readonly path: string | undefined;
  readonly place: Place | undefined;
}

export interface Visitor {
  readonly remoteAddress: string;
  readonly isLocal: boolean;
}

const LOCAL: Caller = { via: 'local' };
const NETWORK: Caller = { via: 'network' };
const ANYWHERE: Caller = { via: 'anywhere' };

/** `Bearer`, as any case, and a key: RFC 6750 names these characters. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
/** So many keys that were accepted are remembered, so that a neighbour's wrong ones do not shut them out. */
const REMEMBERED = 1_000;

/** Asks who it is: by the machine, by the key in the header, or by the key in the path. */
export class Entrance {
  readonly #keys: KeyRing;
  readonly #networks: NetworkList;
  readonly #wrongKeys = new Machines(WRONG_KEYS);
  readonly #accepted = new Set<string>();

  constructor({ keys, networks }: { readonly keys: KeyRing; readonly networks: NetworkList }) {
    this.#keys = keys;
    this.#networks = networks;
  }

  /**
   * Lets the request in, remembering who sent it, or says why not. A key in its path is taken out of it, so that nothing
   * behind the gate can log or repeat it.
   *
   * @param nowMs Any clock that does not go back.
   */
  check(request: IncomingMessage, visitor: Visitor, nowMs: number): Target | GateRefusal {
    const capability = capabilityOf(request.url ?? '');
    if (capability !== undefined) request.url = capability.rest;
    const target = targetOf(request.url ?? '');
    const caller =
      capability === undefined
        ? this.#callerOf(request, target, visitor, nowMs)
        : this.#holderOf(capability.secret, request, target, visitor, nowMs);
    if ('code' in caller) return caller;
    admit(request, caller);
    return target;
  }

  #callerOf(request: IncomingMessage, target: Target, visitor: Visitor, nowMs: number): Caller | GateRefusal {
    const { place } = target;
    if (request.headers.authorization !== undefined) return this.#bearer(request, target, visitor, nowMs);
    const byCookie = this.#byCookie(request, target, visitor, nowMs);
    if (byCookie !== undefined) return byCookie;
    if (needsKey(request, target)) return NO_KEY;
    if (visitor.isLocal) return LOCAL;
    if (place?.access === 'open' && request.method === 'GET') return ANYWHERE;
    if (place?.access === 'door' && request.method === 'POST') return ANYWHERE;
    if (isForGuides(place) && this.#networks.has(visitor.remoteAddress)) return NETWORK;
    return otherMachine(request.socket.localPort);
  }

  /** `undefined` when there is no cookie, or none that counts where none is needed: then it is as if it were not there. */
  #byCookie(
    request: IncomingMessage,
    target: Target,
    visitor: Visitor,
    nowMs: number,
  ): Caller | GateRefusal | undefined {
    const secret = keyInCookie(request);
    if (secret === undefined) return undefined;
    const principal = this.#identify(secret, visitor, nowMs);
    if (principal !== undefined && !('code' in principal)) return withScope(principal, request, target);
    return needsKey(request, target) ? (principal ?? STALE_COOKIE) : undefined;
  }

  #bearer(request: IncomingMessage, target: Target, visitor: Visitor, nowMs: number): Caller | GateRefusal {
    const [, secret] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    // node:http keeps the first of several and says nothing of the others.
    if (secret === undefined || headerCount(request.rawHeaders, 'authorization') > 1) return NOT_A_KEY;
    const principal = this.#identify(secret, visitor, nowMs);
    if (principal === undefined)
      return unknownKey(visitor.isLocal && !needsKey(request, target) && target.place?.access !== 'door');
    if ('code' in principal) return principal;
    return withScope(principal, request, target);
  }

  #holderOf(
    secret: string,
    request: IncomingMessage,
    { place }: Target,
    visitor: Visitor,
    nowMs: number,
  ): Caller | GateRefusal {
    if (request.headers.authorization !== undefined) return TWO_KEYS;
    const principal = this.#identify(secret, visitor, nowMs);
    if (principal === undefined) return unknownKey(false);
    if ('code' in principal) return principal;
    if (!principal.scopes.includes('guide')) return wrongScope('guide');
    return isForGuides(place) ? { principal, via: 'capability' } : nothingAt(pathOf(request.url ?? ''));
  }

  /**
   * Whose key it is, `undefined` for nobody's. Another machine that sent too many of those is not even asked for a while.
   * On this one every key is looked at: an old program that repeats its revoked key must not shut out a new one.
   */
  #identify(secret: string, { remoteAddress, isLocal }: Visitor, nowMs: number): Principal | GateRefusal | undefined {
    const waitMs = this.#wrongKeys.waitMs(remoteAddress, nowMs);
    if (waitMs > 0 && !isLocal && !this.#accepted.has(secret)) return tooManyWrongKeys(waitMs);
    const principal = this.#keys.identify(secret);
    if (principal === undefined) {
      const wasAccepted = this.#accepted.delete(secret);
      this.#wrongKeys.bucketOf(remoteAddress, nowMs).take(nowMs);
      return waitMs > 0 && !wasAccepted ? tooManyWrongKeys(waitMs) : undefined;
    }
    if (this.#accepted.size >= REMEMBERED) this.#accepted.clear();
    this.#accepted.add(secret);
    return principal;
  }
}

function withScope(principal: Principal, { method = '' }: IncomingMessage, { place }: Target): Caller | GateRefusal {
  const row = place && rowOf(place, method);
  if (row !== undefined && row.access !== 'open' && !principal.scopes.includes(row.scope)) return wrongScope(row.scope);
  return { principal, via: 'key' };
}

/** How often a header was sent. */
export function headerCount(rawHeaders: readonly string[], lowerCaseName: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) count += 1;
  }
  return count;
}

/** What nearly every request asks for, letter by letter. */
const PLAIN_TARGETS = new Map(
  ROUTE_TABLE.filter(({ path }) => !/[:*]/.test(path)).map(({ path }): [string, Target] => [
    path,
    { path, place: placeAt(path) },
  ]),
);

function targetOf(url: string): Target {
  const plain = PLAIN_TARGETS.get(url);
  if (plain !== undefined) return plain;
  const path = decodedPathOf(url);
  return { path, place: path === undefined ? undefined : placeAt(path) };
}

function needsKey({ url = '' }: IncomingMessage, { path, place }: Target): boolean {
  return place === undefined ? isDeliveryPath(path ?? pathOf(url)) : place.access === 'key';
}

const isForGuides = (place: Place | undefined): boolean => place?.access === 'guide' || place?.access === 'open';
