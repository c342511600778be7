import type { LeverageSettings } from '../engine/settings.ts';
import type { Silence } from '../fusion/silence.ts';
import type { Side } from '../market/trade.ts';
import type { Bracket } from './bracket.ts';

/** The stop must be this many ticks before the liquidation price. */
const TICKS_BEFORE_LIQUIDATION = 5;

/**
 * Leverage by strength and consensus, capped, then lowered until the stop is hit well before liquidation.
 *
 *   |entry - liquidation| >= 2 * |entry - stop| + 0.2 % of entry, and 5 ticks between stop and liquidation
 *
 * @returns a whole number of at least 1
 */
export function chooseLeverage(
  request: { readonly side: Side; readonly strength: number; readonly consensus: number; readonly tickSize: number },
  bracket: Bracket,
  settings: LeverageSettings,
): number | Silence {
  const { side, strength, consensus, tickSize } = request;
  const step = settings.table.find((row) => strength >= row.strength && consensus >= row.consensus);
  let leverage = Math.min(step?.leverage ?? settings.otherwise, settings.cap);
  const stopDistance = Math.abs(bracket.entryPrice - bracket.stopPrice);
  for (; leverage >= 1; leverage -= 1) {
    const liquidation = liquidationPrice(side, bracket.entryPrice, leverage, settings.maintenanceMarginPercent / 100);
    const room = Math.abs(bracket.entryPrice - liquidation);
    const behindStop = room - stopDistance >= TICKS_BEFORE_LIQUIDATION * tickSize;
    if (behindStop && room >= 2 * stopDistance + 0.002 * bracket.entryPrice) return leverage;
  }
  return 'liquidation_before_stop';
}

/**
 * Where an isolated position is liquidated, without the venue's tier deductions (which only move it farther away):
 *
 *   long    entry * (1 - 1/leverage) / (1 - mmr)
 *   short   entry * (1 + 1/leverage) / (1 + mmr)
 *
 * Source: Binance, "How to calculate liquidation price of USD-M futures contracts". `mmr` is a fraction.
 */
export function liquidationPrice(side: Side, entryPrice: number, leverage: number, mmr: number): number {
  return side === 'buy' ? (entryPrice * (1 - 1 / leverage)) / (1 - mmr) : (entryPrice * (1 + 1 / leverage)) / (1 + mmr);
}
