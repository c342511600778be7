import { HOUR_MS } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';
import type { Random } from '../simulation/random.ts';
import type { PaperSettings } from './settings.ts';

/** Funding is exchanged at 00:00, 08:00 and 16:00 UTC, between those who hold a position then. */
export const FUNDING_EVERY_MS = 8 * HOUR_MS;

/** In the quote currency. */
export function feeOf(value: number, role: 'taker' | 'maker', settings: PaperSettings): number {
  return (value * (role === 'taker' ? settings.takerFeePercent : settings.makerFeePercent)) / 100;
}

/** How often funding was exchanged in `(fromMs, toMs]`. */
export const fundingTimes = (fromMs: number, toMs: number): number =>
  Math.max(0, Math.floor(toMs / FUNDING_EVERY_MS) - Math.floor(fromMs / FUNDING_EVERY_MS));

/** Paid by a position of this value at its entry; negative when it is received. */
export function fundingOf(
  position: { readonly side: Side; readonly value: number; readonly fromMs: number; readonly toMs: number },
  { fundingRatePercent }: PaperSettings,
): number {
  const times = fundingTimes(position.fromMs, position.toMs);
  const paid = (position.value * fundingRatePercent * times) / 100;
  return position.side === 'buy' ? paid : -paid || 0;
}

/**
 * How long an order is under way, whole milliseconds: quantiles in between are straight lines, half of the median at the
 * best and twice the worst of a hundred at the worst.
 */
export function latencyMs(chance: Random, { latencyMsP50, latencyMsP99 }: PaperSettings): number {
  const at = chance.uniform();
  const worst = Math.max(latencyMsP50, latencyMsP99);
  const between = (from: number, to: number, share: number): number => from + (to - from) * share;
  if (at < 0.5) return Math.round(between(latencyMsP50 / 2, latencyMsP50, at / 0.5));
  if (at < 0.99) return Math.round(between(latencyMsP50, worst, (at - 0.5) / 0.49));
  return Math.round(between(worst, 2 * worst, (at - 0.99) / 0.01));
}
