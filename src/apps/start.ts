import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ElapsedClock } from '../adapters/clock/elapsed-clock.ts';
import { SimFeed } from '../adapters/sim-market/sim-feed.ts';
import type { Decoded } from '../core/decoded.ts';
import { MINUTE_MS } from '../core/market/timeframe.ts';
import { SIMULATED_INSTRUMENTS, type SimulatedInstrument } from '../core/simulation/instruments.ts';
import { SimulatedMarket } from '../core/simulation/simulated-market.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { type Past, resumption } from './past.ts';
import { type OpenedMarket, type Serving, serve } from './serve.ts';

/**
 * The embedded market runs this long before anybody listens, so that the strategies that live on trades and books are
 * as warm as those that live on bars.
 */
const PRELUDE_MS = 3 * MINUTE_MS;

/**
 * `tapewire start`: the bot and its API on the market of the configuration.
 *
 * @param instruments What the embedded market lists.
 * @returns the exit code
 */
export async function start(loaded: LoadedConfig, instruments = SIMULATED_INSTRUMENTS): Promise<number> {
  return serve(loaded, { command: 'start', ...(await marketOf(loaded, instruments)) });
}

/** The market of the configuration, and which journal is its own. */
export async function marketOf(
  loaded: LoadedConfig,
  instruments = SIMULATED_INSTRUMENTS,
): Promise<Pick<Serving, 'journalName' | 'open'>> {
  const { source } = loaded.config.market;
  if (source === 'sim') return { journalName: source, open: (past) => openSimulation(loaded, past, instruments) };
  if (source === 'replay') return { journalName: source, open: (past, warn) => openReplay(loaded, past, warn) };
  const { openLive, liveJournalName } = await import('./open-live.ts');
  return {
    journalName: liveJournalName(loaded.config.market),
    open: (past, warn) => openLive(loaded, past, warn),
  };
}

async function openSimulation(
  { config }: LoadedConfig,
  past: Past,
  instruments: readonly SimulatedInstrument[],
): Promise<Decoded<OpenedMarket>> {
  const { scenario, speed, symbols } = config.market;
  const wallMs = Date.now();
  const begin = beginning(config.market.startTime, past, wallMs);
  if (!begin.ok) return begin;
  const { marketTimeMs, gap } = begin.value;
  const drawn = config.market.seed === undefined;
  const seed = config.market.seed ?? randomInt(2 ** 31);
  const startTimeMs = Math.floor(marketTimeMs / MINUTE_MS) * MINUTE_MS - PRELUDE_MS;
  const market = new SimulatedMarket({
    seed,
    scenario,
    startTimeMs,
    instruments,
    ...(symbols === 'all' ? {} : { symbols }),
    ...(past.position === undefined ? {} : { lastPrices: past.position.lastPrices }),
  });
  // A time that was asked for begins when everything is warm, so that the run can be repeated; now does not wait.
  const held = config.market.startTime !== 'now';
  const clock = new ElapsedClock({ marketTimeMs, speed, wall: Date.now, monotonic: () => performance.now(), held });
  const feed = new SimFeed({ market, scenario, startTimeMs, clock, gap });
  const begins = new Date(startTimeMs + PRELUDE_MS).toISOString();
  const pace = speed === 1 ? 'real time' : `${speed}x real time`;
  return {
    ok: true,
    value: {
      feed,
      clock,
      runAnchor: `sim ${scenario} ${seed} ${startTimeMs}`,
      source: `${feed.label} seed ${seed} from ${begins}`,
      note: `invented prices, no real market; seed ${seed}${drawn ? ' (drawn)' : ''} from ${begins}, ${pace}`,
      lastPrices: () => feed.lastPrices(),
    },
  };
}

/** Market time to begin at, and what nobody watched since the last run. */
function beginning(
  startTime: string,
  past: Past,
  wallMs: number,
): Decoded<{ marketTimeMs: number; gap: { fromMs: number; toMs: number } | undefined }> {
  const { resumedMs, livedMs } = resumption(past, wallMs);
  if (startTime !== 'now' && Date.parse(startTime) < livedMs) {
    const lived = new Date(livedMs).toISOString();
    const remedy = 'Choose a later start time, "now", or another --data-dir';
    return { ok: false, problem: `the journal has already lived until ${lived}, after the start time. ${remedy}` };
  }
  const marketTimeMs = startTime === 'now' ? resumedMs : Date.parse(startTime);
  const gap = past.position === undefined ? undefined : { fromMs: livedMs, toMs: marketTimeMs };
  return { ok: true, value: { marketTimeMs, gap } };
}

async function openReplay(
  { config }: LoadedConfig,
  past: Past,
  warn: (sentence: string) => void,
): Promise<Decoded<OpenedMarket>> {
  const { speed, symbols } = config.market;
  // Loaded only when tapes are the market: what is not needed must not delay the first answer.
  const [{ openPlayable }, { ReplayFeed }] = await Promise.all([
    import('./open-tape.ts'),
    import('../adapters/replay/replay-feed.ts'),
  ]);
  const tape = await openPlayable(config.market);
  if (!tape.ok) return tape;
  const missing = symbols === 'all' ? [] : symbols.filter((symbol) => !tape.value.symbols.includes(symbol));
  if (missing.length > 0) {
    // A recording may list them later: a live market does.
    warn(`the tape begins without ${missing.join(', ')}: \`tapewire tape info\` says what is in it`);
  }
  const names = [...tape.value.names].sort();
  const source = `REPLAY ${names.join(', ')}`;
  if (past.position !== undefined && past.position.source !== source) {
    const remedy = 'Name another --data-dir for this one';
    return {
      ok: false,
      problem: `the replay in ${config.dataDir} is of another tape, ${past.position.source}. ${remedy}`,
    };
  }
  // A restart plays the tape again up to where it would stand by now, silently, and goes on from there.
  const resumedMs = past.position === undefined ? 0 : resumption(past, Date.now()).resumedMs;
  const marketTimeMs = Math.max(tape.value.firstTimeMs, past.books.signals.latestMs, resumedMs);
  const clock = new ElapsedClock({ marketTimeMs, speed, wall: Date.now, monotonic: () => performance.now() });
  const feed = new ReplayFeed(tape.value, clock);
  const begins = new Date(marketTimeMs).toISOString();
  return {
    ok: true,
    value: {
      feed,
      clock,
      runAnchor: 'replay',
      source,
      note: `recorded prices, not now; from ${begins}, ${speed}x`,
      lastPrices: () => ({}),
    },
  };
}
