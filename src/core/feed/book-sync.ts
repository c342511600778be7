import type { Book } from '../market/book.ts';
import { DepthBook, type Level } from './depth-book.ts';

/** A change of the book: absolute sizes of the levels that changed between two update ids. */
export interface DepthChange {
  readonly symbol: string;
  /** `U`: the first update in it. */
  readonly firstId: number;
  /** `u`: the last update in it. */
  readonly lastId: number;
  /** `pu`: `u` of the change before it. */
  readonly previousId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly eventTimeMs: number;
}

export interface DepthSnapshot {
  readonly symbol: string;
  readonly lastId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly eventTimeMs: number;
}

/** Changes kept while the snapshot is on its way: ten seconds of the fastest stream. More, and the oldest go. */
const BUFFER_MAX = 100;

export type SyncProblem = 'book gap' | 'crossed book' | 'old snapshot';

/**
 * Keeps the book of one instrument in step with the venue, by the venue's rules for a local book:
 *
 *   1. changes are buffered until a snapshot is there; those with u < lastUpdateId are dropped
 *   2. the first one applied must have U <= lastUpdateId <= u
 *   3. every one after it must have pu = u of the one before it, else everything begins again at 1
 *
 * A book whose bid is not below its ask is out of step, too, whatever its ids say.
 */
export class BookSync {
  readonly #book = new DepthBook();
  #buffer: DepthChange[] = [];
  /** `u` of the last change applied, or `lastUpdateId` before the first; `undefined` while out of step. */
  #lastId: number | undefined;
  /** A snapshot was taken and the change that follows it has not come yet. */
  #awaitsFirst = false;
  #problem: SyncProblem | undefined;

  /** Whether the book is the venue's. */
  get inStep(): boolean {
    return this.#lastId !== undefined && !this.#awaitsFirst;
  }

  /** Whether a snapshot is needed: out of step, and changes are coming that it can be joined to. */
  get wantsSnapshot(): boolean {
    return this.#lastId === undefined && this.#buffer.length > 0;
  }

  /** The top of it; `undefined` while out of step. */
  top(symbol: string, eventTimeMs: number): Book | undefined {
    return this.inStep ? this.#book.top(symbol, eventTimeMs) : undefined;
  }

  /** Why it fell out of step since the last time this was asked. */
  takeProblem(): SyncProblem | undefined {
    const problem = this.#problem;
    this.#problem = undefined;
    return problem;
  }

  /** @returns the top of the book, when it is in step afterwards and this changed it */
  onChange(change: DepthChange): Book | undefined {
    if (this.#lastId === undefined) {
      this.#keep(change);
      return undefined;
    }
    return this.#apply(change);
  }

  /** @returns the top of the book, when the snapshot and what was buffered put it in step */
  onSnapshot(snapshot: DepthSnapshot): Book | undefined {
    // One that was asked for twice: the book has gone on without it.
    if (this.#lastId !== undefined) return undefined;
    const buffer = this.#buffer;
    const first = buffer.find(({ lastId }) => lastId >= snapshot.lastId);
    if (first !== undefined && first.firstId > snapshot.lastId) {
      // Older than all we have of the stream: between the two something is missing.
      this.#problem = 'old snapshot';
      return undefined;
    }
    this.#book.replace(snapshot.bids, snapshot.asks);
    this.#lastId = snapshot.lastId;
    this.#awaitsFirst = true;
    this.#buffer = [];
    let top: Book | undefined;
    for (const change of buffer) {
      if (this.#lastId === undefined) this.#keep(change);
      else top = this.#apply(change) ?? top;
    }
    return this.inStep ? top : undefined;
  }

  /** The connection was lost, or the instrument: nothing is known any more. */
  reset(): void {
    this.#lastId = undefined;
    this.#awaitsFirst = false;
    this.#buffer = [];
  }

  #apply(change: DepthChange): Book | undefined {
    const lastId = this.#lastId!;
    if (this.#awaitsFirst) {
      if (change.lastId < lastId) return undefined;
      if (change.firstId > lastId && change.previousId !== lastId) return this.#fallOut(change, 'book gap');
      this.#awaitsFirst = false;
    } else {
      // From a connection that overlaps.
      if (change.lastId <= lastId) return undefined;
      if (change.previousId !== lastId) return this.#fallOut(change, 'book gap');
    }
    this.#book.change(change.bids, change.asks);
    this.#lastId = change.lastId;
    if (!this.#book.sound) return this.#fallOut(undefined, 'crossed book');
    return this.#book.top(change.symbol, change.eventTimeMs);
  }

  #fallOut(change: DepthChange | undefined, problem: SyncProblem): undefined {
    this.reset();
    this.#problem = problem;
    if (change !== undefined) this.#keep(change);
    return undefined;
  }

  #keep(change: DepthChange): void {
    this.#buffer.push(change);
    if (this.#buffer.length > BUFFER_MAX) this.#buffer.shift();
  }
}
