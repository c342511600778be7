import type { Decoded } from '../../core/decoded.ts';
import { openBytes } from './byte-source.ts';
import type { TapeEvent } from './decode-row.ts';
import { decimalsIn, type Fineness } from './instruments.ts';
import type { CountedProblem } from './row-problem.ts';
import { TapeReader } from './tape-reader.ts';
import type { NamedSource } from './tape-source.ts';

/** How many rows the look at a file's beginning reads. */
const SURVEY_ROWS = 1_000;

/** What the first rows of a file tell of it. */
export interface Survey extends Fineness {
  readonly totalBytes: number;
  /** When its first event is to be delivered. */
  readonly firstTimeMs: number;
}

/** What came of a file, for the summary of a run. */
export interface FileSummary {
  readonly name: string;
  readonly symbol: string;
  readonly kind: string;
  /** Rows looked at, and those of them that became events. */
  readonly rowCount: number;
  readonly eventCount: number;
  readonly firstTimeMs: number | undefined;
  readonly lastTimeMs: number | undefined;
  readonly totalBytes: number;
  readonly readBytes: number;
  readonly problems: readonly CountedProblem[];
}

/** Reads the beginning of a file, and refuses one that is mostly something else than its name says. */
export async function surveyFile(source: NamedSource): Promise<Decoded<Survey>> {
  const refuse = (problem: string): Decoded<never> => ({ ok: false, problem: `${source.name}: ${problem}` });
  const bytes = await openBytes(source.path);
  if (!bytes.ok) return refuse(bytes.problem);
  const reader = new TapeReader({ ...source, tickSize: undefined });
  const events: TapeEvent[] = [];
  let isWhole = true;
  for await (const piece of bytes.value.pieces()) {
    reader.push(piece, events);
    isWhole = reader.rowCount < SURVEY_ROWS && reader.refusal === undefined;
    if (!isWhole) break;
  }
  if (isWhole && bytes.value.fault === undefined) reader.end(events);
  if (reader.refusal !== undefined) return refuse(reader.refusal);
  const fault = bytes.value.fault;
  if (reader.rowCount === 0) return refuse(fault === undefined ? 'it has no rows' : `cannot be read: ${fault}`);
  if (reader.eventCount * 2 < reader.rowCount || reader.firstTimeMs === undefined)
    return refuse(mostlyBad(source, reader));
  return {
    ok: true,
    value: { totalBytes: bytes.value.totalBytes, firstTimeMs: reader.firstTimeMs, ...finenessOf(events) },
  };
}

function mostlyBad({ kind, symbol, path }: NamedSource, { log, rowCount, eventCount }: TapeReader): string {
  const worst = [...log.problems].sort((a, b) => b.count - a.count)[0];
  return (
    `${rowCount - eventCount} of its first ${rowCount} rows cannot be read as ${kind} of ${symbol}, most often: ` +
    `${worst?.name} (first in line ${worst?.firstLine}). If it holds something else, say so: SYMBOL:kind=${path}`
  );
}

/** Of the first 1,000 events, or all there are. */
function finenessOf(events: readonly TapeEvent[]): Fineness {
  let [priceDecimals, sizeDecimals] = [0, 0];
  for (const event of events.slice(0, SURVEY_ROWS)) {
    const { prices, sizes } = numbersOf(event);
    for (const price of prices) priceDecimals = Math.max(priceDecimals, decimalsIn(price));
    for (const size of sizes) sizeDecimals = Math.max(sizeDecimals, decimalsIn(size));
  }
  return { priceDecimals, sizeDecimals };
}

function numbersOf(event: TapeEvent): { readonly prices: readonly number[]; readonly sizes: readonly number[] } {
  switch (event.kind) {
    case 'trade':
      return { prices: [event.price], sizes: [event.size] };
    case 'bar':
      return { prices: [event.open, event.high, event.low, event.close], sizes: [event.volume] };
    case 'quote':
      return { prices: [event.bidPrice, event.askPrice], sizes: [event.bidSize, event.askSize] };
    case 'book':
      return {
        prices: [...Array.from(event.bidPrices), ...Array.from(event.askPrices)],
        sizes: [...Array.from(event.bidSizes), ...Array.from(event.askSizes)],
      };
  }
}

/** One file of a tape, read from beginning to end, a batch of events for every piece of bytes. */
export class TapeFile {
  readonly source: NamedSource;
  readonly survey: Survey;
  readonly #reader: TapeReader;
  #readBytes = 0;
  #repeatedCount = 0;

  constructor(source: NamedSource, survey: Survey, tickSize: number) {
    this.source = source;
    this.survey = survey;
    this.#reader = new TapeReader({ ...source, tickSize });
  }

  async *batches(): AsyncGenerator<readonly TapeEvent[], void, void> {
    const reader = this.#reader;
    const bytes = await openBytes(this.source.path);
    if (!bytes.ok) return reader.tear(bytes.problem);
    for await (const piece of bytes.value.pieces()) {
      const events: TapeEvent[] = [];
      reader.push(piece, events);
      this.#readBytes = bytes.value.readBytes;
      if (events.length > 0) yield events;
    }
    const last: TapeEvent[] = [];
    if (bytes.value.fault === undefined) reader.end(last);
    else reader.tear(bytes.value.fault);
    if (last.length > 0) yield last;
  }

  /** An event of this file was dropped, because a file before it held the same. */
  noteRepetition(timeMs: number): void {
    this.#repeatedCount += 1;
    this.#reader.log.note('in another file too', 0, `first at ${new Date(timeMs).toISOString()}`);
  }

  get rowCount(): number {
    return this.#reader.rowCount;
  }

  get readBytes(): number {
    return this.#readBytes;
  }

  get summary(): FileSummary {
    const { name, symbol, kind } = this.source;
    const { rowCount, firstTimeMs, lastTimeMs, log } = this.#reader;
    const eventCount = this.#reader.eventCount - this.#repeatedCount;
    const { totalBytes } = this.survey;
    const counts = { rowCount, eventCount, firstTimeMs, lastTimeMs, totalBytes, readBytes: this.#readBytes };
    return { name, symbol, kind, ...counts, problems: log.problems };
  }
}
