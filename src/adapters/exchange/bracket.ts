import type { Side } from '../../client/ports.ts';
import { type Filters, priceDown, priceUp, qtyDown } from './filters.ts';

/** What is on disk before an entry leaves: all that is needed to protect it, whoever finds it. */
export interface BracketPlan {
  readonly clientOrderId: string;
  readonly signalId: string;
  readonly symbol: string;
  readonly side: Side;
  /** UTC milliseconds by this machine. No order leaves before it. */
  readonly plannedMs: number;
  readonly stopPrice: number;
  readonly targetPrice: number;
}

export type ExitLeg = 'S' | '2' | 'C';

/** One attempt at an exit, as the venue tells it. */
export interface ExitFact {
  readonly id: string;
  readonly leg: ExitLeg;
  readonly attempt: number;
  /** `working` waits for its price; `filling` is in the matching engine; `over` can bring no more. */
  readonly status: 'working' | 'filling' | 'over';
  readonly qty: number;
  readonly executed: number;
  /** Zero while nothing was filled. */
  readonly avgPrice: number;
  readonly orderId: string | undefined;
}

export interface BracketFacts {
  readonly entry: { readonly isOpen: boolean; readonly executed: number };
  readonly exits: readonly ExitFact[];
  /** What CLOSE instructions took off. */
  readonly closedElsewhere: number;
  /** Of the symbol, in the direction of the entry; `undefined` while it is not believed. */
  readonly position: number | undefined;
  /** To the market, because it cannot be protected or the protection came too late. */
  readonly mustFlatten: boolean;
}

export type ExitAction =
  | { readonly kind: 'place'; readonly leg: ExitLeg; readonly id: string; readonly qty: number }
  | { readonly kind: 'cancel'; readonly id: string; readonly why: string }
  | { readonly kind: 'cancelEntry' };

export interface ExitPlan {
  readonly actions: readonly ExitAction[];
  /** Base units that are open. */
  readonly net: number;
  /** A stop for all of it is working, or getting out is under way. */
  readonly isProtected: boolean;
  /** Nothing is open, nothing waits, nothing can come. */
  readonly isOver: boolean;
}

/** `-S`, then `-S.2`, `-S.3`: a later attempt is another order, and a late word finds the one it is about. */
export const exitId = (clientOrderId: string, leg: ExitLeg, attempt: number): string =>
  `${clientOrderId}-${leg}${attempt === 1 ? '' : `.${attempt}`}`;

/**
 * Compares what is open with what protects it and asks for the difference. It knows facts, not the order in which they were heard
 * of, so repeated, lost and reordered words end alike.
 *
 * A stop for all that is open comes first; the target follows when the stop is there. What replaces an exit is placed before the
 * old one goes: all of them only reduce, so two do no harm, and none does. With nothing open every exit goes.
 */
export function planExits({ clientOrderId }: BracketPlan, facts: BracketFacts, filters: Filters): ExitPlan {
  const { entry, exits } = facts;
  const exited = exits.reduce((sum, { executed }) => sum + executed, facts.closedElsewhere);
  const byFills = Math.max(0, nearZero(entry.executed - exited, filters));
  // Smaller than our fills say: somebody else closed it. Larger: not ours to close.
  const net =
    facts.position === undefined ? byFills : Math.min(byFills, Math.max(0, nearZero(facts.position, filters)));
  const alive = exits.filter(({ status }) => status !== 'over');
  const actions: ExitAction[] = [];
  const next = (leg: ExitLeg): string =>
    exitId(
      clientOrderId,
      leg,
      1 + Math.max(0, ...exits.filter((exit) => exit.leg === leg).map(({ attempt }) => attempt)),
    );

  if (net === 0) {
    for (const { id, status } of alive)
      if (status === 'working') actions.push({ kind: 'cancel', id, why: 'nothing is open' });
    // What was filled is out again; what still rests would be a position of its own.
    if (entry.isOpen && entry.executed > 0) actions.push({ kind: 'cancelEntry' });
    return { actions, net, isProtected: true, isOver: !entry.isOpen && alive.length === 0 };
  }

  const isFilling = (leg: ExitLeg): boolean => alive.some((exit) => exit.leg === leg && exit.status === 'filling');
  if (facts.mustFlatten) {
    if (entry.isOpen) actions.push({ kind: 'cancelEntry' });
    if (!isFilling('C')) actions.push({ kind: 'place', leg: 'C', id: next('C'), qty: net });
    return { actions, net, isProtected: isFilling('C') || isFilling('S'), isOver: false };
  }

  const stop = keep('S', net, alive);
  if (stop === undefined && !isFilling('S')) actions.push({ kind: 'place', leg: 'S', id: next('S'), qty: net });
  if (stop !== undefined) {
    drop('S', stop, alive, actions);
    const target = keep('2', net, alive);
    if (target === undefined && !isFilling('2')) actions.push({ kind: 'place', leg: '2', id: next('2'), qty: net });
    if (target !== undefined) drop('2', target, alive, actions);
  }
  return { actions, net, isProtected: stop !== undefined || isFilling('S'), isOver: false };
}

/** The newest that waits and is large enough. */
function keep(leg: ExitLeg, net: number, alive: readonly ExitFact[]): ExitFact | undefined {
  return alive.findLast((exit) => exit.leg === leg && exit.status === 'working' && exit.qty >= net);
}

function drop(leg: ExitLeg, kept: ExitFact, alive: readonly ExitFact[], actions: ExitAction[]): void {
  for (const { id, leg: its, status } of alive) {
    if (its === leg && status === 'working' && id !== kept.id) actions.push({ kind: 'cancel', id, why: 'replaced' });
  }
}

/** Less than a step is dust of decimals. */
function nearZero(qty: number, filters: Filters): number {
  return qtyDown(qty + filters.stepSize * 1e-6, filters);
}

/** On the venue's grid, each to the side that loses less than was planned, or gains no less than was asked. */
export function bracketPrices(
  side: Side,
  prices: { readonly stopLoss: number; readonly takeProfit: number },
  filters: Filters,
): { readonly stopPrice: number; readonly targetPrice: number } {
  const round = side === 'BUY' ? priceUp : priceDown;
  return { stopPrice: round(prices.stopLoss, filters), targetPrice: round(prices.takeProfit, filters) };
}
