import type { Delivery } from '../delivery/delivery.ts';
import type { ExecutionReport, Leg } from '../delivery/report.ts';
import type { Side } from '../market/trade.ts';
import type { Signal } from '../signals/signal.ts';

/** One order that reduces a position, as far as it was filled. */
export interface Exit {
  readonly leg: Leg;
  readonly qty: number;
  readonly price: number;
}

/**
 * What became of one signal on one account: what was opened, what of it was closed, and what it brought. Quantities in base
 * units, money in the quote currency. Leverage is nowhere in it: it decides what a position binds, not what it earns.
 */
export interface Position {
  /** The delivery's id: `<signal id>.<account>`. */
  readonly positionId: string;
  readonly signalId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  /** Filled of the entry. */
  readonly entryQty: number;
  readonly entryPrice: number;
  readonly openQty: number;
  readonly exits: readonly Exit[];
  /** Mean over all exits; `undefined` before the first, and when an executor did not say at what price. */
  readonly exitPrice: number | undefined;
  /** Paid so far, entry and exits. */
  readonly fees: number;
  /** Paid so far; negative when it was received. */
  readonly funding: number;
  /** Of what is closed: price difference times quantity, before fees and funding. */
  readonly gross: number;
  /** `gross - fees - funding`; `undefined` when an exit has no price. */
  readonly net: number | undefined;
  /** What the entry cost against the signal's price, signed, positive is worse: already in `gross`, and told apart here. */
  readonly slippage: number;
  /** Stop of the signal when it was issued, where `riskAmount` is measured from. */
  readonly stopPrice: number;
  /** What was at stake: entry to stop, for the filled quantity. */
  readonly riskAmount: number;
  readonly isOpen: boolean;
  /** Market time. */
  readonly openedMs: number;
  /** Market time; `undefined` while it is open. */
  readonly closedMs: number | undefined;
  /** Why it was closed; empty while it is open. */
  readonly reason: string;
}

/** Quantities closer than this share are the same: they are sums of binary fractions. */
export const QTY_DUST = 1e-9;

/**
 * The position that the reports of a delivery come to, `undefined` when nothing was filled. A function of the set of reports:
 * their order and repetition make no difference. Where executors contradict each other the larger fill counts.
 *
 *   gross = side * sum(exit qty * (exit price - entry price))
 *   net   = gross - fees - funding
 *
 * @param closes Deliveries of the orders to close it, on the same account.
 * @param known Market times of the first fill heard of and of the newest report, and the stop at the beginning.
 */
export function positionOf(
  delivery: Delivery,
  signal: Signal,
  closes: readonly Delivery[],
  known: { readonly openedMs: number; readonly closedMs: number; readonly stopPrice: number },
): Position | undefined {
  const reports = reportsOf(delivery);
  const entry = fillOf(delivery, 'ENTRY');
  const { qty: entryQty, price: entryPrice = signal.entryPrice } = entry;
  if (entryQty <= 0) return undefined;
  const closing = closes.flatMap(reportsOf);
  const exits: Exit[] = [];
  let isPriced = true;
  let openQty = entryQty;
  const exit = (leg: Leg, qty: number, price: number | undefined): void => {
    const closed = Math.min(qty, openQty);
    if (closed <= entryQty * QTY_DUST) return;
    openQty -= closed;
    if (price === undefined) isPriced = false;
    else exits.push({ leg, qty: closed, price });
  };
  for (const leg of EXIT_LEGS) {
    const own = legOf(reports, leg);
    // An order to close is reported on its own delivery, and again, as CLOSED, on that of the entry.
    const { qty, price } = leg === 'CLOSE' ? fuller(own, sumOf(closes.map((each) => fillOf(each, leg)))) : own;
    exit(leg, qty, price);
  }
  const closed = reports.find(({ type, leavesQty = 0 }) => type === 'CLOSED' && leavesQty === 0);
  if (closed !== undefined) exit(closed.leg, openQty, closed.avgPrice ?? closed.price);
  if (openQty <= entryQty * QTY_DUST) openQty = 0;

  const away = signal.side === 'buy' ? 1 : -1;
  const gross = exits.reduce((sum, { qty, price }) => sum + away * qty * (price - entryPrice), 0);
  const exitQty = exits.reduce((sum, { qty }) => sum + qty, 0);
  const exitValue = exits.reduce((sum, { qty, price }) => sum + qty * price, 0);
  const fees = feesOf(reports, closing);
  const funding = [...reports, ...closing].reduce((sum, report) => sum + (report.funding ?? 0), 0);
  // A part that was sold while the rest of its entry may still be filled is over for now, and open again with the next fill.
  const isOver = delivery.state === 'CLOSED' || (openQty === 0 && delivery.state === 'FILLED');
  return {
    positionId: delivery.deliveryId,
    signalId: delivery.signalId,
    account: delivery.account,
    symbol: signal.symbol,
    side: signal.side,
    entryQty,
    entryPrice,
    openQty,
    exits,
    exitPrice: isPriced && exitQty > 0 ? exitValue / exitQty : undefined,
    fees,
    funding,
    gross,
    net: isPriced ? gross - fees - funding : undefined,
    slippage: away * entryQty * (entryPrice - signal.entryPrice),
    stopPrice: known.stopPrice,
    riskAmount: entryQty * Math.abs(entryPrice - known.stopPrice),
    isOpen: !isOver,
    openedMs: known.openedMs,
    closedMs: isOver ? known.closedMs : undefined,
    reason: isOver ? (closed?.reason ?? exits.at(-1)?.leg.toLowerCase() ?? delivery.reason) : '',
  };
}

/** What the open rest would bring at this price, before the fees of closing it. */
export function unrealisedOf({ side, openQty, entryPrice }: Position, price: number): number {
  return (side === 'buy' ? 1 : -1) * openQty * (price - entryPrice);
}

const EXIT_LEGS: readonly Leg[] = ['STOP', 'TP1', 'TP2', 'TP3', 'CLOSE'];

interface LegFill {
  readonly qty: number;
  readonly price: number | undefined;
}

const NOTHING: LegFill = { qty: 0, price: undefined };

/** By id: the sums must not depend on the order of arrival. */
const reportsOf = ({ facts }: Delivery): readonly ExecutionReport[] =>
  facts.reports.map(({ report }) => report).sort((a, b) => (a.reportId < b.reportId ? -1 : 1));

function legOf(reports: readonly ExecutionReport[], leg: Leg): LegFill {
  return reports
    .filter((report) => report.leg === leg && report.type !== 'SUBMITTED')
    .reduce<LegFill>((most, report) => {
      const qty = filledOf(report);
      return qty > most.qty ? { qty, price: report.avgPrice ?? report.price } : most;
    }, NOTHING);
}

/**
 * What was filled of a delivery's own order. What a person found out about one in doubt counts until a report says how the
 * order ended: then the venue knows better.
 */
function fillOf(delivery: Delivery, leg: 'ENTRY' | 'CLOSE'): LegFill {
  const reports = reportsOf(delivery);
  const said = legOf(reports, leg);
  const { resolution } = delivery.facts;
  if (resolution?.state !== 'FILLED') return said;
  const isKnown = said.qty > 0 && reports.some((report) => report.leg === leg && isEnd(report));
  return isKnown ? said : fuller(said, { qty: resolution.qty ?? 0, price: resolution.avgPrice });
}

const isEnd = ({ type }: ExecutionReport): boolean => type === 'FILLED' || type === 'CANCELLED' || type === 'REJECTED';

/** Whether no more of the entry can be filled, as far as anybody said. */
export const isEntryDone = (delivery: Delivery): boolean =>
  delivery.facts.resolution !== undefined || reportsOf(delivery).some((each) => each.leg === 'ENTRY' && isEnd(each));

/** All that several orders to close have closed, at their mean price, where each of them has one. */
function sumOf(fills: readonly LegFill[]): LegFill {
  const filled = fills.filter(({ qty }) => qty > 0);
  const qty = filled.reduce((sum, fill) => sum + fill.qty, 0);
  const value = filled.reduce((sum, fill) => sum + fill.qty * (fill.price ?? Number.NaN), 0);
  return { qty, price: filled.length > 0 && Number.isFinite(value) ? value / qty : undefined };
}

/** The larger fill counts, and a price that only the other knows. */
const fuller = (a: LegFill, b: LegFill): LegFill =>
  b.qty > a.qty ? { qty: b.qty, price: b.price ?? a.price } : { qty: a.qty, price: a.price ?? b.price };

/** Base units that a report says were filled of its order by then. */
export const filledOf = ({ cumQty, qty, type }: ExecutionReport): number =>
  cumQty ?? (type === 'FILLED' || type === 'PARTIAL' || type === 'CLOSED' ? (qty ?? 0) : 0);

/** Some executors say the fee of a close on both deliveries, some on one: the larger sum is all of it, a rebate's as well. */
function feesOf(reports: readonly ExecutionReport[], closing: readonly ExecutionReport[]): number {
  const sum = (each: readonly ExecutionReport[]): number => each.reduce((total, { fee = 0 }) => total + fee, 0);
  const ofClose = sum(reports.filter(({ leg }) => leg === 'CLOSE'));
  const ofOrder = sum(closing);
  return sum(reports) - ofClose + (Math.abs(ofOrder) > Math.abs(ofClose) ? ofOrder : ofClose);
}
