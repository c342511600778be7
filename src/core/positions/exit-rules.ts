import { fromTicks } from '../market/instrument.ts';
import type { Position } from './position.ts';
import type { ExitSettings } from './settings.ts';

/** A stop is not moved for less. */
const STEP_TICKS = 2;

export interface StopFacts {
  /** Where it is now. */
  readonly stopPrice: number;
  /** What the position could be closed at now. */
  readonly price: number;
  /** The best price since the entry. */
  readonly best: number;
  /** Price units; `undefined` while it is not known. */
  readonly atr: number | undefined;
  readonly tickSize: number;
  /** Of entry and exit together: a fraction of the price. */
  readonly costs: number;
}

/**
 * Where the stop of an open position belongs, or `undefined` when it stays. It only ever moves towards profit, by whole ticks,
 * never to where it would be hit at once.
 *
 *   break-even   entry * (1 + side * costs), rounded so that nothing is lost, once the position was `breakEvenAfterStops` stop
 *                distances in profit or TP1 was filled
 *   trailing     best - side * `trailingAtrs` * ATR (chandelier)
 */
export function nextStop(
  { side, entryPrice, stopPrice: firstStop, exits }: Pick<Position, 'side' | 'entryPrice' | 'stopPrice' | 'exits'>,
  { stopPrice, price, best, atr, tickSize, costs }: StopFacts,
  settings: ExitSettings,
): number | undefined {
  const away = side === 'buy' ? 1 : -1;
  // In ticks towards profit, so that one comparison serves both sides.
  const ticksOf = (value: number): number => (away * value) / tickSize;
  const candidates: number[] = [];
  const excursion = (best - entryPrice) * away;
  const isPaid = exits.some(({ leg }) => leg === 'TP1');
  if (settings.breakEven && (isPaid || excursion >= settings.breakEvenAfterStops * Math.abs(entryPrice - firstStop))) {
    candidates.push(Math.ceil(ticksOf(entryPrice * (1 + away * costs)) - 1e-6));
  }
  if (settings.trailing && atr !== undefined) {
    candidates.push(Math.floor(ticksOf(best - away * settings.trailingAtrs * atr) + 1e-6));
  }
  const wanted = Math.max(...candidates);
  if (!Number.isFinite(wanted)) return undefined;
  if (wanted - ticksOf(stopPrice) < STEP_TICKS - 1e-6 || wanted >= ticksOf(price) - 1e-6) return undefined;
  return fromTicks(away * wanted, tickSize);
}
