import type { Interval } from '../../core/performance/bootstrap.ts';
import type { Performance } from '../../core/performance/performance.ts';
import type { LedgerRow } from '../../core/positions/ledgers.ts';
import { type Position, unrealisedOf } from '../../core/positions/position.ts';
import type { RiskState } from '../../core/risk/risk-book.ts';
import type { Equity } from '../../core/risk/risk-officer.ts';
import type { RiskSettings } from '../../core/risk/settings.ts';
import type { Signal } from '../../core/signals/signal.ts';
import { formatInstant } from '../instant.ts';
import { type Json, rounded } from '../json-text.ts';

/** Money and what is reckoned from it: to eight decimals, because binary dust is no money. */
const money = (value: number): Json => rounded(value, 8);
const ratio = (value: number): Json => rounded(value, 6);
const quantity = (value: number): Json => rounded(value, 12);
const maybe = <T>(value: T | undefined, told: (value: T) => Json): Json =>
  value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : told(value);
const instant = (ms: number | undefined): Json => maybe(ms, formatInstant);

/**
 * @param signal With its bracket as it is now, where it is known.
 * @param price What the position could be closed at now.
 */
export function positionJson(position: Position, signal: Signal | undefined, price: number | undefined): Json {
  const { isOpen, net, riskAmount, openQty } = position;
  return {
    id: position.positionId,
    signal_id: position.signalId,
    account: position.account,
    symbol: position.symbol,
    direction: position.side === 'buy' ? 'BUY' : 'SELL',
    state: isOpen ? 'OPEN' : 'CLOSED',
    entry_qty: quantity(position.entryQty),
    entry_price: quantity(position.entryPrice),
    open_qty: quantity(openQty),
    stop_loss: isOpen && signal !== undefined ? quantity(signal.stopPrice) : undefined,
    take_profit: isOpen && signal !== undefined ? quantity(signal.targetPrices[1]) : undefined,
    exits: position.exits.map((exit) => ({ leg: exit.leg, qty: quantity(exit.qty), price: quantity(exit.price) })),
    exit_price: maybe(position.exitPrice, quantity),
    fees: money(position.fees),
    funding: money(position.funding),
    gross: money(position.gross),
    net: maybe(net, money),
    slippage: money(position.slippage),
    risk_amount: money(riskAmount),
    r: isOpen || net === undefined || riskAmount === 0 ? null : ratio(net / riskAmount),
    price: isOpen ? maybe(price, quantity) : null,
    unrealised: isOpen ? maybe(price, (now) => money(unrealisedOf(position, now))) : null,
    opened_at: formatInstant(position.openedMs),
    closed_at: instant(position.closedMs),
    reason: position.reason,
  };
}

const intervalJson = (interval: Interval | undefined): Json =>
  maybe(interval, ({ low, high }) => ({ low: ratio(low), high: ratio(high) }));

export function performanceJson(account: string, market: string, record: Performance): Json {
  const { totals } = record;
  return {
    account,
    verdict: record.verdict,
    missing: record.missing,
    market,
    trades: totals.count,
    unpriced: totals.unpricedCount,
    gross: money(totals.gross),
    fees: money(totals.fees),
    funding: money(totals.funding),
    net: money(totals.net),
    sample: record.sampleCount,
    wins: record.winCount,
    win_rate: maybe(record.winRate, ratio),
    mean_net: maybe(record.meanNet, money),
    mean_net_95: intervalJson(record.meanNet95),
    mean_r: maybe(record.meanR, ratio),
    mean_r_95: intervalJson(record.meanR95),
    mean_net_bps: maybe(record.meanNetBps, ratio),
    mean_net_bps_95: intervalJson(record.meanNetBps95),
    profit_factor: maybe(record.profitFactor, ratio),
    max_drawdown: money(record.maxDrawdown),
    from: instant(record.fromMs),
    to: instant(record.toMs),
  };
}

export interface RiskFacts {
  readonly state: RiskState;
  /** `undefined` where nothing is traded on paper. */
  readonly equity: Equity | undefined;
  readonly limits: RiskSettings | undefined;
  readonly openCount: number;
  readonly signalsInHour: number;
  /** By rule. */
  readonly refused: Readonly<Record<string, number>>;
  readonly account: string;
}

export function riskJson({ state, equity, limits, openCount, signalsInHour, refused, account }: RiskFacts): Json {
  const { mode, rule, reason, by, sinceMs, untilMs } = state;
  const percentOf = (value: number | undefined): number | undefined => value && value * 100;
  // What rests on a guess is not shown.
  const known = equity !== undefined && equity.unpriced.length > 0 ? undefined : equity;
  const unpriced = [...new Set(equity?.unpriced)].join(', ');
  const waits = `nobody knows the price of what is open in ${unpriced}: nothing is entered until somebody does, or settles it`;
  const exposure = known && (known.exposure / known.equity) * 100;
  const measured: readonly [keyof RiskSettings, number | undefined][] = [
    ['dailyLossPercent', percentOf(known?.dailyLoss)],
    ['drawdownReducePercent', percentOf(known?.drawdown)],
    ['drawdownHaltPercent', percentOf(known?.drawdown)],
    ['maxGrossExposurePercent', exposure],
    ['maxPositions', openCount],
    ['signalsPerHour', signalsInHour],
  ];
  return {
    ...{
      mode,
      rule,
      reason: unpriced === '' || mode === 'HALTED' ? reason : waits,
      by,
      since: sinceMs === 0 ? null : formatInstant(sinceMs),
      until: instant(untilMs),
      account,
    },
    equity: maybe(known?.equity, money),
    unrealised: maybe(known?.unrealised, money),
    exposure: maybe(equity?.exposure, money),
    daily_loss_percent: maybe(percentOf(known?.dailyLoss), ratio),
    drawdown_percent: maybe(percentOf(known?.drawdown), ratio),
    limits:
      limits === undefined
        ? []
        : measured.map(([name, value]) => ({
            rule: `risk.${name}`,
            value: maybe(value, ratio),
            limit: ratio(limits[name] as number),
          })),
    refused,
  };
}

export const ledgerJson = (row: LedgerRow): Json => ({
  account: row.account,
  symbol: row.symbol,
  bot: quantity(row.bot),
  executor: maybe(row.executor, quantity),
  venue: maybe(row.venue, quantity),
  equal: row.isEqual,
  explanation: row.explanation,
  remedy: row.remedy,
  positions: row.positionIds,
  in_doubt: row.inDoubtIds,
});
