import { formatTimeMs } from '../../contract/stamp.ts';
import type { FeedStatus, MarketKind } from '../../ports/market-feed.ts';
import type { HealthFacts } from './api-house.ts';

const DEGRADED_AFTER_MS = 5_000;
const FAILED_AFTER_MS = 60_000;

export interface HealthReport {
  readonly status: 'healthy' | 'degraded' | 'failed';
  /** What is wrong, worst first, and since when in market time. Empty while healthy. */
  readonly reasons: readonly { readonly reason: string; readonly sinceMs: number }[];
}

/**
 * Judges what was measured. Ages are wall time, as the reader feels them; since-when is market time, as every stamp.
 *
 *   failed     the journal cannot write, or 60 s without market data
 *   degraded   warming, the feed says so, data older than 5 s, or a recording that broke off
 *
 * A demo has no market and a finished replay no more of it, so for them silence is not a fault. While the journal
 * cannot write, no market data are taken: their age says nothing about the market, and the journal is the only reason.
 *
 * @param nowMs Market time.
 * @param speed Market seconds per wall second.
 */
export function judgeHealth(facts: HealthFacts, market: MarketNow): HealthReport {
  const report = judgeMarket(facts, market);
  if (facts.recordingFault === undefined) return report;
  const { reason, sinceMs } = facts.recordingFault;
  const reasons = [...report.reasons, { reason: `nothing is recorded any more: ${reason}`, sinceMs }];
  return { status: report.status === 'healthy' ? 'degraded' : report.status, reasons };
}

interface MarketNow {
  readonly kind: MarketKind;
  readonly nowMs: number;
  readonly speed: number;
}

function judgeMarket(facts: HealthFacts, { kind, nowMs, speed }: MarketNow): HealthReport {
  if (facts.journalFault !== undefined) {
    const reason = `the journal cannot write: ${facts.journalFault.reason}`;
    return { status: 'failed', reasons: [{ reason, sinceMs: facts.journalFault.sinceMs }] };
  }
  const reasons: { reason: string; sinceMs: number }[] = [];
  let status: HealthReport['status'] = 'healthy';
  if (kind === 'DEMO' || facts.feed.state === 'finished') return { status, reasons };

  // Before the first event the silence is as old as the process.
  const silentMs = facts.dataAgeMs ?? facts.upMs;
  const silentSinceMs = Math.floor(nowMs - silentMs * speed);
  if (silentMs >= FAILED_AFTER_MS) {
    status = 'failed';
    reasons.push({ reason: 'no market data for 60 s or longer', sinceMs: silentSinceMs });
  } else if (silentMs > DEGRADED_AFTER_MS) {
    status = 'degraded';
    reasons.push({ reason: 'market data are older than 5 s', sinceMs: silentSinceMs });
  }
  if (facts.feed.state === 'warming' || facts.feed.state === 'degraded') {
    status = status === 'failed' ? 'failed' : 'degraded';
    const reason = facts.feed.reason ?? `the market feed is ${facts.feed.state}`;
    reasons.push({ reason, sinceMs: facts.feed.sinceMs });
  }
  return { status, reasons };
}

/** The feed as health shows it: behind a journal that cannot write it has stopped, whatever it says of itself. */
export function feedFields({ feed, journalFault }: Pick<HealthFacts, 'feed' | 'journalFault'>) {
  if (journalFault === undefined || feed.state === 'finished') {
    return { state: feed.state, reason: feed.reason, problems: feed.problems, ...liveFields(feed) };
  }
  const reason = 'no market data are taken while the journal cannot write';
  return { state: 'stopped', reason, problems: feed.problems };
}

/** How many of the instruments in doubt are named. */
const NAMED_MAX = 10;

/** What only a live feed has: doubts with since when, and what is measured of it. */
function liveFields({ doubts, measures }: FeedStatus) {
  if (doubts === undefined) return {};
  return {
    doubts: doubts.map(({ reason, sinceMs, symbols }) => ({
      reason,
      since: formatTimeMs(sinceMs),
      instruments: symbols?.length ?? 'all',
      symbols: symbols?.slice(0, NAMED_MAX) ?? [],
    })),
    measures,
  };
}
