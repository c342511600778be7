import type { IncomingMessage } from 'node:http';
import { assert } from '../../core/assert.ts';
import type { Principal } from '../../ports/key-ring.ts';

/** Who a request comes from. */
export interface Caller {
  /** Whose key it was; without one the machine alone was enough. */
  readonly principal?: Principal;
  /**
   * How it came in: from this machine, from a network of `api.networks`, with a key in its header or its cookie, with one in its path,
   * or, to a route that is open to everybody, from anywhere. Only `key` sees signals without having them marked as shown.
   */
  readonly via: 'local' | 'network' | 'key' | 'capability' | 'anywhere';
}

/** On the request itself: a WeakMap would cost every poll half as much again as all the checks of the gate. */
const CALLER = Symbol('caller');

type Admitted = IncomingMessage & { [CALLER]?: Caller };

/** Remembers who it was that the gate let in. */
export function admit(request: Admitted, caller: Caller): void {
  request[CALLER] = caller;
}

/** Who sent a request that has come in. Every handler may ask; `request.raw` in Fastify's terms. */
export function callerOf(request: Admitted): Caller {
  const caller = request[CALLER];
  assert(caller !== undefined, 'http: a request that did not pass the gate');
  return caller;
}
