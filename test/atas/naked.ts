import type { LoopRecord, OrderView, Span } from './records.ts';

/** Quantities are decimals of at most nine digits; what is below this is the noise of adding them in binary. */
export const DUST = 1e-9;

export interface Naked {
  readonly clientOrderId: string;
  readonly fromMs: number;
  readonly ms: number;
}

/**
 * Every stretch of time in which more of a bracket was open than its working stops, or an order under way that closes it,
 * cover; seen from the exchange. Time in which the platform was away does not count.
 *
 * @param bracketOf The bracket that an order belongs to; `undefined` when it is not ours.
 */
export function nakedStretches(
  { ledger, away, endMs }: LoopRecord,
  bracketOf: (comment: string | null) => string | undefined,
  isEntry: (comment: string | null) => boolean,
): readonly Naked[] {
  const open = new Map<string, number>();
  const exits = new Map<string, Map<string, OrderView>>();
  const since = new Map<string, number>();
  const found: Naked[] = [];
  const stretch = (clientOrderId: string, fromMs: number, toMs: number): Naked => ({
    ...{ clientOrderId, fromMs, ms: presentMs({ fromMs, toMs }, away) },
  });
  for (const { time, order, fill } of ledger) {
    const bracket = bracketOf((order ?? fill)?.comment ?? null);
    if (bracket === undefined) continue;
    if (fill !== null) {
      open.set(bracket, (open.get(bracket) ?? 0) + (isEntry(fill.comment) ? fill.quantity : -fill.quantity));
      // The order's own line follows; until then what it still covers would count twice.
      continue;
    }
    const own = exits.get(bracket) ?? new Map<string, OrderView>();
    exits.set(bracket, own);
    if (order !== null && !isEntry(order.comment)) own.set(order.orderId, order);
    const covered = [...own.values()]
      .filter(({ state, type }) => state === 'Working' && (type === 'Stop' || type === 'Market'))
      .reduce((sum, { quantity, filled }) => sum + quantity - filled, 0);
    const isNaked = (open.get(bracket) ?? 0) > covered + DUST;
    const from = since.get(bracket);
    if (isNaked && from === undefined) since.set(bracket, Date.parse(time));
    if (!isNaked && from !== undefined) {
      since.delete(bracket);
      found.push({
        clientOrderId: bracket,
        fromMs: from,
        ms: presentMs({ fromMs: from, toMs: Date.parse(time) }, away),
      });
    }
  }
  for (const [bracket, fromMs] of since) found.push(stretch(bracket, fromMs, endMs));
  return found;
}

/** How much of the span the platform was there. */
function presentMs({ fromMs, toMs }: Span, away: readonly Span[]): number {
  const gone = away.map((span) => Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)));
  return toMs - fromMs - gone.reduce((sum, ms) => sum + ms, 0);
}
