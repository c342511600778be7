import { z } from 'zod';
import { type Json, jsonText } from '../json-text.ts';
import { REFUSAL_STATUS, type RefusalCode } from '../refusal.ts';

/** Every error of /api/v1: RFC 9457, with the code that programs decide by. */
export const problem = z.looseObject({
  type: z.literal('about:blank'),
  title: z.string().min(1),
  status: z.int().min(400).max(599),
  detail: z.string().min(1).meta({ description: 'For a person: what was wrong and what to do.' }),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .meta({ description: 'For a program.', example: 'CLAIMED' }),
});

export const PROBLEM_TYPE = 'application/problem+json';

/** `stale_epoch` -> `STALE_EPOCH`. */
export const wireCode = (code: RefusalCode): string => code.toUpperCase();

/**
 * The body of a refusal.
 *
 * @param members What the code promises besides, such as `holder` and `remaining_ms` of ACCOUNT_HELD.
 */
export function problemJson(code: RefusalCode, detail: string, members: Readonly<Record<string, Json>> = {}): string {
  const words = code.replaceAll('_', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return jsonText({
    type: 'about:blank',
    title,
    status: REFUSAL_STATUS[code],
    detail,
    code: wireCode(code),
    ...members,
  });
}
