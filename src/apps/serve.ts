import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { ElapsedClock } from '../adapters/clock/elapsed-clock.ts';
import { microsecondsOf } from '../adapters/clock/microseconds.ts';
import { DashboardDoor } from '../adapters/http/dashboard/door.ts';
import { readWebFiles } from '../adapters/http/dashboard/files.ts';
import { EventLog } from '../adapters/http/event-log.ts';
import { MarketStreams } from '../adapters/http/market-stream.ts';
import { startApi } from '../adapters/http/server.ts';
import { LatencyLedger } from '../adapters/http/v1/latency-ledger.ts';
import type { HouseView } from '../adapters/http/v1/views.ts';
import { type Log, openLog } from '../adapters/log/log.ts';
import type { RecordingWriter } from '../adapters/recording/recording-writer.ts';
import { journalPath } from '../adapters/sqlite/data-dir.ts';
import { acquireDataDirLock, type DataDirLock } from '../adapters/sqlite/data-dir-lock.ts';
import { openSqliteJournal } from '../adapters/sqlite/journal.ts';
import type { Decoded } from '../core/decoded.ts';
import { Books, type BooksBase } from '../core/delivery/books.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketClock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import { JournalError } from '../ports/journal-error.ts';
import type { MarketFeed } from '../ports/market-feed.ts';
import type { Outlet } from '../ports/outlet.ts';
import { StrategyError } from './config/guarded-strategy.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { renderConfigJson } from './config/show.ts';
import { ControlFiles } from './control-files.ts';
import { engineSettings } from './engine-settings.ts';
import { House } from './house.ts';
import { openKeyRing } from './key-store.ts';
import { LogOutlet } from './log-outlet.ts';
import { type Notifier, openNotifier } from './notify/notifier.ts';
import type { Past } from './past.ts';
import { latenessOf, Player } from './player.ts';
import { PositionKeeper } from './position-keeper.ts';
import { openRecorder, type Recorded, recordingFolder } from './recorder.ts';
import { startScreen } from './start-screen.ts';
import { Sweeper } from './sweeper.ts';
import { packageVersion } from './version.ts';

/** Ctrl-C, a service manager, a closed terminal. A kill without any of them loses nothing either. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where `npm run build` puts the dashboard. */
const WEB_FOLDER = fileURLToPath(new URL('../../web/', import.meta.url));

/** A market that is ready to run. */
export interface OpenedMarket {
  readonly feed: MarketFeed;
  readonly clock: MarketClock;
  /** What signal ids repeat with. */
  readonly runAnchor: string;
  /** What the journal's position belongs to. */
  readonly source: string;
  /** One line for the start-up screen: what is special about this market. */
  readonly note: string;
  /** Prices that a restart goes on from. */
  readonly lastPrices: () => Readonly<Record<string, number>>;
}

export interface Serving {
  /** The command, as the log names it. */
  readonly command: string;
  /** Which journal in the data directory: every market has its own. */
  readonly journalName: string;
  /** @param warn tells a person what goes wrong outside */
  readonly open: (past: Past, warn: (sentence: string) => void) => Promise<Decoded<OpenedMarket>>;
}

/**
 * Runs a market and its API until Ctrl-C or until the market cannot go on.
 * @returns the exit code: 0 after a clean end, 1 when something stood in the way (told on stderr and in the log)
 */
export async function serve(loaded: LoadedConfig, serving: Serving): Promise<number> {
  const { config } = loaded;
  const logFile = join(config.dataDir, config.log.file);
  const startedAtMs = Date.now();
  const lock = acquireDataDirLock(config.dataDir, { pid: process.pid, startedAtMs, port: undefined });
  const log = await openLog({ ...config.log, file: logFile });
  const refuse = async (problem: string): Promise<number> => {
    log.lastWords({ command: serving.command }, problem);
    await log.close();
    return 1;
  };
  if (!lock.ok) return refuse(lock.problem);
  const journal = openSqliteJournal({
    path: journalPath(config.dataDir, serving.journalName),
    nowMs: startedAtMs,
    keepDays: config.journal.keepDays,
    keepSignals: config.journal.keepSignals,
  });
  if (!journal.ok) {
    lock.value.release();
    return refuse(journal.problem);
  }
  try {
    const problem = await run(loaded, serving, { journal: journal.value, log, lock: lock.value, startedAtMs, logFile });
    if (problem !== undefined) return await refuse(problem);
    await log.close();
    return 0;
  } finally {
    await journal.value.close();
    lock.value.release();
  }
}

interface Means {
  readonly journal: Journal;
  readonly log: Log;
  readonly lock: DataDirLock;
  readonly startedAtMs: number;
  readonly logFile: string;
}

/** @returns why it could not go on, `undefined` after a clean end */
async function run(loaded: LoadedConfig, serving: Serving, means: Means): Promise<string | undefined> {
  const { journal, log, lock, startedAtMs, logFile } = means;
  const past = await foldJournal(journal);
  if (!past.ok) return past.problem;
  const { books } = past.value;
  const book = books.signals;

  const ring = await openKeyRing(loaded.config.dataDir, (problem) => log.logger.error(problem));
  if (!ring.ok) return ring.problem;
  const { keys, mint, apiKeyFile } = ring.value;
  const door = new DashboardDoor(mint, () => performance.now());

  const eventLog = await EventLog.open({ journal, lastSeq: book.lastSeq });
  const market = await serving.open(past.value, (sentence) => log.logger.warn(sentence));
  if (!market.ok) return market.problem;
  const { feed, clock, runAnchor, source, note } = market.value;
  const what = { runAnchor, market: feed.label, ...(feed.kind === 'DEMO' && { unpriced: true }) };
  const settings = engineSettings(loaded, what);
  const recorder = await openRecorderIfAsked(loaded, {
    run: { feed, source, settings, decided: true },
    books: books.asBase(),
    clock,
    log,
  });
  if (!recorder.ok) return recorder.problem;
  const recording = recorder.value;
  const houseClock = openHouseClock(books);
  const ledger = new LatencyLedger(microsecondsOf(houseClock, () => performance.now()));
  const streams = new MarketStreams(feed);
  // The guide's book before the event log: whoever hears of a signal finds it.
  const told = new LogOutlet(log.logger);
  const outlets = [new SignalsOutlet(book), eventLog, told];
  const watched = { tap: streams, watch: ledger, recorder: recording };
  const house = new House({ settings, journal, past: books, clock, houseClock, outlets, ...watched });
  const view: HouseView = {
    seats: settings.seats,
    get symbols() {
      return house.symbols;
    },
    look: (symbol, nowMs) => house.look(symbol, nowMs),
    bars: (...asked) => house.bars(...asked),
    get minutes() {
      return house.census.minutes;
    },
    config: () => renderConfigJson(loaded),
  };
  const delivery = { log: eventLog, ledger, market: streams, view };
  const player = new Player({ feed, house, clock, lateMs: latenessOf(settings), livedMs: book.latestMs });

  const beganMs = performance.now();
  const version = packageVersion();
  const onError = (error: unknown, what: string): void => log.logger.error({ err: error }, what);
  const health = () => ({
    feed: feed.status,
    dataAgeMs: player.dataAgeMs,
    upMs: performance.now() - beganMs,
    journalFault: house.journalFault,
    recordingFault: recording?.fault,
  });
  const ask: House['ask'] = (command) => house.ask(command);
  const statistics = () => house.census;
  // Opened behind the API, and closed before it.
  let notifier: Notifier | undefined;
  const api = await startApi({
    ...apiSettings(loaded.config.api),
    keys,
    delivery,
    dashboard: { door, files: readWebFiles(WEB_FOLDER) },
    version,
    onError,
    house: {
      clock,
      book,
      // The event log folds them anyway, and before anybody hears of them.
      deliveries: eventLog.book,
      houseClock,
      journalId: journal.id,
      market: { kind: feed.kind, label: feed.label },
      trading: {
        settings: settings.trading,
        equity: () => house.account.equity(),
        exitPrice: (symbol, side) => house.account.exitPrice(symbol, side),
        isWatched: (symbol) => house.account.symbols.includes(symbol),
        statement: () => house.account.statement(),
        silences: () => house.census.silences,
      },
      submit: (events) => house.submit(events),
      ask,
      health,
      statistics,
      channels: () => notifier?.channels() ?? [],
    },
  });
  if (!api.ok) {
    await recording?.close();
    return api.problem;
  }
  notifier = await openNotifier({
    ...{ config: loaded.config, env: process.env, version, logger: log.logger, log: eventLog, journalId: journal.id },
    ...{ feed, clock, houseMs: () => houseClock.nowMs(), signals: book, ask, health, statistics },
    instrument: (symbol) => house.instrument(symbol),
    exitPrice: (symbol, side) => house.account.exitPrice(symbol, side),
  });
  const { port } = api.value.address;
  lock.describe({ pid: process.pid, startedAtMs, port });

  const stop = new AbortController();
  const interrupted = (signal: string): void => {
    log.logger.info(`${signal}: stopping`);
    stop.abort();
  };
  for (const signal of STOP_SIGNALS) process.once(signal, interrupted);
  const sweeper = new Sweeper(house);
  const controls = new ControlFiles({
    ...{ dataDir: loaded.config.dataDir, house, deliveries: eventLog.book, logger: log.logger },
  });
  const positions = new PositionKeeper(journal, market.value, log.logger, (reason) => house.distrustJournal(reason));
  try {
    await positions.start();
    // Before the market: a halt that was asked for while nobody was there comes first.
    await controls.start();
    sweeper.start();
    const times = { nowMs: clock.nowMs(), wallMs: Date.now() };
    process.stdout.write(
      startScreen({
        ...{ version, feed, note, api: api.value, loaded, logFile, apiKeyFile, book, deliveries: eventLog.book },
        ...{ paper: house.account.equity(), told: notifier?.line, ...times },
        dashboardCode: door.issueCode(),
      }),
    );
    loaded.complaints.tellTo((sentence) => log.logger.warn(sentence));
    log.logger.info({ market: feed.label, source, port, journal: journal.id }, `${serving.command} runs`);
    notifier?.start();
    if (recording !== undefined) log.logger.info(`recording to ${recording.path}`);
    await player.play(stop.signal);
    if (!stop.signal.aborted) {
      // A finished market goes on being served: its history and its reasons are what the user came for.
      const nothingNew =
        'all of it had been played in this data directory before: name another --data-dir to play it anew';
      log.logger.info(`${feed.status.reason ?? 'the market has ended'}; the API goes on until Ctrl-C`);
      if (!player.sawPresent) log.logger.warn(nothingNew);
      await once(stop.signal, 'abort');
    }
    log.logger.info('stopped');
    return undefined;
  } catch (error) {
    if (house.journalFault === undefined) {
      // What a user's strategy did is said in one sentence; a bug of ours needs its stack.
      if (!(error instanceof StrategyError)) log.logger.error({ err: error }, 'the market stopped');
      return `the market cannot go on: ${error instanceof Error ? error.message : String(error)}`;
    }
    // What was told still holds and can be read; health says what is wrong.
    log.logger.fatal(`${house.journalFault.reason}; no signal is issued any more`);
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
    return `the journal could not be written: ${house.journalFault.reason}`;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, interrupted);
    sweeper.stop();
    controls.stop();
    told.flush();
    await positions.stop();
    const stopping = notifier?.stop();
    notifier = undefined;
    await stopping;
    await api.value.close();
    await recording?.close();
  }
}

/** A recording that cannot begin is told at the start, where somebody looks; one that breaks off later stops nothing. */
async function openRecorderIfAsked(
  { config }: LoadedConfig,
  { run, books, clock, log }: { run: Recorded; books: BooksBase; clock: MarketClock; log: Log },
): Promise<Decoded<RecordingWriter | undefined>> {
  if (!config.recording.enabled) return { ok: true, value: undefined };
  return openRecorder(config, run, {
    to: { folder: recordingFolder(config) },
    books,
    nowMs: () => clock.nowMs(),
    onFault: ({ reason }) => log.logger.error(`nothing is recorded any more, and everything else goes on: ${reason}`),
  });
}

/** All that the journal knows, read once. A damaged one is refused in words: what it says can be trusted, or not at all. */
async function foldJournal(journal: Journal): Promise<Decoded<Past>> {
  try {
    const books = new Books(journal.base);
    for await (const effect of journal.read(journal.base.seq)) books.apply(effect);
    return { ok: true, value: { books, position: await journal.readPosition() } };
  } catch (error) {
    if (error instanceof JournalError) return { ok: false, problem: error.message };
    throw error;
  }
}

function apiSettings({ host, port, allowedHosts, networks, rate }: LoadedConfig['config']['api']) {
  const rates = {
    local: { perSecond: rate.local, burst: rate.local },
    remote: { perSecond: rate.remote, burst: rate.remoteBurst },
  };
  return { host, port, allowedHosts, networks, rates };
}

/** The book that the guide's routes read from: it hears of effects when they are on disk, like everybody else. */
class SignalsOutlet implements Outlet {
  readonly #book: SignalBook;

  constructor(book: SignalBook) {
    this.#book = book;
  }

  publish(effects: readonly Effect[]): void {
    for (const effect of effects) this.#book.apply(effect);
  }
}

/** Leases and deadlines run in wall time that never goes back, not even over a restart with a clock that was set back. */
function openHouseClock({ deliveries }: Books): ElapsedClock {
  const marketTimeMs = Math.max(Date.now(), deliveries.latestWallMs);
  return new ElapsedClock({ marketTimeMs, speed: 1, wall: Date.now, monotonic: () => performance.now() });
}
