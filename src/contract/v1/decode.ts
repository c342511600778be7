import { z } from 'zod';
import type { Decoded } from '../../core/decoded.ts';

/** Keys that JavaScript gives a meaning to: never taken, at any depth. */
const POISON = ['__proto__', 'constructor', 'prototype'];
const DEPTH_MAX = 16;

/**
 * What came over the wire, checked: the value, or one sentence that names the field and what is wanted there. What may be
 * left out may be `null` as well, and then counts as left out: many languages write every member they have.
 *
 * @param what Names the whole in a complaint about it: `the request body`.
 */
export function decode<T extends z.ZodType>(schema: T, value: unknown, what: string): Decoded<z.infer<T>> {
  const poisoned = poisonIn(value, DEPTH_MAX);
  if (poisoned !== undefined) return { ok: false, problem: `${what} ${poisoned}` };
  // Without a copy where there is nothing to leave out, which is the rule.
  const asSent = schema.safeParse(value);
  if (asSent.success) return { ok: true, value: asSent.data };
  const result = schema.safeParse(withoutNulls(schema, value));
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0]!;
  const path = issue.path.map(String).join('.');
  return { ok: false, problem: `${path === '' ? what : path} ${complaint(issue, schema)}` };
}

function complaint(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 && 'shape' in schema ? Object.keys(schema.shape as object) : [];
    const names = known.length === 0 ? '' : `; known are ${known.join(', ')}`;
    return `has a field that is not known here: ${JSON.stringify(issue.keys[0]!.slice(0, 60))}${names}`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'object') return 'must be a JSON object';
  if (issue.code === 'invalid_key') return `has a name that is not taken: ${issue.issues[0]?.message ?? 'not valid'}`;
  return issue.message;
}

function withoutNulls(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return withoutNulls(schema.unwrap() as z.ZodType, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (schema instanceof z.ZodRecord)
    return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
  if (!(schema instanceof z.ZodObject)) return value;
  const { shape } = schema;
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const wanted = Object.hasOwn(shape, key) ? (shape[key] as z.ZodType) : undefined;
    if (member === null && wanted instanceof z.ZodOptional) return [];
    return [[key, wanted === undefined ? member : withoutNulls(wanted, member)]];
  });
  return Object.fromEntries(members);
}

function poisonIn(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `is nested deeper than ${DEPTH_MAX} levels`;
  for (const [key, member] of Object.entries(value)) {
    if (POISON.includes(key)) return `has the key ${key}, which is never taken`;
    const found = poisonIn(member, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether nothing need be said: then there may be no body at all, an empty one, `null` or `{}`. */
export const mayBeLeftOut = (schema: z.ZodType): boolean => schema.safeParse({}).success;
