import type { Bar, Tick, Timeframe } from '../api/wire.ts';

/** A candle as the chart takes it. Time in UTC seconds. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Bought minus sold by aggressors; undefined where it is not known. */
  readonly delta: number | undefined;
}

export const SECONDS: Readonly<Record<Timeframe, number>> = { '1m': 60, '3m': 180, '5m': 300 };

export const candleFrom = ({ open_time, open, high, low, close, volume, buy_volume }: Bar): Candle => ({
  time: Date.parse(open_time) / 1_000,
  ...{ open, high, low, close, volume },
  delta: buy_volume === null ? undefined : 2 * buy_volume - volume,
});

/**
 * The candle that is forming, from ticks. It is a preview: when its time is over the closed bar takes its place, which the
 * server has made of every trade.
 *
 * @param before The candle so far, or the last closed one.
 */
export function withTick(before: Candle | undefined, tick: Tick, timeframe: Timeframe): Candle | undefined {
  if (tick.last === null) return before;
  const length = SECONDS[timeframe];
  const time = Math.floor(Date.parse(tick.time) / 1_000 / length) * length;
  if (before !== undefined && time < before.time) return before;
  const volume = tick.buy_volume + tick.sell_volume;
  const delta = tick.buy_volume - tick.sell_volume;
  const [high, low] = [tick.high ?? tick.last, tick.low ?? tick.last];
  if (before === undefined || time > before.time) {
    const open = before?.close ?? tick.last;
    return { time, open, high: Math.max(open, high), low: Math.min(open, low), close: tick.last, volume, delta };
  }
  return {
    ...before,
    high: Math.max(before.high, high),
    low: Math.min(before.low, low),
    close: tick.last,
    volume: before.volume + volume,
    delta: before.delta === undefined ? undefined : before.delta + delta,
  };
}

/** Sum of the deltas up to each candle. A candle whose delta is not known adds nothing, and is left out. */
export function cumulativeDelta(candles: readonly Candle[]): { readonly time: number; readonly value: number }[] {
  let sum = 0;
  return candles.flatMap(({ time, delta }) => {
    if (delta === undefined) return [];
    sum += delta;
    return [{ time, value: sum }];
  });
}

/** Of the best quotes, in [-1, 1]: above 0 there is more to be bought at the bid than sold at the ask. */
export function imbalanceOf({ bid_size, ask_size }: Pick<Tick, 'bid_size' | 'ask_size'>): number | undefined {
  const sum = bid_size + ask_size;
  return sum === 0 ? undefined : (bid_size - ask_size) / sum;
}
