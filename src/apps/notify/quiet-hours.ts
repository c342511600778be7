const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

export const NO_QUIET_HOURS = 'none';

/** `22:00-07:00`, UTC; the end is not part of it. */
export const QUIET_HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

/** @returns whether a time (UTC milliseconds) lies in the quiet hours, which may go over midnight */
export function quietHours(written: string): (timeMs: number) => boolean {
  const parts = QUIET_HOURS.exec(written)?.slice(1).map(Number);
  if (parts === undefined) return () => false;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts;
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  return (timeMs) => {
    const minute = Math.floor(timeMs / MINUTE_MS) % DAY_MINUTES;
    return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  };
}
