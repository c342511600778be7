import type { Position, Signal, Timeframe } from '../api/wire.ts';
import { SECONDS } from './bars.ts';
import type { Bracket } from './brackets.ts';

/** What is written on the chart where it happened. Time in UTC seconds of market time, of the bar that it falls into. */
export interface Mark {
  readonly time: number;
  readonly kind: 'buy' | 'sell' | 'fill' | 'exit';
  readonly text: string;
}

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
      }),
    );
  const executed = positions.flatMap(({ opened_at, closed_at, account, reason }): Mark[] => [
    { time: at(opened_at), kind: 'fill', text: `filled (${account})` },
    ...(closed_at === null ? [] : [{ time: at(closed_at), kind: 'exit' as const, text: `out: ${reason}` }]),
  ]);
  return [...issued, ...executed].sort((a, b) => a.time - b.time);
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
