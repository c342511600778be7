import type { RunningApi } from '../adapters/http/server.ts';
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
  readonly book: Pick<SignalBook, 'issuedCount' | 'open'>;
}

/** Six lines: what runs, on which market, who votes, where the API and the docs are, and where the rest is written. */
export function startScreen({ version, feed, note, api, loaded, logFile, book }: ScreenFacts): string {
  const { config, seats } = loaded;
  const [url = ''] = api.urls;
  const symbols = feed.symbols.length > 6 ? `${feed.symbols.length} instruments` : feed.symbols.join(', ');
  const { minStrategies, minConsensus, minStrength, timeframes } = config.fusion;
  const past =
    book.issuedCount === 0 ? 'no signal yet' : `${book.issuedCount} signals so far, ${book.open.length} open`;
  const bot =
    feed.kind === 'DEMO'
      ? 'nobody votes, nothing is decided'
      : `${seats.length} strategies: ${minStrategies} must agree, ${minConsensus} % consensus, strength ${minStrength}; ${timeframes.join(' ')}`;
  const rows: [string, string][] = [
    ['Tapewire', `${version}   Ctrl-C ends it; what was signalled stays in ${config.dataDir}`],
    ['market', `${feed.label}   ${note}`],
    ['bot', `${symbols}; ${bot}`],
    ['API', `${url}/api/signals   ${api.note ?? `also ${api.urls.slice(1).join(' ')}`}`],
    ['docs', `${url}/   health ${url}/api/health   why no signal? ${url}/api/stats`],
    ['log', `${logFile}   journal: ${past}`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text.trim()}\n`).join('');
}
