import { type Columns, columnsOf, fits } from './columns.ts';
import { CsvRow } from './csv-row.ts';
import { type DecodeRow, rowDecoder, type TapeEvent, timeOf } from './decode-row.ts';
import { type IsRepetition, repetition } from './repetition.ts';
import { ProblemLog, type RowProblem } from './row-problem.ts';
import type { TapeKind } from './tape-source.ts';

const NEWLINE = 10;
/** No row of a dump is a tenth as long. More than this without a newline is not a text file. */
const LINE_BYTES_MAX = 65_536;

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
  readonly #isRepetition: IsRepetition;
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
    this.#isRepetition = repetition(options.kind);
  }

  /** Reads every whole line of what came before and `bytes`, and keeps the rest. */
  push(bytes: Buffer, out: TapeEvent[]): void {
    let start = 0;
    if (this.#unfinished.length > 0 || this.#skipToNewline) {
      const newline = bytes.indexOf(NEWLINE);
      if (newline === -1) {
        this.#keep(bytes);
        return;
      }
      start = newline + 1;
      this.#finish(bytes.subarray(0, start), out);
    }
    const last = bytes.lastIndexOf(NEWLINE);
    while (start <= last && this.refusal === undefined) {
      const newline = this.#row.takeLine(bytes, start);
      this.#line += 1;
      this.#take(out);
      start = newline + 1;
    }
    if (last + 1 < bytes.length) this.#keep(bytes.subarray(last + 1));
  }

  /** The last line may lack its newline, but only where the file truly ends: of a torn one it may be half a row. */
  end(out: TapeEvent[]): void {
    if (this.#unfinished.length > 0) this.#finish(Buffer.of(NEWLINE), out);
  }

  /** @param rest What was missing of the unfinished line, its newline included. */
  #finish(rest: Buffer, out: TapeEvent[]): void {
    const line = Buffer.concat([this.#unfinished, rest]);
    const isTooLong = this.#skipToNewline;
    this.#unfinished = Buffer.alloc(0);
    this.#skipToNewline = false;
    if (this.refusal !== undefined) return;
    this.#line += 1;
    if (isTooLong) return;
    this.#row.takeLine(line, 0);
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
    if (this.#isRepetition(event)) return 'duplicate';
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

/** Milliseconds since 1970 have 12 or 13 digits from 1973 to 2286, microseconds 15 or 16. 0 for what is neither. */
function unitsPerMsOf(stamp: number): 0 | 1 | 1_000 {
  if (stamp >= 1e11 && stamp < 1e13) return 1;
  return stamp >= 1e14 ? 1_000 : 0;
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
function isOffTick(price: number, tickSize: number): boolean {
  const ticks = price / tickSize;
  return Math.abs(ticks - Math.round(ticks)) > 1e-9 + ticks * 1e-14;
}
