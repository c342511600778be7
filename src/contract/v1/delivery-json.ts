import { currentGrant, type Delivery, type DeliveryStep } from '../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import type { Signal } from '../../core/signals/signal.ts';
import { formatInstant } from '../instant.ts';
import { decimalIf, type Json, rounded } from '../json-text.ts';
import { slippageBps, summaryOf } from './execution-summary.ts';
import { latencyOf } from './latency.ts';

/** @param signal Stop, targets and wanted price of the delivery's instruction. */
export function deliveryJson(delivery: Delivery, signal: Signal): Json {
  const { facts } = delivery;
  const grant = currentGrant(facts);
  const summary = summaryOf(delivery);
  const entered = delivery.intent === 'ENTRY' ? summary.avgPrice : undefined;
  const flags = [...new Set(facts.reports.flatMap((stored) => stored.flags))].sort();
  return {
    id: delivery.deliveryId,
    signal_id: delivery.signalId,
    account: delivery.account,
    intent: delivery.intent,
    symbol: delivery.symbol,
    state: delivery.state,
    reason: delivery.reason,
    fence: grant?.fence,
    client_order_id: grant?.clientOrderId,
    session: grant?.sessionId,
    consumer: grant?.consumer,
    epoch: grant?.epoch,
    deadline_at: grant && formatInstant(grant.deadlineMs),
    order_id: summary.orderId,
    qty: decimalIf(summary.qty),
    filled_qty: decimalIf(summary.filledQty),
    avg_price: decimalIf(summary.avgPrice),
    exit_price: decimalIf(summary.exitPrice),
    fees: summary.fees === undefined ? undefined : rounded(summary.fees, 12),
    slippage_bps: entered === undefined ? undefined : rounded(slippageBps(signal.side, signal.entryPrice, entered), 3),
    flags,
    history: delivery.history.map((step) => stepJson(step, facts)),
    latency: latencyOf(delivery).map(({ stage, atUs, ms }) => ({
      stage,
      at: atUs === undefined ? undefined : formatInstant(atUs / 1_000),
      ms: ms === undefined ? undefined : rounded(ms, 3),
    })),
  };
}

function stepJson({ seq, atMs, state, by, reason, reportId }: DeliveryStep, facts: Delivery['facts']): Json {
  const stored = reportId === undefined ? undefined : facts.reports.find(({ report }) => report.reportId === reportId);
  return { seq, at: formatInstant(atMs), state, by, reason, report: stored && reportJson(stored.report) };
}

function reportJson(report: ExecutionReport): Json {
  const { latency, venueTimeMs } = report;
  const durations = Object.entries(latency ?? {}).map(([name, ms]) => [name, rounded(ms, 3)]);
  return {
    report_id: report.reportId,
    type: report.type,
    leg: report.leg,
    order_id: report.orderId,
    client_order_id: report.clientOrderId,
    qty: decimalIf(report.qty),
    cum_qty: decimalIf(report.cumQty),
    leaves_qty: decimalIf(report.leavesQty),
    price: decimalIf(report.price),
    avg_price: decimalIf(report.avgPrice),
    fee: decimalIf(report.fee),
    fee_asset: report.feeAsset,
    venue_time: venueTimeMs === undefined ? undefined : formatInstant(venueTimeMs),
    reason: report.reason,
    latency: latency && Object.fromEntries(durations),
  };
}
