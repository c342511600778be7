import type { BracketSettings } from '../engine/settings.ts';
import type { Silence } from '../fusion/silence.ts';
import { fromTicks, toTicks } from '../market/instrument.ts';
import type { Timeframe } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';

export interface Bracket {
  readonly entryPrice: number;
  readonly stopPrice: number;
  /** Nearest first. */
  readonly targetPrices: readonly [number, number, number];
}

export interface BracketRequest {
  readonly side: Side;
  readonly price: number;
  readonly tickSize: number;
  readonly timeframe: Timeframe;
  /** Standard deviation of the one-second return, a fraction; `undefined` while it is not known. */
  readonly sigmaPerSecond: number | undefined;
}

/**
 * Entry, stop and three targets in whole ticks.
 *
 *   percent      distance = price * percent / 100
 *   volatility   distance = price * multiple * sigma_H, sigma_H = sigma_1s * sqrt(H), clipped to [min, max] bps
 *
 * Distances are rounded to the nearest tick; entry, stop and targets must all differ afterwards.
 */
export function buildBracket(request: BracketRequest, settings: BracketSettings): Bracket | Silence {
  const { side, price, tickSize, timeframe, sigmaPerSecond } = request;
  let fractions: readonly [stop: number, near: number, middle: number, far: number];
  if (settings.mode === 'percent') {
    const [near, middle, far] = settings.targetPercents;
    fractions = [settings.stopPercent / 100, near / 100, middle / 100, far / 100];
  } else {
    if (sigmaPerSecond === undefined) return 'volatility_warming';
    const sigmaBps = sigmaPerSecond * Math.sqrt(settings.horizonSeconds[timeframe]) * 1e4;
    const sigma = Math.min(Math.max(sigmaBps, settings.sigmaMinBps), settings.sigmaMaxBps) / 1e4;
    const [near, middle, far] = settings.targetSigmas;
    fractions = [settings.stopSigmas * sigma, near * sigma, middle * sigma, far * sigma];
  }
  const entryTicks = toTicks(price, tickSize);
  const [stop, near, middle, far] = fractions.map((fraction) => Math.round(entryTicks * fraction)) as [
    number,
    number,
    number,
    number,
  ];
  const towards = side === 'buy' ? 1 : -1;
  const lowest = entryTicks - Math.max(side === 'buy' ? stop : far, 0);
  if (stop < 1 || near < 1 || middle <= near || far <= middle || lowest < 1) return 'bracket_below_one_tick';
  const at = (distance: number): number => fromTicks(entryTicks + towards * distance, tickSize);
  return { entryPrice: at(0), stopPrice: at(-stop), targetPrices: [at(near), at(middle), at(far)] };
}
