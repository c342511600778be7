import { type Columns, columnsOf, fits } from './columns.ts';
import { CsvRow } from './csv-row.ts';
import { type DecodeRow, rowDecoder, type TapeEvent } from './decode-row.ts';
import { ProblemLog, type RowProblem } from './row-problem.ts';
import type { TapeKind } from './tape-source.ts';

/** No row of a dump is a tenth as long. More than this without a newline is not a text file. */
const LINE_BYTES_MAX = 65_536;
/** Ids remembered within one millisecond. A busier millisecond than this has not been seen. */
const IDS_MAX = 4_096;

export interface ReaderOptions {
  readonly kind: TapeKind;
  readonly symbol: string;
  /** The instrument's price step; `undefined` while it is being found out. */
  readonly tickSize: number | undefined;
}

/**
 * Bytes of one dump in, events out, synchronously. What does not fit is counted with its line and dropped: after it, the
 * events are finite, in order of time and without repetition. Memory is bounded by one line.
 */
export class TapeReader {
  readonly log = new ProblemLog();
  /** Why the file cannot be read at all, known after its first line; nothing comes out then. */
  refusal: string | undefined;
  /** Rows that were looked at, without header and empty lines. */
  rowCount = 0;
  /** Rows that became events. */
  eventCount = 0;
  /** Rows that had the right number of columns, so that their values were judged. */
  judgedCount = 0;
  firstTimeMs: number | undefined;
  lastTimeMs: number | undefined;

  readonly #options: ReaderOptions;
  readonly #row = new CsvRow();
  readonly #repeated: (event: TapeEvent, rowTimeMs: number) => boolean;
  #decode: DecodeRow | undefined;
  #timeAt = 0;
  #fieldCount = 0;
  #line = 0;
  #unfinished: Buffer = Buffer.alloc(0);
  #skipToNewline = false;
  /** What times are counted in, told by the first row's magnitude; 0 until then. */
  #unitsPerMs = 0;
  #rowTimeMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#repeated = repetition(options.kind);
  }

  /** Reads every whole line of what came before and `bytes`, and keeps the rest. */
  push(bytes: Buffer, out: TapeEvent[]): void {
    let start = 0;
    if (this.#unfinished.length > 0 || this.#skipToNewline) {
      const newline = bytes.indexOf(10);
      if (newline === -1) return this.#keep(bytes);
      const whole = Buffer.concat([this.#unfinished, bytes.subarray(0, newline)]);
      this.#unfinished = Buffer.alloc(0);
      this.#line += 1;
      if (!this.#skipToNewline) {
        this.#row.takeWhole(whole);
        this.#take(out);
      }
      this.#skipToNewline = false;
      start = newline + 1;
    }
    while (this.refusal === undefined) {
      const newline = this.#row.takeLine(bytes, start);
      if (newline === -1) break;
      this.#line += 1;
      this.#take(out);
      start = newline + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** The last line may lack its newline, but only where the file truly ends: of a torn one it may be half a row. */
  end(out: TapeEvent[]): void {
    const last = this.#unfinished;
    this.#unfinished = Buffer.alloc(0);
    if (last.length === 0 || this.#skipToNewline || this.refusal !== undefined) return;
    this.#line += 1;
    this.#row.takeWhole(last);
    this.#take(out);
  }

  /** The file broke off: what was read stands, the line it broke in does not. */
  tear(detail: string): void {
    this.#unfinished = Buffer.alloc(0);
    this.log.note('cut short or damaged', this.#line + 1, detail);
  }

  #keep(rest: Buffer): void {
    if (this.#skipToNewline) return;
    if (this.#unfinished.length + rest.length > LINE_BYTES_MAX) {
      this.rowCount += 1;
      this.log.note('line too long', this.#line + 1);
      this.#unfinished = Buffer.alloc(0);
      this.#skipToNewline = true;
      return;
    }
    this.#unfinished = Buffer.concat([this.#unfinished, rest]);
  }

  #take(out: TapeEvent[]): void {
    const row = this.#row;
    if (row.fieldCount === 0) return;
    if (this.#decode === undefined && this.#isHeaderOrRefused()) return;
    this.rowCount += 1;
    const problem = this.#judge(out);
    if (problem !== undefined) this.log.note(problem, this.#line);
  }

  /** Fixes the columns with the first line that tells them. */
  #isHeaderOrRefused(): boolean {
    const { kind } = this.#options;
    const found = columnsOf(kind, this.#row);
    if (!found.ok) {
      this.refusal = found.problem;
      return true;
    }
    const { columns, isHeader } = found.value;
    if (isHeader || fits(kind, this.#row.fieldCount)) this.#fix(columns);
    return isHeader;
  }

  #fix(columns: Columns): void {
    this.#timeAt = columns[0]!;
    this.#fieldCount = this.#row.fieldCount;
    this.#decode = rowDecoder(this.#options.kind, this.#options.symbol, columns);
  }

  #judge(out: TapeEvent[]): RowProblem | undefined {
    const row = this.#row;
    if (this.#decode === undefined || row.fieldCount !== this.#fieldCount) return 'wrong number of columns';
    this.judgedCount += 1;

    const stamp = row.integer(this.#timeAt);
    const unitsPerMs = unitsPerMsOf(stamp);
    if (unitsPerMs === 0) return 'bad time';
    if (this.#unitsPerMs === 0) this.#unitsPerMs = unitsPerMs;
    if (unitsPerMs !== this.#unitsPerMs) return 'time unit changed';
    const rowTimeMs = unitsPerMs === 1 ? stamp : Math.floor(stamp / unitsPerMs);

    const event = this.#decode(row, rowTimeMs, unitsPerMs);
    if (typeof event === 'string') return event;
    if (rowTimeMs < this.#rowTimeMs) return 'out of order';
    if (this.#repeated(event, rowTimeMs)) return 'duplicate';
    this.#rowTimeMs = rowTimeMs;
    this.lastTimeMs = timeOf(event);
    this.firstTimeMs ??= this.lastTimeMs;
    this.eventCount += 1;
    out.push(event);
    return this.#options.tickSize !== undefined && isFiner(event, this.#options.tickSize)
      ? 'price finer than tick'
      : undefined;
  }
}

/** When an event is to be delivered: a bar is known when it closes. */
export function timeOf(event: TapeEvent): number {
  return event.kind === 'bar' ? event.closeTimeMs : event.eventTimeMs;
}

/** Milliseconds since 1970 have 12 or 13 digits from 1973 to 2286, microseconds 15 or 16. 0 for what is neither. */
function unitsPerMsOf(stamp: number): 0 | 1 | 1_000 {
  if (stamp >= 1e11 && stamp < 1e13) return 1;
  return stamp >= 1e14 ? 1_000 : 0;
}

/**
 * Tells repetitions in a file whose times do not go back: the same bar, or the same trade id in the same millisecond.
 * Quotes and books may repeat.
 */
function repetition(kind: TapeKind): (event: TapeEvent, rowTimeMs: number) => boolean {
  if (kind === 'bookTicker' || kind === 'book_snapshot') return () => false;
  let lastMs = Number.NaN;
  let highestId = -1;
  const ids: number[] = [];
  return (event, rowTimeMs) => {
    if (event.kind !== 'trade') {
      const repeated = rowTimeMs === lastMs;
      lastMs = rowTimeMs;
      return repeated;
    }
    if (rowTimeMs !== lastMs) {
      lastMs = rowTimeMs;
      ids.length = 0;
      ids.push(event.tradeId);
      highestId = event.tradeId;
      return false;
    }
    if (event.tradeId <= highestId && ids.includes(event.tradeId)) return true;
    highestId = Math.max(highestId, event.tradeId);
    if (ids.length < IDS_MAX) ids.push(event.tradeId);
    return false;
  };
}

function isFiner(event: TapeEvent, tickSize: number): boolean {
  switch (event.kind) {
    case 'trade':
      return isOffTick(event.price, tickSize);
    case 'bar':
      return (
        isOffTick(event.close, tickSize) ||
        isOffTick(event.high, tickSize) ||
        isOffTick(event.low, tickSize) ||
        isOffTick(event.open, tickSize)
      );
    case 'quote':
      return isOffTick(event.bidPrice, tickSize) || isOffTick(event.askPrice, tickSize);
    case 'book':
      return isOffTick(event.bidPrices[0]!, tickSize) || isOffTick(event.askPrices[0]!, tickSize);
  }
}

/** A price of up to 15 digits over its tick is a whole number but for a few units in the last place. */
export function isOffTick(price: number, tickSize: number): boolean {
  const ticks = price / tickSize;
  return Math.abs(ticks - Math.round(ticks)) > 1e-9 + ticks * 1e-14;
}
