import type { Signal } from '../signals/signal.ts';

interface Bracket {
  readonly stopPrice: number;
  readonly targetPrices: readonly [number, number, number];
}

/**
 * The bracket with the changes, or what is wrong with it. Around an entry that is still to be made the stop lies on
 * its losing side and the targets on its winning side, nearest first; of an open position the stop may be moved beyond the
 * entry (that is what break-even and trailing do), but never beyond the nearest target. A first or third target that is
 * the same as the second goes with it unless another one is given: the signal has one target.
 */
export function amendedBracket(
  signal: Pick<Signal, 'side' | 'entryPrice' | 'stopPrice' | 'targetPrices'>,
  change: { readonly stopPrice?: number; readonly targetPrices?: readonly (number | undefined)[] } = {},
  positionOpen = false,
): Bracket | string {
  const { side, entryPrice } = signal;
  const stopPrice = change.stopPrice ?? signal.stopPrice;
  const [, oldTp2] = signal.targetPrices;
  const tp2 = change.targetPrices?.[1] ?? oldTp2;
  const [tp1, , tp3] = signal.targetPrices.map(
    (price, index) => change.targetPrices?.[index] ?? (price === oldTp2 ? tp2 : price),
  ) as [number, number, number];
  const away = side === 'buy' ? 1 : -1;
  const [losing, winning] = side === 'buy' ? ['below', 'above'] : ['above', 'below'];
  for (const price of [entryPrice, stopPrice, tp1, tp2, tp3]) {
    if (!Number.isFinite(price) || price <= 0) return `${price} is not a price.`;
  }
  if (!positionOpen && (entryPrice - stopPrice) * away <= 0)
    return `The stop ${stopPrice} must be ${losing} the entry ${entryPrice}.`;
  if (!positionOpen && (tp1 - entryPrice) * away <= 0)
    return `The target ${tp1} must be ${winning} the entry ${entryPrice}.`;
  if ((tp2 - tp1) * away < 0 || (tp3 - tp2) * away < 0)
    return `The targets ${tp1}, ${tp2}, ${tp3} must be nearest first.`;
  if ((tp1 - stopPrice) * away <= 0) return `The stop ${stopPrice} must be ${losing} the target ${tp1}.`;
  return { stopPrice, targetPrices: [tp1, tp2, tp3] };
}
