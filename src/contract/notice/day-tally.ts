import type { Effect } from '../../core/engine/effect.ts';
import { formatTimeMs } from '../stamp.ts';
import { timeOf } from './effect-notice.ts';
import type { Notice } from './notice.ts';

const DAY_MS = 86_400_000;
const SYMBOLS_SHOWN = 8;

/** What happened on one day of market time, from 00:00 to 00:00 UTC. Plain JSON. */
export interface DayTally {
  /** Days since 1970. */
  readonly day: number;
  readonly buys: number;
  readonly sells: number;
  readonly signalsBySymbol: Readonly<Record<string, number>>;
  /** How signals ended, by state. */
  readonly ends: Readonly<Record<string, number>>;
  readonly entriesFilled: number;
  readonly closed: number;
  readonly rejected: number;
  readonly doubts: number;
  readonly resolved: number;
  readonly halts: number;
}

export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS);

export const emptyTally = (day: number): DayTally => ({
  ...{ day, buys: 0, sells: 0, signalsBySymbol: {}, ends: {}, entriesFilled: 0, closed: 0 },
  ...{ rejected: 0, doubts: 0, resolved: 0, halts: 0 },
});

/** Counts an effect of this day. One that comes late, of an earlier day, counts for the day that runs. */
export function withEffect(tally: DayTally, effect: Effect): DayTally {
  switch (effect.kind) {
    case 'signal_issued': {
      const { side, symbol } = effect.signal;
      const signalsBySymbol = plusOne(tally.signalsBySymbol, symbol);
      return side === 'buy'
        ? { ...tally, signalsBySymbol, buys: tally.buys + 1 }
        : { ...tally, signalsBySymbol, sells: tally.sells + 1 };
    }
    case 'signal_ended':
      return { ...tally, ends: plusOne(tally.ends, effect.state) };
    case 'delivery_reported': {
      const { type, leg, leavesQty = 0 } = effect.report;
      if (type === 'FILLED' && leg === 'ENTRY') return { ...tally, entriesFilled: tally.entriesFilled + 1 };
      if (type === 'CLOSED' && leavesQty === 0) return { ...tally, closed: tally.closed + 1 };
      return type === 'REJECTED' ? { ...tally, rejected: tally.rejected + 1 } : tally;
    }
    case 'delivery_doubted':
      return { ...tally, doubts: tally.doubts + 1 };
    case 'delivery_resolved':
      return { ...tally, resolved: tally.resolved + 1 };
    case 'account_halted':
      return { ...tally, halts: tally.halts + 1 };
    default:
      return tally;
  }
}

/** The day that an effect belongs to, never before the one that runs. */
export const dayReached = (tally: DayTally, effect: Effect): number => Math.max(tally.day, dayOf(timeOf(effect)));

export interface SummaryContext {
  readonly journalId: string;
  readonly market: string;
  /** House time. */
  readonly nowMs: number;
  /** What else there is to say of that day, such as its profit. */
  readonly more?: Notice['rows'];
}

/** The summary of a day that is over. */
export function daySummary(tally: DayTally, { journalId, market, nowMs, more = [] }: SummaryContext): Notice {
  const { day, buys, sells, signalsBySymbol, ends, entriesFilled, closed, rejected, doubts, resolved, halts } = tally;
  const date = formatTimeMs(day * DAY_MS).slice(0, 10);
  const signals = buys + sells;
  const most = Object.entries(signalsBySymbol).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const named = most.slice(0, SYMBOLS_SHOWN).map(([symbol, count]) => `${symbol} ${count}`);
  const others = most.slice(SYMBOLS_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  const rows: [string, string][] = [['signals', `${signals}: ${buys} buy, ${sells} sell`]];
  if (signals > 0) rows.push(['symbols', [...named, ...(others > 0 ? [`others ${others}`] : [])].join(', ')]);
  const endings = Object.entries(ends).map(([state, count]) => `${count} ${state.toLowerCase()}`);
  if (endings.length > 0) rows.push(['ended', endings.join(', ')]);
  rows.push(['filled', `${entriesFilled} entries`], ['closed', `${closed} positions`]);
  if (rejected > 0) rows.push(['rejected', `${rejected} orders`]);
  if (doubts > 0) rows.push(['in doubt', `${doubts}, ${resolved} resolved`]);
  if (halts > 0) rows.push(['halts', `${halts}`]);
  return {
    ...{ key: `daily:${journalId}:${date}`, kind: 'daily', level: 'important', market },
    title: `Day ${date} (UTC): ${signals} ${signals === 1 ? 'signal' : 'signals'}, ${entriesFilled} filled, ${closed} closed`,
    ...{ rows: [...rows, ...more], remarks: [], atMs: (day + 1) * DAY_MS, madeMs: nowMs },
  };
}

const plusOne = (counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> => ({
  ...counts,
  [name]: (counts[name] ?? 0) + 1,
});
