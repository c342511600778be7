import { performance } from 'node:perf_hooks';
import type { RecordingWriter } from '../adapters/recording/recording-writer.ts';
import { Books, EMPTY_BASE } from '../core/delivery/books.ts';
import { type EventBatch, isMarketData } from '../ports/market-feed.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { engineSettings } from './engine-settings.ts';
import { openRecorder, recordingFolder } from './recorder.ts';
import { untilInterrupted } from './replay/interruption.ts';
import type { OpenedMarket } from './serve.ts';
import { marketOf } from './start.ts';

export interface RecordOptions {
  /** A folder, or one file that ends in `.tape`; `undefined` for the folder of the configuration. */
  readonly out: string | undefined;
  /** `undefined` until somebody stops it. */
  readonly spanMs: number | undefined;
}

const TELL_MS = 1_000;
/** By then an instrument that trades has been heard. */
const MISSED_MS = 60_000;

/**
 * `tapewire record`: a market as the engine would hear of it, on disk, and nothing else. What it leaves is replayed as if
 * an engine had stood there and never been late.
 * @returns the exit code: 1 when it could not begin, could not go on, or heard nothing of the market
 */
export async function record(loaded: LoadedConfig, { out, spanMs }: RecordOptions): Promise<number> {
  const { open } = await marketOf(loaded);
  const market = await open({ books: new Books(), position: undefined }, warn);
  if (!market.ok) return tell(market.problem);
  const { feed, clock, runAnchor, source } = market.value;
  const faulty = new AbortController();
  const settings = engineSettings(loaded, { runAnchor, market: feed.label });
  const recorder = await openRecorder(
    loaded.config,
    { feed, source, settings, decided: false },
    {
      to: out?.endsWith('.tape') === true ? { file: out } : { folder: out ?? recordingFolder(loaded.config) },
      books: EMPTY_BASE,
      nowMs: () => clock.nowMs(),
      onFault: () => faulty.abort(),
    },
  );
  if (!recorder.ok) return tell(recorder.problem);
  const interruption = untilInterrupted();
  const over = spanMs === undefined ? [] : [AbortSignal.timeout(spanMs)];
  process.stdout.write(`recording ${source} to ${recorder.value.path}; Ctrl-C ends it\n`);
  const beganMs = performance.now();
  const told = setInterval(() => tellProgress(recorder.value, performance.now() - beganMs), TELL_MS);
  const heard = new Set<string>();
  const missed = setTimeout(() => tellMissing(loaded, heard, 'was recorded so far'), MISSED_MS);
  try {
    const stop = AbortSignal.any([interruption.signal, faulty.signal, ...over]);
    await run(market.value, recorder.value, heard, stop);
  } finally {
    clearInterval(told);
    clearTimeout(missed);
    interruption.release();
    await recorder.value.close();
  }
  const { fault, progress } = recorder.value;
  clearLine();
  process.stdout.write(`${progressText(progress)}\n`);
  if (fault !== undefined) return tell(`nothing is recorded any more: ${fault.reason}`);
  if (heard.size === 0) return tell(nothingHeard(market.value, loaded));
  tellMissing(loaded, heard, 'was recorded');
  return 0;
}

/** One wrong name among right ones is no reason to end, and must not first be found out when the tape is needed. */
function tellMissing({ config }: LoadedConfig, heard: ReadonlySet<string>, what: string): void {
  const { symbols } = config.market;
  const missing = symbols === 'all' ? [] : symbols.filter((symbol) => !heard.has(symbol));
  if (missing.length > 0) warn(`nothing of ${missing.join(', ')} ${what}: look whether the market has it`);
}

function nothingHeard({ feed, source }: OpenedMarket, { config }: LoadedConfig): string {
  const { source: name, symbols, live } = config.market;
  const { reason } = feed.status;
  const place = live.venueUrl === undefined ? 'the venue can be reached' : `anybody answers at ${live.venueUrl}`;
  const asked = symbols === 'all' ? '' : ` and has ${symbols.join(', ')}`;
  const look = feed.kind === 'LIVE' ? `: look whether ${place}${asked}, with \`tapewire doctor --market ${name}\`` : '';
  return `nothing of ${source} was recorded${reason === undefined ? '' : ` (${reason})`}${look}`;
}

/** @param heard gets the symbols of which there were market data: clocks and doubts come without a market, too */
async function run(
  { feed, clock }: OpenedMarket,
  recorder: RecordingWriter,
  heard: Set<string>,
  stop: AbortSignal,
): Promise<void> {
  // What lies before the beginning warms up, and nobody acts on it: the engine hears the same from whoever plays a feed.
  recorder.applied({ kind: 'catch_up', untilMs: clock.nowMs() }, []);
  await feed.run(async (batch: EventBatch) => {
    batch((event) => {
      if (isMarketData(event)) heard.add(event.symbol);
      recorder.applied(event, []);
    });
  }, stop);
}

function tellProgress({ progress }: RecordingWriter, tookMs: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${progressText(progress)} in ${Math.round(tookMs / 1000)} s\x1b[K`);
}

function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function progressText({ steps, diskBytes }: RecordingWriter['progress']): string {
  return `${steps} events, ${(diskBytes / 1e6).toFixed(1)} MB on disk`;
}

function warn(sentence: string): void {
  process.stderr.write(`tapewire: warning: ${sentence}\n`);
}

function tell(problem: string): number {
  process.stderr.write(`tapewire: ${problem}\n`);
  return 1;
}
