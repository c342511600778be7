import type { LoopRecord, OrderView, Span } from './records.ts';

/** Quantities are decimals of at most nine digits; what is below this is the noise of adding them in binary. */
export const DUST = 1e-9;

export interface Naked {
  readonly clientOrderId: string;
  readonly fromMs: number;
  readonly ms: number;
}

/** A bracket as the exchange sees it. */
interface Watched {
  /** 1 when it was bought. */
  readonly sign: 1 | -1;
  open: number;
  readonly exits: Map<string, OrderView>;
  nakedSinceMs: number | undefined;
}

/**
 * Every stretch of time in which more of a bracket was open than its working stops, or an order under way that closes it,
 * cover; seen from the exchange. What a person has closed is not open any more, though no order of ours closed it. Time in which
 * the platform was away does not count.
 *
 * @param bracketOf The bracket that an order belongs to; `undefined` when it is not ours.
 */
export function nakedStretches(
  { ledger, away, endMs }: LoopRecord,
  bracketOf: (comment: string | null) => string | undefined,
  isEntry: (comment: string | null) => boolean,
): readonly Naked[] {
  const brackets = new Map<string, Watched>();
  const found: Naked[] = [];
  let accountNet = 0;
  const end = (clientOrderId: string, watched: Watched, toMs: number): void => {
    const fromMs = watched.nakedSinceMs!;
    watched.nakedSinceMs = undefined;
    found.push({ clientOrderId, fromMs, ms: presentMs({ fromMs, toMs }, away) });
  };
  for (const { time, order, fill } of ledger) {
    const told = (order ?? fill)!;
    const id = bracketOf(told.comment);
    if (id !== undefined && !brackets.has(id)) {
      brackets.set(id, { sign: told.side === 'Buy' ? 1 : -1, open: 0, exits: new Map(), nakedSinceMs: undefined });
    }
    const own = id === undefined ? undefined : brackets.get(id)!;
    if (order !== null && own !== undefined && !isEntry(order.comment)) own.exits.set(order.orderId, order);
    if (fill !== null) {
      const sign = fill.side === 'Buy' ? 1 : -1;
      accountNet += sign * fill.quantity;
      // What an exit has closed too much is taken back by an order in the entry's direction.
      if (own !== undefined) own.open += sign === own.sign ? fill.quantity : -fill.quantity;
      // Whoever closed it: what is not there any more does not come back with the next position.
      for (const watched of brackets.values()) if (watched.sign * accountNet <= DUST) watched.open = 0;
      // The order's own line follows; until then what it still covers would count twice.
      continue;
    }
    for (const [clientOrderId, watched] of brackets) {
      const open = Math.min(watched.open, Math.max(0, watched.sign * accountNet));
      const isNaked = open > covered(watched) + DUST;
      if (isNaked) watched.nakedSinceMs ??= Date.parse(time);
      else if (watched.nakedSinceMs !== undefined) end(clientOrderId, watched, Date.parse(time));
    }
  }
  for (const [clientOrderId, watched] of brackets)
    if (watched.nakedSinceMs !== undefined) end(clientOrderId, watched, endMs);
  return found;
}

const covered = ({ exits }: Watched): number =>
  [...exits.values()]
    .filter(({ state, type }) => state === 'Working' && (type === 'Stop' || type === 'Market'))
    .reduce((sum, { quantity, filled }) => sum + quantity - filled, 0);

/** How much of the span the platform was there. */
function presentMs({ fromMs, toMs }: Span, away: readonly Span[]): number {
  const gone = away.map((span) => Math.max(0, Math.min(toMs, span.toMs) - Math.max(fromMs, span.fromMs)));
  return toMs - fromMs - gone.reduce((sum, ms) => sum + ms, 0);
}
