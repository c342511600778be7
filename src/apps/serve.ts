import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startApi } from '../adapters/http/server.ts';
import { type Log, openLog } from '../adapters/log/log.ts';
import { journalPath } from '../adapters/sqlite/data-dir.ts';
import { acquireDataDirLock, type DataDirLock } from '../adapters/sqlite/data-dir-lock.ts';
import { openSqliteJournal } from '../adapters/sqlite/journal.ts';
import type { Decoded } from '../core/decoded.ts';
import { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketClock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { MarketFeed } from '../ports/market-feed.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { engineSettings } from './engine-settings.ts';
import { House } from './house.ts';
import { LogOutlet } from './log-outlet.ts';
import type { Past } from './past.ts';
import { startScreen } from './start-screen.ts';
import { packageVersion } from './version.ts';

/** How often the market's position is written down, wall milliseconds. */
const POSITION_MS = 5_000;

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
  readonly open: (past: Past) => Promise<Decoded<OpenedMarket>>;
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
    log.logger.fatal({ command: serving.command }, problem);
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
  const { config } = loaded;
  const { journal, log, lock, startedAtMs, logFile } = means;
  const book = new SignalBook(journal.base);
  for (const effect of journal.read(journal.base.seq)) book.apply(effect);

  const opened = await serving.open({ book, position: journal.readPosition() });
  if (!opened.ok) return opened.problem;
  const { feed, clock, runAnchor, source, note, lastPrices } = opened.value;
  const bookOutlet = {
    publish: (effects: Parameters<LogOutlet['publish']>[0]) => {
      for (const effect of effects) book.apply(effect);
    },
  };
  const settings = engineSettings(loaded, { runAnchor, market: feed.label });
  const outlets = [bookOutlet, new LogOutlet(log.logger)];
  const house = new House({ settings, journal, past: book, clock, outlets });

  const beganMs = performance.now();
  let lastDataMs: number | undefined;
  const version = packageVersion();
  const { local, remote, remoteBurst } = config.api.rate;
  const api = await startApi({
    host: config.api.host,
    port: config.api.port,
    version,
    allowedHosts: config.api.allowedHosts,
    rates: { local: { perSecond: local, burst: local }, remote: { perSecond: remote, burst: remoteBurst } },
    onError: (error, what) => log.logger.error({ err: error }, what),
    house: {
      clock,
      book,
      journalId: journal.id,
      market: { kind: feed.kind, label: feed.label },
      submit: (events) => house.submit(events),
      health: () => ({
        feed: feed.status,
        dataAgeMs: lastDataMs === undefined ? undefined : performance.now() - lastDataMs,
        upMs: performance.now() - beganMs,
        journalFault: house.journalFault,
      }),
      statistics: () => house.census,
    },
  });
  if (!api.ok) return api.problem;
  const { port } = api.value.address;
  lock.describe({ pid: process.pid, startedAtMs, port });

  const writePosition = async (): Promise<void> => {
    if (house.journalFault !== undefined) return;
    const marketTimeMs = clock.nowMs();
    const position = { marketTimeMs, wallTimeMs: Date.now(), speed: clock.speed, source, lastPrices: lastPrices() };
    await journal.writePosition(position).catch((error: unknown) => {
      log.logger.error({ err: error }, 'the position of the market could not be written');
    });
  };
  const stop = new AbortController();
  const interrupted = (signal: string): void => {
    log.logger.info(`${signal}: stopping`);
    stop.abort();
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const timer = setInterval(() => void writePosition(), POSITION_MS);
  let problem: string | undefined;
  try {
    await writePosition();
    process.stdout.write(startScreen({ version, feed, note, api: api.value, loaded, logFile, book }));
    log.logger.info({ market: feed.label, source, port, journal: journal.id }, `${serving.command} runs`);
    await house.submit([{ kind: 'catch_up', untilMs: clock.nowMs() }]);
    await feed.run((batch) => {
      let data = false;
      const turn = house.take((deliver) =>
        batch((event) => {
          data ||= event.kind === 'trade' || event.kind === 'quote' || event.kind === 'book' || event.kind === 'bar';
          deliver(event);
        }),
      );
      return turn.then(() => {
        if (data) lastDataMs = performance.now();
      });
    }, stop.signal);
    // A finished market goes on being served: its history and its reasons are what the user came for.
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } catch (error) {
    problem = `the market cannot go on: ${error instanceof Error ? error.message : String(error)}`;
    if (house.journalFault !== undefined) {
      log.logger.fatal({ err: error }, 'the journal cannot be written: no signal is issued any more');
      await once(stop.signal, 'abort');
    }
  } finally {
    clearInterval(timer);
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    await writePosition();
    await api.value.close();
  }
  if (problem === undefined) log.logger.info('stopped');
  return problem;
}
