import type { ReportBody } from './wire.ts';

/** Characters, as the server takes them. */
const LONGEST: Readonly<Record<string, number>> = { order_id: 128, fee_asset: 32, reason: 500 };
const NOT_BELOW_ZERO = ['qty', 'cum_qty', 'leaves_qty'];
const ABOVE_ZERO = ['price', 'avg_price'];
const WITH_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

/**
 * The report without what the server would refuse it for. Venues say 0 for the price of a market order, write paragraphs
 * for a reason, and times as they like; that the order was filled must not be lost over it.
 */
export function fitting(body: ReportBody): ReportBody {
  const kept = Object.entries(body).flatMap(([name, value]) => {
    const fit = fitted(name, value);
    return fit === undefined ? [] : [[name, fit] as const];
  });
  return Object.fromEntries(kept) as unknown as ReportBody;
}

function fitted(name: string, value: unknown): unknown {
  if (name === 'latency') {
    const durations = Object.entries(value as Readonly<Record<string, number>>).filter(([, ms]) => isNumber(ms, 0));
    return durations.length === 0 ? undefined : Object.fromEntries(durations);
  }
  if (NOT_BELOW_ZERO.includes(name)) return isNumber(value, 0) ? value : undefined;
  if (ABOVE_ZERO.includes(name)) return isNumber(value, Number.MIN_VALUE) ? value : undefined;
  if (name === 'fee') return isNumber(value, Number.NEGATIVE_INFINITY) ? value : undefined;
  if (name === 'venue_time') return isInstant(value) ? value : undefined;
  const longest = LONGEST[name];
  if (longest === undefined) return value;
  return typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined;
}

const isNumber = (value: unknown, least: number): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= least;

const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && WITH_ZONE.test(value) && Number.isFinite(Date.parse(value));
