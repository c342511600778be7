import { resumeFrom } from '../adapters/clock/resume.ts';
import type { Books } from '../core/delivery/books.ts';
import type { MarketPosition } from '../ports/journal.ts';

/** What the journal says about a market that is about to be opened. */
export interface Past {
  readonly books: Books;
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
export function resumption({ books, position }: Past, wallMs: number): { livedMs: number; resumedMs: number } {
  const { latestMs, open } = books.signals;
  if (position === undefined) return { livedMs: latestMs, resumedMs: Math.max(wallMs, latestMs) };
  const { marketTimeMs, wallWentBack: behindPosition } = resumeFrom(position, wallMs);
  const wallWentBack = behindPosition || wallMs < books.deliveries.latestWallMs;
  const overMs = wallWentBack ? open.map((signal) => signal.expiresAtMs) : [];
  const livedMs = Math.max(position.marketTimeMs, latestMs, ...overMs);
  return { livedMs, resumedMs: Math.max(marketTimeMs, livedMs) };
}
