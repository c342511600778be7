import { assert } from '../assert.ts';
import type { Side } from '../market/trade.ts';
import type { MarginTier } from './settings.ts';

/** A tier with what the venue deducts so that the margin does not jump at its lower end. */
export interface MarginBracket {
  readonly notionalMax: number;
  /** A fraction. */
  readonly mmr: number;
  /** In the quote currency. */
  readonly cum: number;
  readonly leverageMax: number;
}

/**
 * The venue's deductions of a table of tiers:
 *
 *   cum_1 = 0,  cum_i = cum_(i-1) + notionalMax_(i-1) * (mmr_i - mmr_(i-1))
 *
 * Source: Binance, "Leverage and margin of USD-M futures": the maintenance amount.
 */
export function marginBrackets(tiers: readonly MarginTier[]): readonly MarginBracket[] {
  assert(tiers.length > 0, 'risk: there must be a margin tier');
  const brackets: MarginBracket[] = [];
  for (const { notionalMax = Number.POSITIVE_INFINITY, maintenancePercent, leverageMax } of tiers) {
    const before = brackets.at(-1);
    const mmr = maintenancePercent / 100;
    const cum = before === undefined ? 0 : before.cum + before.notionalMax * (mmr - before.mmr);
    brackets.push({ notionalMax, mmr, cum, leverageMax });
  }
  return brackets;
}

/** The one that a position of this value is in. */
export function bracketOf(brackets: readonly MarginBracket[], notional: number): MarginBracket {
  return brackets.find(({ notionalMax }) => notional <= notionalMax) ?? brackets.at(-1)!;
}

/**
 * Where an isolated position is liquidated:
 *
 *   long    (entry * (1 - 1/leverage) - cum/qty) / (1 - mmr)
 *   short   (entry * (1 + 1/leverage) + cum/qty) / (1 + mmr)
 *
 * `mmr` and `cum` are those of the position's value at the liquidation price itself, so the brackets are tried until one
 * holds its own answer. Source: Binance, "How to calculate liquidation price of USD-M futures contracts".
 *
 * @returns a price; 0 for a long that cannot be liquidated
 */
export function liquidationPriceOf(
  position: { readonly side: Side; readonly entryPrice: number; readonly qty: number; readonly leverage: number },
  brackets: readonly MarginBracket[],
): number {
  const { side, entryPrice, qty, leverage } = position;
  let lower = 0;
  let worst: number | undefined;
  for (const { notionalMax, mmr, cum } of brackets) {
    const price =
      side === 'buy'
        ? (entryPrice * (1 - 1 / leverage) - cum / qty) / (1 - mmr)
        : (entryPrice * (1 + 1 / leverage) + cum / qty) / (1 + mmr);
    const notional = price * qty;
    if (notional > lower && notional <= notionalMax) return Math.max(0, price);
    // The margin is continuous over the tiers, so one holds its answer but for the last digit: then the nearest to entry.
    worst = worst === undefined ? price : side === 'buy' ? Math.max(worst, price) : Math.min(worst, price);
    lower = notionalMax;
  }
  return Math.max(0, worst ?? 0);
}
