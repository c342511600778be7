import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openTape } from '../../src/adapters/replay/tape.ts';
import type { MarketEvent } from '../../src/core/engine/event.ts';
import type { Bar } from '../../src/core/market/bar.ts';
import type { Instrument } from '../../src/core/market/instrument.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import { SimulatedMarket } from '../../src/core/simulation/simulated-market.ts';
import {
  FLOW_SETTINGS,
  FLOW_WARMUP_MS,
  GUIDE_SETTINGS,
  GUIDE_WARMUP_MS,
  SHORT_SETTINGS,
  SHORT_WARMUP_MS,
} from './settings.testing.ts';
import { knownAtMs, type LawTape } from './system.testing.ts';

/** Recorded data are too large to keep in the repository. They lie beside it. */
const DATA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'licensed', 'binance-um');

/** Why tests on recorded data are skipped; `false` when they are not. */
export const noRecordings: string | false = existsSync(DATA)
  ? false
  : 'the recorded data of ../shared/data are not here';

/** LAWS=full: longer tapes and more cuts. */
export const full = process.env.LAWS === 'full';

/** Some 20 days of real ETHUSDT minutes, the bot as it ships. */
export async function recordedMinutes(): Promise<LawTape> {
  const { instruments, events } = await recorded(['ETHUSDT-1m-2025-05-04_2025-05-24.csv.gz']);
  return { name: 'ETHUSDT minutes 2025-05', instruments, events, settings: GUIDE_SETTINGS, warmupMs: GUIDE_WARMUP_MS };
}

/**
 * Eight minutes of real trades and quotes of two instruments, short periods. The minutes before were not recorded: those of
 * another month stand in for them, moved in time and price, so that the bar strategies are warm.
 */
export async function recordedFlow(): Promise<LawTape> {
  const live = await recorded(
    ['BTCUSDT', 'ETHUSDT'].flatMap((symbol) => [
      `${symbol}-trades-2024-07-18.csv.gz`,
      `${symbol}-bookTicker-2024-07-18.csv.gz`,
    ]),
  );
  const startMs = Math.floor(knownAtMs(live.events[0]!) / MINUTE_MS) * MINUTE_MS;
  const histories = await Promise.all(
    live.instruments.map(async ({ symbol }) => {
      const minutes = (await recorded([`${symbol}-1m-2025-05-04_2025-05-24.csv.gz`])).events;
      const bars = minutes.filter((event) => event.kind === 'bar').slice(0, HISTORY_MINUTES);
      const first = live.events.find((event) => event.kind === 'trade' && event.symbol === symbol);
      return moved(bars, startMs, first?.kind === 'trade' ? first.price : 1);
    }),
  );
  const history = histories.flat().sort((a, b) => a.closeTimeMs - b.closeTimeMs);
  return {
    name: 'BTCUSDT, ETHUSDT trades and quotes 2024-07-18',
    instruments: live.instruments,
    events: [...history, ...live.events],
    settings: SHORT_SETTINGS,
    warmupMs: SHORT_WARMUP_MS,
  };
}

/** The embedded market: minutes of history, then trades, quotes and books of two instruments, short periods. */
export function embeddedMarket({
  liveMinutes = full ? 30 : 5,
  historyMinutes = HISTORY_MINUTES,
  symbols = EMBEDDED_SYMBOLS,
} = {}): LawTape {
  const { market, startTimeMs } = openEmbeddedMarket(symbols);
  const events: MarketEvent[] = [...market.history(historyMinutes)];
  market.advance(startTimeMs + liveMinutes * MINUTE_MS, (event) => events.push(structuredClone(event)));
  const { instruments } = market;
  return { name: 'embedded market', instruments, events, settings: SHORT_SETTINGS, warmupMs: SHORT_WARMUP_MS };
}

const EMBEDDED_SYMBOLS: readonly string[] = ['ETHUSDT', 'SOLUSDT'];

export function openEmbeddedMarket(symbols = EMBEDDED_SYMBOLS): { market: SimulatedMarket; startTimeMs: number } {
  const startTimeMs = Date.UTC(2025, 0, 15, 12);
  return { market: new SimulatedMarket({ seed: 11, scenario: 'medium', startTimeMs, symbols }), startTimeMs };
}

/** Only what is not a bar, and only the strategies that need none. */
export function flowAlone(tape: LawTape): LawTape {
  const events = tape.events.filter((event) => event.kind !== 'bar');
  return { ...tape, name: `${tape.name}, flow alone`, events, settings: FLOW_SETTINGS, warmupMs: FLOW_WARMUP_MS };
}

export const HISTORY_MINUTES = 1_500;

async function recorded(
  names: readonly string[],
): Promise<{ readonly instruments: readonly Instrument[]; readonly events: readonly MarketEvent[] }> {
  const tape = await openTape(names.map((name) => ({ path: join(DATA, name) })));
  if (!tape.ok) throw new Error(tape.problem);
  const events: MarketEvent[] = [];
  for await (const event of tape.value) if (event.kind !== 'instrument') events.push(structuredClone(event));
  return { instruments: tape.value.instruments, events };
}

/** Bars that end at `endMs` with a close of `lastClose`. */
function moved(bars: readonly Bar[], endMs: number, lastClose: number): Bar[] {
  const last = bars.at(-1)!;
  const [byMs, by] = [endMs - last.closeTimeMs, lastClose / last.close];
  return bars.map((bar) => ({
    ...bar,
    openTimeMs: bar.openTimeMs + byMs,
    closeTimeMs: bar.closeTimeMs + byMs,
    open: bar.open * by,
    high: bar.high * by,
    low: bar.low * by,
    close: bar.close * by,
  }));
}
