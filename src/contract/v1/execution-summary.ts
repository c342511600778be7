import { currentGrant, type Delivery } from '../../core/delivery/delivery.ts';
import type { ExecutionReport } from '../../core/delivery/report.ts';
import type { Side } from '../../core/market/trade.ts';

/** What the reports of a delivery come to. Quantities in base units, prices in quote units. */
export interface ExecutionSummary {
  readonly orderId: string | undefined;
  readonly qty: number | undefined;
  readonly filledQty: number | undefined;
  readonly avgPrice: number | undefined;
  readonly exitPrice: number | undefined;
  readonly fees: number | undefined;
}

/**
 * Like the state, a function of the set of reports: their order and repetition make no difference. Where executors
 * contradict each other the larger fill counts.
 */
export function summaryOf({ facts, intent }: Pick<Delivery, 'facts' | 'intent'>): ExecutionSummary {
  const mainLeg = intent === 'CLOSE' ? 'CLOSE' : 'ENTRY';
  const reports = facts.reports.map(({ report }) => report).sort((a, b) => (a.reportId < b.reportId ? -1 : 1));
  const main = reports.filter(({ leg, type }) => leg === mainLeg && type !== 'CLOSED');
  const exits = intent === 'CLOSE' ? [] : reports.filter(({ leg, type }) => leg !== mainLeg || type === 'CLOSED');
  const fence = currentGrant(facts)?.fence;
  const ordered = main.filter((report) => report.orderId !== undefined);
  const fills = [...main, ...(intent === 'CLOSE' ? reports.filter(({ type }) => type === 'CLOSED') : [])]
    .filter((report) => filledOf(report) > 0 || priceOf(report) !== undefined)
    .filter(({ type }) => type === 'PARTIAL' || type === 'FILLED' || type === 'CLOSED' || type === 'CANCELLED');
  const largest = mostOf(fills, filledOf);
  const feesPaid = reports.flatMap(({ fee }) => (fee === undefined ? [] : [fee]));
  return {
    orderId: (ordered.find((report) => report.fence === fence) ?? ordered[0])?.orderId,
    qty: largestOf(
      main.map(({ qty, cumQty = 0, leavesQty = 0, type }) => {
        return Math.max(type === 'SUBMITTED' || type === 'FILLED' ? (qty ?? 0) : 0, cumQty + leavesQty);
      }),
    ),
    filledQty: largestOf(fills.map(filledOf)) ?? facts.resolution?.qty,
    avgPrice: (largest && priceOf(largest)) ?? facts.resolution?.avgPrice,
    exitPrice: exitPriceOf(exits),
    fees: feesPaid.length === 0 ? undefined : feesPaid.reduce((sum, fee) => sum + fee, 0),
  };
}

/** Signed, in basis points of the wanted price: positive is worse than wanted. */
export function slippageBps(side: Side, wantedPrice: number, gotPrice: number): number {
  const away = side === 'buy' ? 1 : -1;
  return (away * (gotPrice - wantedPrice) * 10_000) / wantedPrice;
}

const priceOf = ({ avgPrice, price, type }: ExecutionReport): number | undefined =>
  avgPrice ?? (type === 'SUBMITTED' || type === 'CANCELLED' ? undefined : price);

const filledOf = ({ cumQty, qty, type }: ExecutionReport): number =>
  cumQty ?? (type === 'FILLED' || type === 'PARTIAL' || type === 'CLOSED' ? (qty ?? 0) : 0);

/** The close of the whole says its mean price; else the fills of the exit orders, weighted by their size. */
function exitPriceOf(exits: readonly ExecutionReport[]): number | undefined {
  const closed = exits.find((report) => report.type === 'CLOSED' && priceOf(report) !== undefined);
  if (closed !== undefined) return priceOf(closed);
  const [weight, sum] = exits
    .filter(({ type }) => type === 'FILLED')
    .reduce(
      ([weights, products], report) => {
        const price = priceOf(report);
        const size = filledOf(report) || 1;
        return price === undefined ? [weights, products] : [weights + size, products + size * price];
      },
      [0, 0],
    );
  return weight === 0 ? undefined : sum / weight;
}

const largestOf = (values: readonly number[]): number | undefined => {
  const largest = Math.max(0, ...values);
  return largest > 0 ? largest : undefined;
};

const mostOf = <T>(items: readonly T[], measure: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>(
    (best, item) => (best === undefined || measure(item) > measure(best) ? item : best),
    undefined,
  );
