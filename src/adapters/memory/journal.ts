import { assert } from '../../core/assert.ts';
import { EMPTY_BASE } from '../../core/delivery/books.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { Journal, JournalBase, MarketPosition } from '../../ports/journal.ts';
import { baseAfter, digestOf, Retention, type RetentionPolicy } from '../../ports/journal-retention.ts';

/**
 * The journal of runs that are not meant to outlive their process: `replay`, tests. Holds JSON text as a disk would,
 * so that a later change to an effect changes nothing that was written.
 */
export class MemoryJournal implements Journal {
  readonly id: string;
  readonly #retention: Retention | undefined;
  #base: JournalBase = EMPTY_BASE;
  #bodies: string[] = [];
  #position: string | undefined;
  #open = true;

  /** @param id 32 hex characters. Without a `policy` everything is kept. */
  constructor(id: string, policy?: RetentionPolicy) {
    this.id = id;
    this.#retention = policy && new Retention(policy);
  }

  get base(): JournalBase {
    return this.#base;
  }

  async append(effects: readonly Effect[]): Promise<void> {
    this.#assertOpen();
    const lastSeq = this.#base.seq + this.#bodies.length;
    effects.forEach((effect, index) => {
      assert(effect.seq === lastSeq + 1 + index, `journal: seq ${effect.seq} does not follow ${lastSeq}`);
    });
    const cut = effects.length === 0 ? undefined : this.#retention?.cut();
    for (const effect of effects) {
      this.#bodies.push(JSON.stringify(effect));
      this.#retention?.note(digestOf(effect));
    }
    if (cut === undefined) return;
    const dropped = this.#bodies.slice(0, cut - this.#base.seq).map((body) => JSON.parse(body) as Effect);
    this.#base = baseAfter(this.#base, dropped);
    this.#bodies = this.#bodies.slice(dropped.length);
    this.#retention?.cutTo(cut);
  }

  async *read(afterSeq: number): AsyncGenerator<Effect> {
    this.#assertOpen();
    const kept = this.#bodies.slice(Math.max(0, afterSeq - this.#base.seq));
    for (const body of kept) yield JSON.parse(body) as Effect;
  }

  async readPosition(): Promise<MarketPosition | undefined> {
    this.#assertOpen();
    return this.#position === undefined ? undefined : (JSON.parse(this.#position) as MarketPosition);
  }

  async writePosition(position: MarketPosition): Promise<void> {
    this.#assertOpen();
    this.#position = JSON.stringify(position);
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #assertOpen(): void {
    assert(this.#open, 'journal: used after close');
  }
}
