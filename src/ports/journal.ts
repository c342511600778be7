import type { BooksBase } from '../core/delivery/books.ts';
import type { Effect } from '../core/engine/effect.ts';

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
 *
 * A store may be on another machine: whatever reads from it is awaited, and only `id` and `base`, which it knows from
 * its opening and its own writes, are there at once. What a store on a database server has to take care of:
 *
 *   seq        comes with the effects and is checked against one counter row of the journal, which the transaction of
 *              `append` locks and moves. Never a database sequence or serial column: its values become visible out of
 *              order, and a rollback leaves a hole.
 *   one writer a lock that dies with the connection (such as an advisory lock on `id`), and in the counter row a number
 *              that every opening raises and every `append` compares: a writer that lost its lock without noticing is refused
 *   a batch    with the base that retention leaves and the effects that it drops is one transaction
 *   in doubt   when the answer to a commit is lost, `append` rejects with the code `io`, and nothing is accepted until a new
 *              opening has read what the store holds
 */
export interface Journal {
  /** 128 random bits, new for every new journal; part of the event cursor. */
  readonly id: string;
  readonly base: JournalBase;
  append(effects: readonly Effect[]): Promise<void>;
  /**
   * All kept effects with `seq` > `afterSeq`, oldest first, at least those that were there when the reading began. May go
   * on while others append; where retention overtakes it, the numbers have a hole. Fetched by the page, whatever is kept.
   */
  read(afterSeq: number): AsyncIterable<Effect>;
  readPosition(): Promise<MarketPosition | undefined>;
  writePosition(position: MarketPosition): Promise<void>;
  close(): Promise<void>;
}
