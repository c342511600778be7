import type { Decoded } from '../../core/decoded.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 7 * UNIT_MS.d;

/** `30m`, `2h`, `1d`: how long to be quiet, at most a week. @returns milliseconds */
export function parseDuration(text: string): Decoded<number> {
  const [, count, unit] = /^(\d{1,4})\s*(m|h|d)[a-z]*$/i.exec(text.trim()) ?? [];
  const ms = Number(count) * UNIT_MS[(unit ?? 'm').toLowerCase() as keyof typeof UNIT_MS];
  if (ms > 0 && ms <= LONGEST_MS) return { ok: true, value: ms };
  return { ok: false, problem: 'How long? 30m, 2h or 1d, at most 7d; "off" ends it.' };
}
