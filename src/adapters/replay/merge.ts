import type { MarketEvent } from '../../core/engine/event.ts';
import { SECOND_MS } from '../../core/market/timeframe.ts';
import { type TapeEvent, timeOf } from './decode-row.ts';
import { type IsRepetition, repetition } from './repetition.ts';
import type { TapeFile } from './tape-file.ts';

/** Events handed on at once: an await for every row would cost more than reading it. */
const BATCH_EVENTS = 4_096;

/** What comes first at the same instant. A bar tells of the past, a book and a quote are what a trade met. */
const RANK = { bar: 0, book: 1, quote: 2, trade: 3 } as const;

/**
 * Events of all files in the order of time; at the same instant by kind, then by the order the files were given in. Every
 * new second in which something happens begins with a `clock` event, behind the bars that close at it. Files are opened when their time comes, so a year of
 * daily files does not stand open at once. What two files of one kind and instrument both hold is told once.
 */
export async function* merge(files: readonly TapeFile[]): AsyncGenerator<readonly MarketEvent[], void, void> {
  const shared = sharedBySeveral(files);
  const heap = new StrandHeap(files.map((file, order) => new Strand(file, order, shared.get(keyOf(file)))));
  let batch: MarketEvent[] = [];
  let nextSecondMs = Number.NEGATIVE_INFINITY;
  /** A second that has begun, but whose `clock` waits for the bars that close with it: they are what is decided on. */
  let pendingSecondMs: number | undefined;
  try {
    for (let strand = heap.first; strand !== undefined; strand = heap.first) {
      if (strand.event === undefined && !(await strand.refill())) {
        heap.removeFirst();
        continue;
      }
      // A strand that has just been refilled may not be the first any more.
      heap.settleFirst();
      strand = heap.first!;
      while (strand.event !== undefined && heap.isStillFirst(strand)) {
        if (strand.isRepetition?.(strand.event) === true) {
          strand.skip();
          continue;
        }
        if (strand.timeMs >= nextSecondMs) {
          if (pendingSecondMs !== undefined) batch.push({ kind: 'clock', eventTimeMs: pendingSecondMs });
          pendingSecondMs = Math.floor(strand.timeMs / SECOND_MS) * SECOND_MS;
          nextSecondMs = pendingSecondMs + SECOND_MS;
        }
        const closesWithSecond = strand.event.kind === 'bar' && strand.timeMs === pendingSecondMs;
        if (pendingSecondMs !== undefined && !closesWithSecond) {
          batch.push({ kind: 'clock', eventTimeMs: pendingSecondMs });
          pendingSecondMs = undefined;
        }
        batch.push(strand.event);
        strand.advance();
        if (batch.length >= BATCH_EVENTS) {
          yield batch;
          batch = [];
        }
      }
      heap.settleFirst();
    }
    if (pendingSecondMs !== undefined) batch.push({ kind: 'clock', eventTimeMs: pendingSecondMs });
    if (batch.length > 0) yield batch;
  } finally {
    await heap.close();
  }
}

/** One file's place in the merge: its next event, or the time it was last known to be at. */
class Strand {
  event: TapeEvent | undefined;
  timeMs: number;
  readonly rank: number;
  readonly order: number;
  readonly isRepetition: IsRepetition | undefined;
  readonly #file: TapeFile;
  readonly #batches: AsyncGenerator<readonly TapeEvent[], void, void>;
  #batch: readonly TapeEvent[] = [];
  #next = 0;

  constructor(file: TapeFile, order: number, isRepetition: IsRepetition | undefined) {
    this.#file = file;
    this.isRepetition = isRepetition;
    this.#batches = file.batches();
    this.timeMs = file.survey.firstTimeMs;
    this.rank = RANK_OF_KIND[file.source.kind];
    this.order = order;
  }

  advance(): void {
    this.event = this.#batch[this.#next];
    this.#next += 1;
    if (this.event !== undefined) this.timeMs = timeOf(this.event);
  }

  skip(): void {
    this.#file.noteRepetition(this.timeMs);
    this.advance();
  }

  /** Reads on. False at the end of the file. */
  async refill(): Promise<boolean> {
    const { done, value } = await this.#batches.next();
    if (done === true) return false;
    this.#batch = value;
    this.#next = 0;
    this.advance();
    return true;
  }

  async close(): Promise<void> {
    await this.#batches.return();
  }
}

/** For each kind and instrument that several files hold, one judge of what was already told. */
function sharedBySeveral(files: readonly TapeFile[]): ReadonlyMap<string, IsRepetition> {
  const keys = files.map(keyOf);
  const several = files.filter((file) => keys.indexOf(keyOf(file)) !== keys.lastIndexOf(keyOf(file)));
  return new Map(several.map((file) => [keyOf(file), repetition(file.source.kind)]));
}

const keyOf = ({ source }: TapeFile): string => `${source.kind} ${source.symbol}`;

const RANK_OF_KIND = {
  klines: RANK.bar,
  book_snapshot: RANK.book,
  bookTicker: RANK.quote,
  trades: RANK.trade,
  aggTrades: RANK.trade,
} as const;

/** A binary heap of strands, the earliest on top. */
class StrandHeap {
  readonly #strands: Strand[];
  readonly #all: readonly Strand[];

  constructor(strands: readonly Strand[]) {
    this.#all = strands;
    this.#strands = [...strands].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  get first(): Strand | undefined {
    return this.#strands[0];
  }

  /** Whether the strand on top, after it went on, is still before the others. */
  isStillFirst(strand: Strand): boolean {
    const strands = this.#strands;
    if (strands.length > 1 && isBefore(strands[1]!, strand)) return false;
    return !(strands.length > 2 && isBefore(strands[2]!, strand));
  }

  settleFirst(): void {
    const strands = this.#strands;
    const strand = strands[0];
    if (strand === undefined) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= strands.length) break;
      if (child + 1 < strands.length && isBefore(strands[child + 1]!, strands[child]!)) child += 1;
      if (!isBefore(strands[child]!, strand)) break;
      strands[place] = strands[child]!;
      place = child;
    }
    strands[place] = strand;
  }

  removeFirst(): void {
    const last = this.#strands.pop();
    if (last === undefined || this.#strands.length === 0) return;
    this.#strands[0] = last;
    this.settleFirst();
  }

  async close(): Promise<void> {
    for (const strand of this.#all) await strand.close();
  }
}

function isBefore(a: Strand, b: Strand): boolean {
  if (a.timeMs !== b.timeMs) return a.timeMs < b.timeMs;
  return a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;
}
