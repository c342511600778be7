import type { Instrument } from '../market/instrument.ts';
import type { Side } from '../market/trade.ts';
import { wholeSteps } from '../paper/paper-venue.ts';
import { bracketOf, liquidationPriceOf, type MarginBracket } from './liquidation.ts';

/** The stop must be this many ticks before the liquidation price. */
const TICKS_BEFORE_LIQUIDATION = 5;
/** Room that must be left behind the stop besides its own distance once more, as a fraction of the entry. */
const LIQUIDATION_ROOM = 0.002;

export interface SizingRequest {
  readonly side: Side;
  readonly entryPrice: number;
  readonly stopPrice: number;
  /** What the signal suggests; lowered when it must be. */
  readonly leverage: number;
  /** In the quote currency, open positions included. */
  readonly equity: number;
  /** Not bound by other positions, in the quote currency. */
  readonly freeMargin: number;
  /** What may still be added to the value of all positions, in the quote currency. */
  readonly notionalMax: number;
  /** Of equity; a fraction. */
  readonly riskFraction: number;
  readonly instrument: Pick<Instrument, 'stepSize' | 'tickSize'>;
}

/** Fractions of a value. */
export interface SizingCosts {
  readonly entryFee: number;
  readonly stopFee: number;
  /** Of both orders together. */
  readonly slippage: number;
  readonly minNotional: number;
}

export interface Sized {
  /** Base units, whole steps. */
  readonly qty: number;
  readonly leverage: number;
  readonly notional: number;
  /** What is lost at the stop, costs included. */
  readonly lossAtStop: number;
  readonly liquidationPrice: number;
}

export type SizingRefusal = 'risk_not_finite' | 'size_below_minimum' | 'liquidation_too_near' | 'margin_too_small';

/**
 * How much to trade so that the stop costs a fixed share of the equity, costs included:
 *
 *   qty = r * equity / (|entry - stop| + fee_in * entry + fee_stop * stop + slip * entry)
 *
 * floored to a step, within the exposure and the margin that are left. Leverage is the venue's bracket maximum at most, and is
 * lowered until liquidation lies twice as far as the stop, plus 20 bp, and 5 ticks behind it. Anything not finite is refused.
 */
export function sizePosition(
  request: SizingRequest,
  costs: SizingCosts,
  brackets: readonly MarginBracket[],
): Sized | SizingRefusal {
  const { side, entryPrice, stopPrice, equity, freeMargin, notionalMax, riskFraction, instrument } = request;
  const numbers = [entryPrice, stopPrice, equity, freeMargin, notionalMax, riskFraction, request.leverage];
  if (!numbers.every(Number.isFinite) || !Object.values(costs).every(Number.isFinite)) return 'risk_not_finite';
  const away = side === 'buy' ? 1 : -1;
  if (entryPrice <= 0 || stopPrice <= 0 || (entryPrice - stopPrice) * away <= 0) return 'risk_not_finite';
  const stopDistance = Math.abs(entryPrice - stopPrice);
  const lossPerUnit =
    stopDistance + costs.entryFee * entryPrice + costs.stopFee * stopPrice + costs.slippage * entryPrice;
  const wanted = Math.min((riskFraction * equity) / lossPerUnit, Math.max(0, notionalMax) / entryPrice);
  for (let leverage = Math.floor(request.leverage); leverage >= 1; leverage -= 1) {
    const affordable = (Math.max(0, freeMargin) * leverage) / entryPrice;
    const qty = floored(Math.min(wanted, affordable), instrument.stepSize);
    const notional = qty * entryPrice;
    if (qty <= 0 || notional < costs.minNotional) {
      return wanted * entryPrice >= costs.minNotional && affordable < wanted
        ? 'margin_too_small'
        : 'size_below_minimum';
    }
    if (leverage > bracketOf(brackets, notional).leverageMax) continue;
    const liquidationPrice = liquidationPriceOf({ side, entryPrice, qty, leverage }, brackets);
    const room = (entryPrice - liquidationPrice) * away;
    const isFar = room >= 2 * stopDistance + LIQUIDATION_ROOM * entryPrice;
    if (!isFar || room - stopDistance < TICKS_BEFORE_LIQUIDATION * instrument.tickSize) continue;
    return { qty, leverage, notional, lossAtStop: qty * lossPerUnit, liquidationPrice };
  }
  return 'liquidation_too_near';
}

/** Never more than it: the step that rounding would add is taken off again. */
function floored(qty: number, stepSize: number): number {
  const steps = wholeSteps(qty, stepSize);
  return steps > qty * (1 + 1e-10) ? wholeSteps(steps - stepSize, stepSize) : steps;
}
