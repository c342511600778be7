import { z } from 'zod';
import { type Json, jsonText } from '../json-text.ts';
import { REFUSAL_STATUS, type RefusalCode } from '../refusal.ts';
import { cursor, instant, whole } from './fields.ts';

export const problemHolder = z.looseObject({ consumer: z.string(), since: instant('House time.') });

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
  holder: problemHolder.optional().meta({ description: 'ACCOUNT_HELD: who has it.' }),
  remaining_ms: whole('ACCOUNT_HELD: until that lease lapses, unless it is renewed.').optional(),
  version: whole('VERSION_CONFLICT: the one that holds.', { min: 1 }).optional(),
  oldest: cursor('CURSOR_GONE: where reading can begin.').optional(),
  reset: z.literal(true).optional().meta({ description: 'CURSOR_GONE: take a snapshot.' }),
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
