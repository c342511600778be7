import { assert } from '../core/assert.ts';
import type { Decoded } from '../core/decoded.ts';
import { formatTimeMs, parseReceivedStamp } from './stamp.ts';

/** With a zone, always: a time that does not say where it is meant cannot be read. */
export const RECEIVED_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** UTC milliseconds as `YYYY-MM-DDTHH:MM:SS.mmmZ`: the form of every instant on `/api/v1`. A fraction of a ms is cut. */
export function formatInstant(timeMs: number): string {
  assert(Number.isFinite(timeMs), `instant: ${timeMs} is not a time`);
  return `${formatTimeMs(timeMs).slice(0, 23)}Z`;
}

/**
 * Reads that form and what the languages of clients make of it: no digits or up to nine of them, an offset in place of `Z`.
 * A fraction of a ms is cut. @returns UTC milliseconds
 */
export function parseInstant(text: string): Decoded<number> {
  const wanted = `an instant looks like 2026-01-01T00:00:00.000Z, not ${JSON.stringify(text.slice(0, 40))}`;
  if (!RECEIVED_INSTANT.test(text)) return { ok: false, problem: wanted };
  const stamp = parseReceivedStamp(text.replace(/(\.\d{6})\d+/, '$1'));
  return stamp.ok ? { ok: true, value: Math.floor(stamp.value.stampUs / 1_000) } : { ok: false, problem: wanted };
}
