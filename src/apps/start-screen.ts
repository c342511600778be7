import type { RunningApi } from '../adapters/http/server.ts';
import { MINUTE_MS } from '../core/market/timeframe.ts';
import type { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketFeed } from '../ports/market-feed.ts';
import type { LoadedConfig } from './config/load-config.ts';

export interface ScreenFacts {
  readonly version: string;
  readonly feed: Pick<MarketFeed, 'kind' | 'label' | 'symbols'>;
  readonly note: string;
  readonly api: Pick<RunningApi, 'urls' | 'note'>;
  readonly loaded: LoadedConfig;
  readonly logFile: string;
  /** Where the first key was written. The key itself is never shown. */
  readonly apiKeyFile: string;
  /** Lets one browser in. It stands on the screen and nowhere else. */
  readonly dashboardCode: string;
  readonly book: Pick<SignalBook, 'issuedCount' | 'live'>;
  /** Market time. */
  readonly nowMs: number;
  /** Wall clock, UTC milliseconds. */
  readonly wallMs: number;
}

const TOLERATED_MS = MINUTE_MS;

/** Eight lines: what runs, where to look, on which market, who votes, where API, docs and key are, and where the rest is written. */
export function startScreen(facts: ScreenFacts): string {
  const { version, feed, note, api, loaded, logFile } = facts;
  const { config, seats } = loaded;
  const [url = '', ...others] = api.urls;
  const symbols = feed.symbols.length > 6 ? `${feed.symbols.length} instruments` : feed.symbols.join(', ');
  const { minStrategies, minConsensus, minStrength, timeframes } = config.fusion;
  const bot =
    feed.kind === 'DEMO'
      ? 'nobody votes, nothing is decided'
      : `${counted(seats.length, 'strategy', 'strategies')}: ${minStrategies} must agree, ${minConsensus} % consensus, strength ${minStrength}; ${timeframes.join(' ')}`;
  const rows: [string, string][] = [
    ['Tapewire', `${version}   Ctrl-C ends it; what was signalled stays in ${config.dataDir}`],
    ['market', [`${feed.label}   ${note}`, ...warnings(facts)].join('; ')],
    ['bot', `${symbols}; ${bot}`],
    ['look', `${url}/dashboard#code=${facts.dashboardCode}   lets one browser in; others need a key`],
    ['API', `${url}/api/signals   ${api.note ?? (others.length === 0 ? '' : `also ${others.join(' ')}`)}`],
    ['docs', `${url}/   health ${url}/api/health   why no signal? ${url}/api/stats`],
    ['key', `in ${facts.apiKeyFile}   for /api/v1; \`tapewire keys add\` makes others`],
    ['log', `${logFile}   journal: ${journalled(facts)}`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text.trim()}\n`).join('');
}

function journalled({ book, nowMs }: ScreenFacts): string {
  const { issuedCount } = book;
  if (issuedCount === 0) return 'no signal yet';
  return `${counted(issuedCount, 'signal', 'signals')} so far, ${book.live(nowMs).length} live`;
}

/** What could cost money, or make somebody look for a signal in the wrong hour. */
function warnings({ feed, nowMs, wallMs }: ScreenFacts): string[] {
  if (feed.kind !== 'SIMULATED' && feed.kind !== 'DEMO') return [];
  const isNow = Math.abs(nowMs - wallMs) <= TOLERATED_MS;
  const time = `market time is ${new Date(nowMs).toISOString().slice(0, 16)}Z, not now`;
  return [...(isNow ? [] : [time]), 'clients that trade automatically will trade these invented prices'];
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
