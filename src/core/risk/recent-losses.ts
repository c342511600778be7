import type { Side } from '../market/trade.ts';
import type { Position } from '../positions/position.ts';

/** Losses in a row, the newest of them last, and when it closed. */
export function lossStreakOf(
  closed: Iterable<Position>,
  account: string,
): { readonly count: number; readonly lastMs: number } {
  let [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
  for (const position of closed) {
    if (position.account !== account || position.net === undefined) continue;
    if (position.net < 0) [count, lastMs] = [count + 1, position.closedMs ?? lastMs];
    else [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
  }
  return { count, lastMs };
}

/** How many positions of this symbol and side ended at their stop since then, with a loss. */
export function stopsOf(
  closed: Iterable<Position>,
  wanted: { readonly account: string; readonly symbol: string; readonly side: Side; readonly sinceMs: number },
): number {
  let count = 0;
  for (const { account, symbol, side, closedMs, net, exits } of closed) {
    if (account !== wanted.account || symbol !== wanted.symbol || side !== wanted.side) continue;
    const isStopped = exits.some(({ leg }) => leg === 'STOP') && (net ?? 0) < 0;
    if (isStopped && closedMs !== undefined && closedMs > wanted.sinceMs) count += 1;
  }
  return count;
}
