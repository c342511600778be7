import { DAY_MS } from '../market/timeframe.ts';
import type { Position } from '../positions/position.ts';
import type { AccountTotals } from '../positions/position-book.ts';
import { type Interval, meanInterval } from './bootstrap.ts';

/** What must hold of a record before anybody may speak of an edge. */
const DAYS_MIN = 60;
const TRADES_MIN = 1_000;
/** An edge must survive costs that are this much higher. */
const COST_STRESS = 1.5;

/** The words for every record that does not hold it. */
export const NO_EDGE = 'no demonstrated edge';

export interface Performance {
  /** Closed round trips with a known profit, all of them. Money in the quote currency. */
  readonly totals: AccountTotals;
  /** The rest is of the newest, that are remembered one by one. */
  readonly sampleCount: number;
  readonly winCount: number;
  /** A fraction of `sampleCount`; `undefined` without trades, as all that follow. */
  readonly winRate: number | undefined;
  readonly meanNet: number | undefined;
  readonly meanNet95: Interval | undefined;
  /** Net over what was at stake, entry to stop. */
  readonly meanR: number | undefined;
  readonly meanR95: Interval | undefined;
  /** Net over the value at entry, basis points. */
  readonly meanNetBps: number | undefined;
  readonly meanNetBps95: Interval | undefined;
  /** Wins over losses; `undefined` without a loss. */
  readonly profitFactor: number | undefined;
  /** The deepest fall of the closed profit from its highest, >= 0. */
  readonly maxDrawdown: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** `no demonstrated edge`, with everything that is missing for another word. */
  readonly verdict: string;
  readonly missing: readonly string[];
}

/**
 * The measured record of an account, with its uncertainty.
 *
 * @param isLive The prices were those of a real market as it happened: of any other market nothing can be claimed.
 */
export function performanceOf(closed: readonly Position[], totals: AccountTotals, isLive: boolean): Performance {
  const trips = closed.filter((each): each is Position & { net: number } => each.net !== undefined);
  const nets = trips.map(({ net }) => net);
  const rs = trips.filter(({ riskAmount }) => riskAmount > 0).map(({ net, riskAmount }) => net / riskAmount);
  const bps = trips.map(({ net, entryQty, entryPrice }) => (net / (entryQty * entryPrice)) * 1e4);
  const winCount = nets.filter((net) => net > 0).length;
  const won = nets.reduce((sum, net) => sum + Math.max(net, 0), 0);
  const lost = nets.reduce((sum, net) => sum - Math.min(net, 0), 0);
  const [fromMs, toMs] = [trips[0]?.openedMs, trips.at(-1)?.closedMs];
  const missing = missingOf(trips, totals, isLive);
  return {
    totals,
    sampleCount: trips.length,
    winCount,
    winRate: trips.length === 0 ? undefined : winCount / trips.length,
    meanNet: meanOf(nets),
    meanNet95: meanInterval(nets),
    meanR: meanOf(rs),
    meanR95: meanInterval(rs),
    meanNetBps: meanOf(bps),
    meanNetBps95: meanInterval(bps),
    profitFactor: lost === 0 ? undefined : won / lost,
    maxDrawdown: deepestFall(nets),
    fromMs,
    toMs,
    verdict: NO_EDGE,
    missing,
  };
}

/**
 * REAL-1. The last two are not measured here, so the verdict cannot change before they are: whoever adds them decides it.
 */
function missingOf(
  trips: readonly (Position & { readonly net: number })[],
  { count }: AccountTotals,
  isLive: boolean,
): readonly string[] {
  const missing: string[] = [];
  if (!isLive) missing.push('the prices are not those of a live market');
  const days = trips.length === 0 ? 0 : (trips.at(-1)!.closedMs! - trips[0]!.openedMs) / DAY_MS;
  if (days < DAYS_MIN) missing.push(`${DAYS_MIN} days out of sample; there are ${days.toFixed(1)}`);
  if (count < TRADES_MIN) missing.push(`${TRADES_MIN} closed trades; there are ${count}`);
  const stressed = trips.map(({ net, fees, funding }) => net - (COST_STRESS - 1) * (fees + Math.max(funding, 0)));
  const interval = meanInterval(stressed);
  if (interval === undefined || interval.low <= 0) {
    missing.push(`a mean profit above 0 with 95 % certainty at ${COST_STRESS} times the costs`);
  }
  missing.push('a deflated Sharpe ratio of at least 0.95', 'a calibration slope from 0.8 to 1.2');
  return missing;
}

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function deepestFall(nets: readonly number[]): number {
  let [sum, highest, deepest] = [0, 0, 0];
  for (const net of nets) {
    sum += net;
    highest = Math.max(highest, sum);
    deepest = Math.max(deepest, highest - sum);
  }
  return deepest;
}
