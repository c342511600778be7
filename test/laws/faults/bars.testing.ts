import type { Bar } from '../../../src/core/market/bar.ts';
import { TIMEFRAME_MS } from '../../../src/core/market/timeframe.ts';
import { away, column, type Fault, mean, rolling } from './fault.testing.ts';

const closesOf = (bars: readonly Bar[]): number[] => bars.map((bar) => bar.close);

/** `close.shift(-1)`: the return of the bar that is only about to begin. */
export const nextBar: Fault = {
  name: 'one bar ahead',
  faulty: column((bars) => bars.map((bar, i) => (bars[i + 1]?.close ?? bar.close) - bar.close)),
  honest: rolling(2, ([before, now]) => now!.close - before!.close),
};

const spanOf = (bar: Bar): number => Math.floor(bar.openTimeMs / TIMEFRAME_MS['5m']);

/** A join by open time: each minute already sees how its five minutes will end. */
export const unclosedLongerBar: Fault = {
  name: 'unclosed longer bar',
  faulty: column((bars) => {
    const closes = new Map(bars.map((bar) => [spanOf(bar), bar.close]));
    const opens = new Map(bars.toReversed().map((bar) => [spanOf(bar), bar.open]));
    return bars.map((bar) => closes.get(spanOf(bar))! - opens.get(spanOf(bar))!);
  }),
  honest: rolling(10, (bars) => {
    const closed = spanOf(bars.at(-1)!) - (bars.at(-1)!.closeTimeMs % TIMEFRAME_MS['5m'] === 0 ? 0 : 1);
    const five = bars.filter((bar) => spanOf(bar) === closed);
    return five.at(-1)!.close - five[0]!.open;
  }),
};

/** `rolling(11, center=True)`: half of the window lies ahead. */
export const centredWindow: Fault = {
  name: 'centred window',
  faulty: column((bars) =>
    bars.map((bar, i) => away(bar.close, mean(closesOf(bars.slice(Math.max(i - 5, 0), i + 6))))),
  ),
  honest: rolling(11, (bars) => away(bars.at(-1)!.close, mean(closesOf(bars)))),
};

function zScore(value: number, sample: readonly number[]): number {
  const about = mean(sample);
  const deviation = Math.sqrt(mean(sample.map((it) => (it - about) ** 2)));
  const score = (value - about) / deviation;
  return Math.abs(score) > 1 ? score : 0;
}

/** Mean and deviation of the whole file, long before it has happened. */
export const globalZScore: Fault = {
  name: 'global z-score',
  faulty: column((bars) => {
    const closes = closesOf(bars);
    const about = mean(closes);
    const deviation = Math.sqrt(mean(closes.map((it) => (it - about) ** 2)));
    return closes.map((close) => (Math.abs(close - about) > deviation ? close - about : 0));
  }),
  honest: rolling(100, (bars) => zScore(bars.at(-1)!.close, closesOf(bars))),
};

/** Ichimoku's lagging span is drawn 26 bars back: read where it is drawn, it is the future. */
export const chikou: Fault = {
  name: 'chikou read where it is drawn',
  faulty: column((bars) =>
    bars.map((bar, i) => (bars[i + 26] === undefined ? undefined : bars[i + 26]!.close - bar.close)),
  ),
  honest: rolling(27, (bars) => bars.at(-1)!.close - bars[0]!.close),
};

const dayOf = (bar: Bar): number => Math.floor(bar.openTimeMs / 86_400_000);

/** "More than its share of the day's volume", when the day is not over. */
export const sessionTotal: Fault = {
  name: 'session total known in advance',
  faulty: column((bars) => {
    const days = new Map<number, number[]>();
    for (const bar of bars) days.set(dayOf(bar), [...(days.get(dayOf(bar)) ?? []), bar.volume]);
    const means = new Map([...days].map(([day, volumes]) => [day, mean(volumes)]));
    return bars.map((bar) => (bar.volume > means.get(dayOf(bar))! ? bar.close - bar.open : 0));
  }),
  honest: rolling(100, (bars) => {
    const bar = bars.at(-1)!;
    return bar.volume > mean(bars.map((it) => it.volume)) ? bar.close - bar.open : 0;
  }),
};

/** An average that need not warm up: it begins at the mean of the bars the file ends with. It forgets that soon. */
export const warmedFromTheEnd: Fault = {
  name: 'warmed up from the end',
  faulty: column((bars) => {
    let average = mean(closesOf(bars.slice(-20)));
    return bars.map((bar) => {
      average += (bar.close - average) * (2 / 21);
      return away(bar.close, average);
    });
  }),
  honest: rolling(220, (bars) => {
    const average = closesOf(bars).reduce((sum, close) => sum + (close - sum) * (2 / 21));
    return away(bars.at(-1)!.close, average);
  }),
};

/** A swing low is one only after two higher lows: marked where it is, it tells of bars to come. */
export const swing: Fault = {
  name: 'swing marked at its turn',
  faulty: column((bars) =>
    bars.map((bar, i) => (bars[i + 1] !== undefined && isLowest(bars.slice(Math.max(i - 2, 0), i + 3), bar) ? 1 : 0)),
  ),
  honest: rolling(5, (bars) => (isLowest(bars, bars[2]!) ? 1 : 0)),
};

const isLowest = (bars: readonly Bar[], bar: Bar): boolean => bars.every((other) => other.low >= bar.low);
