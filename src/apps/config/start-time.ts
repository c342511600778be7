const UTC_MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00(\.0+)?)?Z$/;

/** `now`, or a whole minute of UTC that exists and that `Date.parse` reads: no 30 February. */
export function isStartTime(text: string): boolean {
  if (text === 'now') return true;
  const timeMs = UTC_MINUTE.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse rolls 30 February over to March: what comes back must be what was written.
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().slice(0, 16) === text.slice(0, 16);
}
