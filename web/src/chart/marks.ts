import type { Delivery, Signal, Timeframe } from '../api/wire.ts';
import { SECONDS } from './bars.ts';
import type { Bracket } from './brackets.ts';

/** What is written on the chart where it happened. Time in UTC seconds, of the bar that it falls into. */
export interface Mark {
  readonly time: number;
  readonly kind: 'buy' | 'sell' | 'fill' | 'exit';
  readonly text: string;
}

/** How long a signal is drawn of which nothing came, seconds. */
const SHOWN_SECONDS = 60;

export function marksOf(signals: readonly Signal[], timeframe: Timeframe): Mark[] {
  const barOf = (instant: string): number => {
    const length = SECONDS[timeframe];
    return Math.floor(Date.parse(instant) / 1_000 / length) * length;
  };
  return signals
    .flatMap((signal): Mark[] => {
      if (signal.intent === 'CLOSE') return [];
      const issued: Mark = {
        time: barOf(signal.issued_at),
        kind: signal.direction === 'BUY' ? 'buy' : 'sell',
        text: `${signal.direction} ${signal.signal_strength.toFixed(0)}`,
      };
      return [issued, ...(signal.deliveries ?? []).flatMap((delivery) => executed(signal, delivery, barOf))];
    })
    .sort((a, b) => a.time - b.time);
}

/** Fills have the time of the house, signals that of the market: on a market at another speed the signal's own is taken. */
function executed(signal: Signal, delivery: Delivery, barOf: (instant: string) => number): Mark[] {
  const at = (state: string): string | undefined => delivery.history.find((step) => step.state === state)?.at;
  const [filled, closed] = [at('FILLED') ?? at('PARTIAL'), at('CLOSED')];
  const near = (instant: string): number =>
    Math.abs(Date.parse(instant) - Date.parse(signal.issued_at)) < 86_400_000
      ? barOf(instant)
      : barOf(signal.issued_at);
  return [
    ...(filled === undefined
      ? []
      : [{ time: near(filled), kind: 'fill' as const, text: `filled (${delivery.account})` }]),
    ...(closed === undefined ? [] : [{ time: near(closed), kind: 'exit' as const, text: delivery.reason }]),
  ];
}

/** @param lastSeconds The newest bar: what is not over yet is drawn until there. */
export function bracketsOf(
  signals: readonly Signal[],
  timeframe: Timeframe,
  chosen: string | undefined,
  lastSeconds: number,
): Bracket[] {
  const length = SECONDS[timeframe];
  const barOf = (seconds: number): number => Math.floor(seconds / length) * length;
  return signals.flatMap((signal): Bracket[] => {
    if (signal.intent === 'CLOSE') return [];
    const from = Date.parse(signal.issued_at) / 1_000;
    const isOpen = (signal.deliveries ?? []).some(({ state }) => state === 'FILLED' || state === 'PARTIAL');
    const closed = (signal.deliveries ?? [])
      .flatMap(({ history }) => history.filter(({ state }) => state === 'CLOSED'))
      .map(({ at }) => Date.parse(at) / 1_000)
      .filter((seconds) => seconds >= from && seconds <= lastSeconds + length);
    const over = signal.state === 'ACTIVE' || isOpen ? lastSeconds : (closed.at(-1) ?? from + SHOWN_SECONDS);
    return [
      {
        from: barOf(from),
        until: Math.min(barOf(Math.max(over, from + length)), lastSeconds),
        ...{ entry: signal.entry_price, stop: signal.stop_loss, target: signal.take_profit },
        isChosen: signal.id === chosen,
      },
    ];
  });
}
