import { assert } from '../core/assert.ts';
import type { Decoded } from '../core/decoded.ts';

const SECOND_US = 1_000_000;
const DAY_SECONDS = 86_400;
const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * UTC microseconds as `YYYY-MM-DDTHH:MM:SS.ffffff`: six digits, no zone. The form of every `timestamp` on the wire,
 * and byte for byte the key that a signal is acknowledged by. Whole microseconds can be counted from 1684 to 2255.
 */
export function formatStamp(stampUs: number): string {
  assert(Number.isSafeInteger(stampUs), `stamp: microseconds must be a whole number, not ${stampUs}`);
  const seconds = Math.floor(stampUs / SECOND_US);
  const days = Math.floor(seconds / DAY_SECONDS);
  const { year, month, day } = civilFromDays(days);
  const ofDay = seconds - days * DAY_SECONDS;
  const clock = `${two(Math.floor(ofDay / 3_600))}:${two(Math.floor(ofDay / 60) % 60)}:${two(ofDay % 60)}`;
  const fraction = String(stampUs - seconds * SECOND_US).padStart(6, '0');
  return `${year}-${two(month)}-${two(day)}T${clock}.${fraction}`;
}

/** UTC milliseconds in the same form. */
export function formatTimeMs(timeMs: number): string {
  return formatStamp(Math.floor(timeMs) * 1_000);
}

/** What a client sent back: a stamp, or a whole second that any stamp in `[stampUs, stampUs + 1 s)` may be meant by. */
export interface ReceivedStamp {
  readonly stampUs: number;
  readonly precision: 'microsecond' | 'second';
}

/**
 * Reads a stamp as clients send it back. Those that parsed it print it differently, without meaning another moment:
 * seven digits (.NET `o`), trailing zeros trimmed (Json.NET), `Z` or an offset. Fewer digits are trimmed zeros, never
 * a rounding. Without a fraction it may be a stamp at .000000 or one whose fraction was lost, so the caller must ask.
 */
export function parseReceivedStamp(text: string): Decoded<ReceivedStamp> {
  const parts = PATTERN.exec(text);
  if (parts === null) return refuse(text);
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetMinutes = offsetOf(parts[8]);
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!inRange || hour > 23 || minute > 59 || second > 59 || offsetMinutes === undefined) return refuse(text);

  const fraction = parts[7];
  // A seventh digit names tenths of a microsecond, which no stamp of ours has.
  if (fraction?.length === 7 && !fraction.endsWith('0')) return refuse(text);
  const seconds = daysFromCivil(year, month, day) * DAY_SECONDS + hour * 3_600 + (minute - offsetMinutes) * 60 + second;
  const micros = fraction === undefined ? 0 : Number(fraction.padEnd(6, '0').slice(0, 6));
  const stampUs = seconds * SECOND_US + micros;
  if (!Number.isSafeInteger(stampUs)) return refuse(text);
  const precision = fraction === undefined ? 'second' : 'microsecond';
  return { ok: true, value: { stampUs, precision } };
}

function refuse(text: string): Decoded<never> {
  const shown = JSON.stringify(text.slice(0, 40));
  return { ok: false, problem: `timestamp must look like 2024-11-21T10:30:45.123456, not ${shown}` };
}

/** Minutes east of Greenwich; `undefined` when no place on earth has that offset. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  const [nextYear, nextMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return daysFromCivil(nextYear, nextMonth, 1) - daysFromCivil(year, month, 1);
}

/**
 * Days since 1970-01-01 of a date in the Gregorian calendar. Years begin in March here, so that the leap day is the
 * last of its year. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse. Source: the same page, civil_from_days. */
function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
