import { existsSync } from 'node:fs';
import type { Decoded } from '../../core/decoded.ts';
import type { MarketEvent } from '../../core/engine/event.ts';
import type { Instrument } from '../../core/market/instrument.ts';
import type { Playable } from '../../ports/playable.ts';
import { type Fineness, instrumentOf, type Steps } from './instruments.ts';
import { merge } from './merge.ts';
import { type FileSummary, type Survey, surveyFile, TapeFile } from './tape-file.ts';
import { type NamedSource, nameSource, type TapeSource } from './tape-source.ts';

export interface TapeOptions {
  /** Price and quantity steps by symbol, before the built-in table and what the rows show. */
  readonly instruments?: Readonly<Record<string, Steps>> | undefined;
}

export interface TapeProgress {
  /** On disk, packed as it is. */
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly rowCount: number;
}

/** Recorded files as one stream of market events. Read once: open it again to read it again. */
export class Tape implements Playable {
  readonly instruments: readonly Instrument[];
  /** Market time of the first event, UTC milliseconds. */
  readonly firstTimeMs: number;
  /** The name of the only file, or how many there are. */
  readonly label: string;
  readonly #files: readonly TapeFile[];

  constructor(files: readonly TapeFile[], instruments: readonly Instrument[]) {
    this.#files = files;
    this.instruments = instruments;
    this.firstTimeMs = Math.min(...files.map((file) => file.survey.firstTimeMs));
    this.label = files.length === 1 ? files[0]!.source.name : `${files.length} files`;
  }

  /** The instruments, then their market data in the order of time, with a `clock` event per second that has any. */
  async *batches(): AsyncGenerator<readonly MarketEvent[], void, void> {
    yield this.instruments.map((instrument) => ({ kind: 'instrument', instrument }));
    yield* merge(this.#files);
  }

  get symbols(): readonly string[] {
    return this.instruments.map(({ symbol }) => symbol);
  }

  get names(): readonly string[] {
    return this.#files.map(({ source }) => source.name);
  }

  /** The same, one by one. Some five times slower than in batches. */
  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, void> {
    for await (const batch of this.batches()) yield* batch;
  }

  get progress(): TapeProgress {
    const sum = { readBytes: 0, totalBytes: 0, rowCount: 0 };
    for (const file of this.#files) {
      sum.readBytes += file.readBytes;
      sum.totalBytes += file.survey.totalBytes;
      sum.rowCount += file.rowCount;
    }
    return sum;
  }

  get summaries(): readonly FileSummary[] {
    return this.#files.map((file) => file.summary);
  }

  /** Problems of all files by name. */
  get problems(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { problems } of this.summaries) {
      for (const { name, count } of problems) counts[name] = (counts[name] ?? 0) + count;
    }
    return counts;
  }
}

/** Opens recorded files. Whatever is wrong with any of them is said at once, a line for each. */
export async function openTape(sources: readonly TapeSource[], options: TapeOptions = {}): Promise<Decoded<Tape>> {
  const surveyed = await surveyAll(sources);
  if (!surveyed.ok) return surveyed;
  const seen = new Map<string, Fineness>();
  for (const { source, survey } of surveyed.value) {
    const other = seen.get(source.symbol);
    seen.set(source.symbol, {
      priceDecimals: Math.max(survey.priceDecimals, other?.priceDecimals ?? 0),
      sizeDecimals: Math.max(survey.sizeDecimals, other?.sizeDecimals ?? 0),
    });
  }
  const { instruments: configured = {} } = options;
  const instruments = new Map<string, Instrument>();
  for (const [symbol, fineness] of seen) {
    const steps = Object.hasOwn(configured, symbol) ? configured[symbol] : undefined;
    instruments.set(symbol, instrumentOf(symbol, steps, fineness));
  }
  const files = surveyed.value.map(
    ({ source, survey }) => new TapeFile(source, survey, instruments.get(source.symbol)!.tickSize),
  );
  return { ok: true, value: new Tape(files, [...instruments.values()]) };
}

/** When the earliest event of these files happens, from their first rows: what a clock must start at. */
export async function firstTimeMs(sources: readonly TapeSource[]): Promise<Decoded<number>> {
  const surveyed = await surveyAll(sources);
  if (!surveyed.ok) return surveyed;
  return { ok: true, value: Math.min(...surveyed.value.map(({ survey }) => survey.firstTimeMs)) };
}

interface Surveyed {
  readonly source: NamedSource;
  readonly survey: Survey;
}

async function surveyAll(sources: readonly TapeSource[]): Promise<Decoded<readonly Surveyed[]>> {
  if (sources.length === 0) return { ok: false, problem: 'no tape is named: give at least one file' };
  const named = sources.map(nameSource);
  const surveyed: Surveyed[] = [];
  const problems = named.flatMap((source, index) => {
    if (source.ok) return [];
    const { path } = sources[index]!;
    // Whoever mistyped a name need not hear how to explain it.
    return [existsSync(path) ? source.problem : `${path}: there is no such file`];
  });
  for (const source of named) {
    if (!source.ok) continue;
    const survey = await surveyFile(source.value);
    if (survey.ok) surveyed.push({ source: source.value, survey: survey.value });
    else problems.push(survey.problem);
  }
  problems.push(...twiceTheSameTrades(surveyed));
  return problems.length > 0 ? { ok: false, problem: problems.join('\n') } : { ok: true, value: surveyed };
}

/** `trades` and `aggTrades` of one instrument count every print twice. */
function twiceTheSameTrades(surveyed: readonly Surveyed[]): readonly string[] {
  const symbolsOf = (kind: string): readonly string[] =>
    surveyed.filter(({ source }) => source.kind === kind).map(({ source }) => source.symbol);
  const aggregated = symbolsOf('aggTrades');
  const twice = new Set(symbolsOf('trades').filter((symbol) => aggregated.includes(symbol)));
  return [...twice].map((symbol) => `${symbol}: trades and aggTrades are the same prints, give one of them`);
}
