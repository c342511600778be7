import { currentGrant, type Delivery, type DeliveryStep } from '../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import type { Signal } from '../../core/signals/signal.ts';
import { formatInstant } from '../instant.ts';
import { decimalIf, type Json, rounded } from '../json-text.ts';
import { slippageBps, summaryOf } from './execution-summary.ts';
import { latencyOf } from './latency.ts';

/**
 * How many of its newest steps a delivery is told with, except where somebody asks for that one signal. Each step is told
 * in an event of its own; with all of them in every event, a few hundred partial fills would be more than a stream bears.
 */
export const STEPS_TOLD = 32;

/**
 * @param signal Side and wanted price of the delivery's instruction, where they are known.
 * @param stepsMax Of its history, the newest.
 */
export function deliveryJson(delivery: Delivery, signal?: Signal, stepsMax = Number.POSITIVE_INFINITY): Json {
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
    qty: decimalIf(finite(summary.qty)),
    filled_qty: decimalIf(finite(summary.filledQty)),
    avg_price: decimalIf(finite(summary.avgPrice)),
    exit_price: decimalIf(finite(summary.exitPrice)),
    fees: roundedIf(summary.fees, 12),
    slippage_bps:
      entered === undefined || signal === undefined
        ? undefined
        : roundedIf(slippageBps(signal.side, signal.entryPrice, entered), 3),
    flags,
    history: stepsJson(delivery.history.slice(-stepsMax), facts),
    latency: latencyOf(delivery).map(({ stage, atUs, ms }) => ({
      stage,
      at: atUs === undefined ? undefined : formatInstant(atUs / 1_000),
      ms: roundedIf(ms, 3),
    })),
  };
}

/** Some venues say "none" with the largest number there is: what is reckoned from such numbers has no value to be told. */
const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined);

function roundedIf(value: number | undefined, decimals: number): Json | undefined {
  const told = finite(value);
  return told === undefined ? undefined : rounded(told, decimals);
}

function stepsJson(steps: readonly DeliveryStep[], { reports }: Delivery['facts']): Json {
  const told = new Map(reports.map(({ report }) => [report.reportId, report]));
  return steps.map(({ seq, atMs, state, by, reason, reportId }) => {
    const report = reportId === undefined ? undefined : told.get(reportId);
    return { seq, at: formatInstant(atMs), state, by, reason, report: report && reportJson(report) };
  });
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
    funding: decimalIf(report.funding),
    venue_time: venueTimeMs === undefined ? undefined : formatInstant(venueTimeMs),
    reason: report.reason,
    latency: latency && Object.fromEntries(durations),
  };
}
