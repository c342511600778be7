import type { z } from 'zod';
import { formatInstant } from '../../../contract/instant.ts';
import { type Json, jsonText } from '../../../contract/json-text.ts';
import { REFUSAL_STATUS, type Refusal, type RefusalCode } from '../../../contract/refusal.ts';
import { decode, mayBeLeftOut } from '../../../contract/v1/decode.ts';
import { problemJson } from '../../../contract/v1/problem.ts';
import type { Decoded } from '../../../core/decoded.ts';
import type { DeliveryRefusal } from '../../../core/delivery/refusal.ts';
import type { Principal } from '../../../ports/key-ring.ts';

/** A request that the gate let in: whose key it was, and what it brought. Nothing of it has been looked at yet. */
export interface DeliveryRequest {
  readonly principal: Principal;
  /** The parts of the path that have names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As JSON was parsed; `undefined` without a body, and for an empty one. */
  readonly body: unknown;
  /** Aborted when nobody waits for the answer any more. */
  readonly gone?: AbortSignal;
}

export interface DeliveryAnswer {
  readonly status: number;
  /** JSON text, unless `type` says otherwise. */
  readonly body: string;
  readonly type?: string;
  /** Set when the answer is a no: what it is counted by. The body says the same as a problem. */
  readonly refusal?: Refusal;
}

/** Answers one call of /api/v1. Knows no socket, so that whatever speaks the same JSON can call it. */
export type Handler = (request: DeliveryRequest) => Promise<DeliveryAnswer>;

export const answer = (status: number, body: Json): DeliveryAnswer => ({ status, body: jsonText(body) });

export function refused(code: RefusalCode, message: string, members?: Readonly<Record<string, Json>>): DeliveryAnswer {
  const refusal = { code, message, ...(members !== undefined && { members }) };
  return { status: REFUSAL_STATUS[code], body: problemJson(code, message, members), refusal };
}

/** A business no, with what its code promises besides. */
export function refusedBy({ code, message, holder, version }: DeliveryRefusal): DeliveryAnswer {
  const members: Record<string, Json> = {};
  if (holder !== undefined) {
    members.holder = { consumer: holder.consumer, since: formatInstant(holder.sinceMs) };
    members.remaining_ms = Math.max(0, Math.ceil(holder.remainingMs));
  }
  if (version !== undefined) members.version = version;
  return refused(code, message, members);
}

/** @param problem Begins with the name of a field, which stays as it is, or with "the". */
export const malformed = (problem: string): DeliveryAnswer =>
  refused('malformed_request', `${problem.replace(/^the /, 'The ')}.`);

/** A body that may be left out counts as `{}`, and so does `null` there. Of one that may not, its fields are complained of. */
export const bodyOf = <T extends z.ZodType>(schema: T, { body }: DeliveryRequest): Decoded<z.infer<T>> => {
  const isNothing = body === undefined || (body === null && mayBeLeftOut(schema));
  return decode(schema, isNothing ? {} : body, 'the request body');
};

export const queryOf = <T extends z.ZodType>(schema: T, { query }: DeliveryRequest): Decoded<z.infer<T>> =>
  decode(schema, { ...(query as object) }, 'the query');
