import { performance } from 'node:perf_hooks';
import { BinanceFeed } from '../adapters/binance/binance-feed.ts';
import { endpointsOf } from '../adapters/binance/endpoints.ts';
import { ElapsedClock } from '../adapters/clock/elapsed-clock.ts';
import type { Decoded } from '../core/decoded.ts';
import type { MarketFeed } from '../ports/market-feed.ts';
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
  const gap = past.position === undefined ? undefined : { fromMs: livedMs, toMs: marketTimeMs };
  const feed = await openFeed(config.market, { label, clock, gap, warn });
  if (!feed.ok) return feed;
  const what =
    symbols !== 'all'
      ? symbols.join(', ')
      : `all contracts with ${(live.minQuoteVolume / 1e6).toLocaleString('en-US')} M a day`;
  return {
    ok: true,
    value: {
      feed: feed.value,
      clock,
      runAnchor: label,
      source: label,
      note: `${live.venueUrl === undefined ? 'real prices, now' : 'the prices of that address, whatever it is'}; ${what}`,
      lastPrices: () => ({}),
    },
  };
}

interface FeedParts {
  readonly label: string;
  readonly clock: ElapsedClock;
  readonly gap: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly warn: (sentence: string) => void;
}

async function openFeed({ source, symbols, live }: MarketConfig, parts: FeedParts): Promise<Decoded<MarketFeed>> {
  if (!source.startsWith('ccxt:')) {
    const market = { ...live, universe: { ...live, symbols } };
    return {
      ok: true,
      value: new BinanceFeed({ ...parts, endpoints: endpointsOf(live.venueUrl), chance: Math.random, market }),
    };
  }
  const [{ openExchange }, { CcxtFeed }] = await Promise.all([
    import('../adapters/ccxt/exchange.ts'),
    import('../adapters/ccxt/ccxt-feed.ts'),
  ]);
  const exchange = await openExchange(source.slice('ccxt:'.length), live.venueUrl);
  if (!exchange.ok) return exchange;
  return { ok: true, value: new CcxtFeed({ ...parts, ...live, symbols, exchange: exchange.value }) };
}
