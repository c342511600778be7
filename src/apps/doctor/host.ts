import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Check, fail, ok, warn } from './check.ts';

/** The oldest Node the program is tested on: `engines` in package.json says the same. */
const OLDEST_NODE = [20, 19] as const;
const WATCHED_MS = 300;
const TOLERATED_DRIFT_MS = 50;
/** This program did not exist before; a clock that says so is wrong. UTC milliseconds of 2026-01-01. */
const EARLIEST_MS = 1_767_225_600_000;

/** @param version as in `process.version`: `v20.20.2` */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const found = `${version} on ${process.platform} ${process.arch}`;
  const isNewEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const wanted = `${OLDEST_NODE.join('.')} or later`;
  return isNewEnough ? ok('node', found) : fail('node', found, `install Node ${wanted} from https://nodejs.org`);
}

export interface Clocks {
  /** UTC milliseconds. */
  wallMs(): number;
  /** Milliseconds from anywhere, never back. */
  monotonicMs(): number;
}

export const SYSTEM_CLOCKS: Clocks = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/**
 * Looks for a clock that steps or runs at another speed than the monotonic one, and for times that cannot be.
 * Without a time server it cannot know whether the time is right, and says so.
 * @param journalSinceMs when this journal was last opened, UTC milliseconds: time cannot be before that
 */
export async function checkClock(clocks: Clocks, journalSinceMs: number | undefined): Promise<Check> {
  const [wallMs, monotonicMs] = [clocks.wallMs(), clocks.monotonicMs()];
  await pause(WATCHED_MS);
  const driftMs = clocks.wallMs() - wallMs - (clocks.monotonicMs() - monotonicMs);
  const remedy = 'let the operating system set its clock from a time server (NTP)';
  const iso = Number.isFinite(wallMs) && Math.abs(wallMs) < 8.64e15 ? new Date(wallMs).toISOString() : String(wallMs);
  if (wallMs < EARLIEST_MS) return fail('clock', `it says ${iso}, which is before this program was written`, remedy);
  if (journalSinceMs !== undefined && wallMs < journalSinceMs) {
    const since = new Date(journalSinceMs).toISOString();
    return fail('clock', `it says ${iso}, but the journal was already open at ${since}`, remedy);
  }
  if (Math.abs(driftMs) > TOLERATED_DRIFT_MS) {
    return warn(
      'clock',
      `it moved ${driftMs.toFixed(0)} ms against the monotonic clock within ${WATCHED_MS} ms`,
      remedy,
    );
  }
  return ok('clock', `${iso}, steady for ${WATCHED_MS} ms; not compared with a time server`);
}
