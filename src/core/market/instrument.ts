import { assert } from '../assert.ts';

/** A contract that can be traded. `symbol` is its id at the venue, `ETHUSDT`. */
export interface Instrument {
  readonly symbol: string;
  /** The smallest price step, > 0. Every price we publish is a whole number of these. */
  readonly tickSize: number;
  /** The smallest quantity step, > 0. */
  readonly stepSize: number;
}

/** The whole number of ticks nearest to `price`. */
export function toTicks(price: number, tickSize: number): number {
  const ticks = Math.round(price / tickSize);
  assert(Number.isSafeInteger(ticks), `instrument: ${price} is not a countable number of ticks of ${tickSize}`);
  return ticks;
}

/**
 * The price of a whole number of ticks, free of binary dust: 35105 ticks of 0.1 are 3510.5, not 3510.5000000000005.
 * This is the only place where ticks become a price again.
 */
export function fromTicks(ticks: number, tickSize: number): number {
  return Number((ticks * tickSize).toFixed(decimalsOf(tickSize)));
}

/** Digits after the point that a multiple of `step` needs: 0.01 -> 2, 0.5 -> 1, 1e-7 -> 7, 10 -> 0. */
export function decimalsOf(step: number): number {
  assert(Number.isFinite(step) && step > 0, `instrument: a step must be > 0, not ${step}`);
  for (let decimals = 0; decimals <= 15; decimals += 1) {
    const scaled = step * POWERS_OF_TEN[decimals]!;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-9 * Math.max(1, scaled) && Math.round(scaled) > 0) return decimals;
  }
  return 15;
}

const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;
