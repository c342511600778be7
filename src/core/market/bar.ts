import type { Timeframe } from './timeframe.ts';

/** A closed bar over `[openTimeMs, closeTimeMs)`: what is at `closeTimeMs` belongs to the next one. */
export interface Bar {
  readonly kind: 'bar';
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In base units. */
  readonly volume: number;
  /** Volume bought by aggressors; `undefined` when the source did not record who crossed the spread. */
  readonly buyVolume: number | undefined;
}

/** Bought minus sold by aggressors over volume, in [-1, 1]; `undefined` when unknown, 0 for an empty bar. */
export function deltaRatio(bar: Bar): number | undefined {
  if (bar.buyVolume === undefined) return undefined;
  return bar.volume === 0 ? 0 : (2 * bar.buyVolume - bar.volume) / bar.volume;
}
