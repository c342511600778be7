import { resumeFrom } from '../adapters/clock/resume.ts';
import type { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketPosition } from '../ports/journal.ts';

/** What the journal says about a market that is about to be opened. */
export interface Past {
  readonly book: SignalBook;
  /** `undefined` on the first start. */
  readonly position: MarketPosition | undefined;
}

/**
 * Where market time goes on after a restart.
 *
 *   livedMs     the latest market time that anybody has heard of: nothing may begin before it
 *   resumedMs   where a market that went on without us stands now
 *
 * A wall clock that went back says nothing of how long we were away, so whatever was live counts as over.
 */
export function resumption({ book, position }: Past, wallMs: number): { livedMs: number; resumedMs: number } {
  const { latestMs } = book;
  if (position === undefined) return { livedMs: latestMs, resumedMs: Math.max(wallMs, latestMs) };
  const { marketTimeMs, wallWentBack } = resumeFrom(position, wallMs);
  const overMs = wallWentBack ? book.open.map((signal) => signal.expiresAtMs) : [];
  const livedMs = Math.max(position.marketTimeMs, latestMs, ...overMs);
  return { livedMs, resumedMs: Math.max(marketTimeMs, livedMs) };
}
