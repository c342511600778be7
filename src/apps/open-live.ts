import { performance } from 'node:perf_hooks';
import { BinanceFeed } from '../adapters/binance/binance-feed.ts';
import { endpointsOf } from '../adapters/binance/endpoints.ts';
import { ElapsedClock } from '../adapters/clock/elapsed-clock.ts';
import type { Decoded } from '../core/decoded.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Config } from './config/schema.ts';
import { type Past, resumption } from './past.ts';
import type { OpenedMarket } from './serve.ts';

type MarketConfig = Config['market'];

/** Every market has its own journal; what a simulator said must not stand in that of the venue. */
export function liveJournalName({ source, live }: MarketConfig): string {
  const name = source.replace(':', '-');
  return live.venueUrl === undefined ? name : `${name}-elsewhere`;
}

/** A live market goes on while nobody watches: market time is now, and what lies between is a gap. */
export async function openLive(
  { config }: LoadedConfig,
  past: Past,
  warn: (sentence: string) => void,
): Promise<Decoded<OpenedMarket>> {
  const { source, symbols, live } = config.market;
  const wallMs = Date.now();
  const { livedMs } = resumption(past, wallMs);
  const marketTimeMs = Math.max(wallMs, livedMs);
  const clock = new ElapsedClock({ marketTimeMs, speed: 1, wall: Date.now, monotonic: () => performance.now() });
  const elsewhere = live.venueUrl === undefined ? '' : ` at ${live.venueUrl}`;
  const label = `LIVE ${source}${elsewhere}`;
  const feed = new BinanceFeed({
    endpoints: endpointsOf(live.venueUrl),
    label,
    clock,
    gap: past.position === undefined ? undefined : { fromMs: livedMs, toMs: marketTimeMs },
    chance: Math.random,
    warn,
    market: { ...live, universe: { ...live, symbols } },
  });
  const what =
    symbols !== 'all'
      ? symbols.join(', ')
      : `all contracts with ${(live.minQuoteVolume / 1e6).toLocaleString('en-US')} M a day`;
  return {
    ok: true,
    value: { feed, clock, runAnchor: label, source: label, note: `real prices, now; ${what}`, lastPrices: () => ({}) },
  };
}
