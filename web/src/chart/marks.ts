import type { Position, Signal, Timeframe } from '../api/wire.ts';
import { SECONDS } from './bars.ts';
import type { Bracket } from './brackets.ts';

/** What is written on the chart where it happened. Time in UTC seconds of market time, of the bar that it falls into. */
export interface Mark {
  readonly time: number;
  readonly kind: 'buy' | 'sell' | 'fill' | 'exit';
  /** For the table. */
  readonly text: string;
  /** Of a signal, for the chart: as short as can be. */
  readonly strength?: number;
  /** At which it was filled, or left again. */
  readonly price?: number;
}

/** So many bars apart two labels do not touch, however close together the chart draws its bars. */
const LABEL_BARS = 6;

/** How long a signal is drawn of which nothing came, seconds. */
const SHOWN_SECONDS = 60;

const secondsOf = (instant: string): number => Date.parse(instant) / 1_000;

const barAt = (seconds: number, timeframe: Timeframe): number =>
  Math.floor(seconds / SECONDS[timeframe]) * SECONDS[timeframe];

/** @param positions Those that came of the signals: their times are those of the market, like the bars'. */
export function marksOf(signals: readonly Signal[], positions: readonly Position[], timeframe: Timeframe): Mark[] {
  const at = (instant: string): number => barAt(secondsOf(instant), timeframe);
  const issued = signals
    .filter(({ intent }) => intent === 'ENTRY')
    .map(
      ({ issued_at, direction, signal_strength }): Mark => ({
        time: at(issued_at),
        kind: direction === 'BUY' ? 'buy' : 'sell',
        text: `${direction} ${signal_strength.toFixed(0)}`,
        strength: signal_strength,
      }),
    );
  const executed = positions.flatMap((position): Mark[] => {
    const { opened_at, entry_price, closed_at, exit_price, account, reason } = position;
    const fill: Mark = { time: at(opened_at), kind: 'fill', text: `filled (${account})`, price: entry_price };
    if (closed_at === null) return [fill];
    const out = { time: at(closed_at), kind: 'exit', text: `out: ${reason}` } as const;
    return [fill, exit_price === null ? out : { ...out, price: exit_price }];
  });
  return [...issued, ...executed].sort((a, b) => a.time - b.time);
}

/** A mark as the chart has room for it. */
export interface PlottedMark extends Pick<Mark, 'time' | 'kind' | 'price'> {
  readonly label: string;
}

/**
 * One arrow per bar and side, with the strength of the strongest signal where there is room for it; the newest have the
 * right to it. Fills and exits stand at their prices and have no label. The table tells the rest.
 *
 * @param marks As `marksOf` gives them, by time.
 */
export function plotted(marks: readonly Mark[], timeframe: Timeframe): PlottedMark[] {
  const strongest = new Map<string, Mark>();
  for (const mark of marks) {
    const place = `${mark.time} ${mark.kind} ${mark.price ?? ''}`;
    const there = strongest.get(place);
    if (there === undefined || (mark.strength ?? 0) > (there.strength ?? 0)) strongest.set(place, mark);
  }
  let labelled = Number.POSITIVE_INFINITY;
  const newestFirst = [...strongest.values()].reverse().map(({ strength, text: _, ...mark }): PlottedMark => {
    const hasRoom = labelled - mark.time >= LABEL_BARS * SECONDS[timeframe];
    if (strength === undefined || !hasRoom) return { ...mark, label: '' };
    labelled = mark.time;
    return { ...mark, label: strength.toFixed(0) };
  });
  return newestFirst.reverse();
}

/** @param lastSeconds The newest bar: what is not over yet is drawn until there. */
export function bracketsOf(
  signals: readonly Signal[],
  positions: readonly Position[],
  timeframe: Timeframe,
  chosen: string | undefined,
  lastSeconds: number,
): Bracket[] {
  const barOf = (seconds: number): number => barAt(seconds, timeframe);
  return signals.flatMap((signal): Bracket[] => {
    if (signal.intent === 'CLOSE') return [];
    const from = secondsOf(signal.issued_at);
    const own = positions.filter(({ signal_id }) => signal_id === signal.id);
    const isOpen = signal.state === 'ACTIVE' || own.some(({ state }) => state === 'OPEN');
    const closed = own.flatMap(({ closed_at }) => (closed_at === null ? [] : [secondsOf(closed_at)]));
    const over = isOpen ? lastSeconds : Math.max(from + SHOWN_SECONDS, ...closed);
    return [
      {
        from: barOf(from),
        until: Math.min(barOf(Math.max(over, from + SECONDS[timeframe])), lastSeconds),
        ...{ entry: signal.entry_price, stop: signal.stop_loss, target: signal.take_profit },
        isChosen: signal.id === chosen,
      },
    ];
  });
}
