import type { MarketPosition } from '../../ports/journal.ts';

export interface Resumption {
  /** Where market time goes on. Never before the position. */
  readonly marketTimeMs: number;
  /** How long nobody watched, by the wall clock: 0 when it went back. */
  readonly wallElapsedMs: number;
  /** The wall clock is behind the last one written down: nobody knows how much time has passed, so all must expire. */
  readonly wallWentBack: boolean;
}

/** A market is not carried further than this over a stop: what nobody watched is a gap, not history. */
const CARRY_MAX_MS = 3_600_000;

/**
 * Market time at a restart: the last one, carried on by the wall time in between at the market's own speed, for an
 * hour of market time at most. A market that had kept up with the wall clock does not fall behind it by a longer
 * stop; one that lives in the past (it was started there) stays in its own time.
 */
export function resumeFrom(position: MarketPosition, wallNowMs: number): Resumption {
  const wallWentBack = wallNowMs < position.wallTimeMs;
  const wallElapsedMs = wallWentBack ? 0 : wallNowMs - position.wallTimeMs;
  const carriedMs = position.marketTimeMs + Math.min(wallElapsedMs * position.speed, CARRY_MAX_MS);
  const keptUp = position.marketTimeMs >= position.wallTimeMs - CARRY_MAX_MS;
  const marketTimeMs = Math.floor(keptUp ? Math.max(carriedMs, wallNowMs) : carriedMs);
  return { marketTimeMs, wallElapsedMs, wallWentBack };
}
