import { assert } from '../core/assert.ts';
import type { Decoded } from '../core/decoded.ts';
import { formatTimeMs, parseReceivedStamp } from './stamp.ts';

const PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** UTC milliseconds as `YYYY-MM-DDTHH:MM:SS.mmmZ`: the form of every instant on `/api/v1`. A fraction of a ms is cut. */
export function formatInstant(timeMs: number): string {
  assert(Number.isFinite(timeMs), `instant: ${timeMs} is not a time`);
  return `${formatTimeMs(timeMs).slice(0, 23)}Z`;
}

/** Reads exactly that form: three digits and `Z`, a day that exists. @returns UTC milliseconds */
export function parseInstant(text: string): Decoded<number> {
  const wanted = `an instant looks like 2026-01-01T00:00:00.000Z, not ${JSON.stringify(text.slice(0, 40))}`;
  if (!PATTERN.test(text)) return { ok: false, problem: wanted };
  const stamp = parseReceivedStamp(text);
  return stamp.ok ? { ok: true, value: stamp.value.stampUs / 1_000 } : { ok: false, problem: wanted };
}
