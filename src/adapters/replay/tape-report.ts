import type { Decoded } from '../../core/decoded.ts';
import { MINUTE_MS } from '../../core/market/timeframe.ts';
import { type TapeEvent, timeOf } from './decode-row.ts';
import { instrumentOf, type Steps } from './instruments.ts';
import { SilenceMeter, type Silences } from './silences.ts';
import { type FileSummary, surveyFile, TapeFile } from './tape-file.ts';
import { nameSource, type TapeKind, type TapeSource } from './tape-source.ts';

export interface TapeReport extends FileSummary {
  readonly silences: Silences;
  /** Ids between the first and the last that no row has; `undefined` where rows have none. */
  readonly missingIds: number | undefined;
}

export interface ReportOptions {
  readonly instruments?: Readonly<Record<string, Steps>> | undefined;
  /** Trades, quotes and books may be this far apart. Of bars none may be missing. */
  readonly silentMs: number;
  readonly onProgress: (readBytes: number, totalBytes: number) => void;
}

/** Reads one file from beginning to end, as a replay would, and tells what is in it. Memory: one piece of it. */
export async function reportTape(source: TapeSource, options: ReportOptions): Promise<Decoded<TapeReport>> {
  const named = nameSource(source);
  if (!named.ok) return named;
  const survey = await surveyFile(named.value);
  if (!survey.ok) return survey;
  const { symbol, kind } = named.value;
  const { instruments = {} } = options;
  const steps = Object.hasOwn(instruments, symbol) ? instruments[symbol] : undefined;
  const file = new TapeFile(named.value, survey.value, instrumentOf(symbol, steps, survey.value).tickSize);
  const silences = new SilenceMeter(kind === 'klines' ? MINUTE_MS : options.silentMs);
  const ids = new IdMeter();
  for await (const events of file.batches()) {
    for (const event of events) {
      silences.note(timeOf(event));
      ids.note(event);
    }
    options.onProgress(file.readBytes, survey.value.totalBytes);
  }
  const isCounted = hasIds(kind) && ids.missing <= IDS_MISSING_MAX * file.summary.eventCount;
  const missingIds = isCounted ? ids.missing : undefined;
  return { ok: true, value: { ...file.summary, silences: silences.silences, missingIds } };
}

/** Where far more ids are missing than there are rows, they are no count of trades. */
const IDS_MISSING_MAX = 100;

const hasIds = (kind: TapeKind): boolean => kind === 'aggTrades' || kind === 'trades';

/** Venues count their trades one by one. */
class IdMeter {
  missing = 0;
  #last: number | undefined;

  note(event: TapeEvent): void {
    if (event.kind !== 'trade') return;
    if (this.#last !== undefined && event.tradeId > this.#last + 1) this.missing += event.tradeId - this.#last - 1;
    this.#last = event.tradeId;
  }
}
