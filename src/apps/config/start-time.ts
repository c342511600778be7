import { MINUTE_MS } from '../../core/market/timeframe.ts';

const UTC_MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00(\.0+)?)?Z$/;

/** `now`, or a whole minute of UTC that exists: no 30 February. */
export function isStartTime(text: string): boolean {
  return text === 'now' || utcMinuteMs(text) !== undefined;
}

/**
 * UTC milliseconds at which the embedded market begins.
 * @param startTime `market.startTime` of a checked configuration
 * @param nowMs the wall clock, UTC milliseconds; `now` is its whole minute
 */
export function startTimeMs(startTime: string, nowMs: number): number {
  return utcMinuteMs(startTime) ?? Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
}

function utcMinuteMs(text: string): number | undefined {
  if (!UTC_MINUTE.test(text)) return undefined;
  const timeMs = Date.parse(text);
  // Date.parse rolls 30 February over to March; what comes back must be what was written.
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString().slice(0, 16) !== text.slice(0, 16)) return undefined;
  return timeMs;
}
