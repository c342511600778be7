import type { Effect } from '../core/engine/effect.ts';
import type { BooksBase } from '../core/delivery/books.ts';

/**
 * Where the market stood when it was last written down, so that a restart can go on from there.
 * Replaced, not appended: it is not part of the sequence of effects.
 */
export interface MarketPosition {
  /** Market time. */
  readonly marketTimeMs: number;
  /** The wall clock at the same moment. */
  readonly wallTimeMs: number;
  /** Market seconds per wall second at that moment. */
  readonly speed: number;
  /** `simulated medium seed 7 from 2026-01-01T00:00:00Z`: what the position belongs to. */
  readonly source: string;
  readonly lastPrices: Readonly<Record<string, number>>;
}

/** What is left of effects that retention has dropped: all that the books need to go on after them. */
export type JournalBase = BooksBase;

/**
 * Effects on disk, in order, gapless. `append` resolves when they survive a power cut, and not before; when it
 * rejects, none of the batch is there. One writer: opening a second one is refused.
 */
export interface Journal {
  /** 128 random bits, new for every new journal; part of the event cursor. */
  readonly id: string;
  readonly base: JournalBase;
  append(effects: readonly Effect[]): Promise<void>;
  /** All kept effects with `seq` > `afterSeq`, oldest first. */
  read(afterSeq: number): Iterable<Effect>;
  readPosition(): MarketPosition | undefined;
  writePosition(position: MarketPosition): Promise<void>;
  close(): Promise<void>;
}
