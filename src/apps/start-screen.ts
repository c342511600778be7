import type { RunningApi } from '../adapters/http/server.ts';
import type { DeliveryBook } from '../core/delivery/delivery-book.ts';
import { MINUTE_MS } from '../core/market/timeframe.ts';
import type { Equity } from '../core/risk/risk-officer.ts';
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
  readonly deliveries: Pick<DeliveryBook, 'positions' | 'risk'>;
  /** The paper account; `undefined` where nothing is traded on paper. */
  readonly paper: Equity | undefined;
  /** Lets one browser in. It stands on the screen and nowhere else. */
  readonly dashboardCode: string;
  readonly book: Pick<SignalBook, 'issuedCount' | 'live'>;
  /** Who is told beside the API; `undefined` when nobody is. */
  readonly told: string | undefined;
  /** Market time. */
  readonly nowMs: number;
  /** Wall clock, UTC milliseconds. */
  readonly wallMs: number;
}

const TOLERATED_MS = MINUTE_MS;

/**
 * Nine lines, and one more when somebody is told: what runs, where to look, on which market, who votes, where API, docs and
 * key are, how paper stands, where the rest is.
 */
export function startScreen(facts: ScreenFacts): string {
  const { version, feed, note, api, loaded, logFile } = facts;
  const { config, seats } = loaded;
  const [url = '', ...others] = api.urls;
  const { length } = feed.symbols;
  const symbols =
    length === 0
      ? 'instruments as the venue lists them'
      : length > 6
        ? `${length} instruments`
        : feed.symbols.join(', ');
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
    ...(facts.told === undefined ? [] : [['told', facts.told] as [string, string]]),
    ['log', `${logFile}   journal: ${journalled(facts)}`],
    ['paper', paperWords(facts)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text.trim()}\n`).join('');
}

/** How the paper account stands, and whether risk lets anything be opened. */
function paperWords({ paper, deliveries, api, loaded }: ScreenFacts): string {
  const { mode, reason } = deliveries.risk.state;
  const risk = mode === 'ACTIVE' ? '' : `; ${mode}: ${reason}`;
  const where = `${api.urls[0] ?? ''}/api/v1/positions`;
  if (paper === undefined) return `nothing is traded on paper here${risk}`;
  const { openCount } = deliveries.positions;
  const { takerFeePercent, makerFeePercent } = loaded.config.paper;
  const unpriced = [...new Set(paper.unpriced)].join(', ');
  const worth = unpriced === '' ? `${paper.equity.toFixed(2)} in the account, ` : `no price of ${unpriced} yet, `;
  const equity = `${worth}${counted(openCount, 'position', 'positions')} open`;
  return `${equity}; fees ${takerFeePercent} / ${makerFeePercent} %; no demonstrated edge${risk}   ${where}`;
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
