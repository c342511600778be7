import type { MarketEvent } from '../../../src/core/engine/event.ts';
import type { Bar } from '../../../src/core/market/bar.ts';
import type { Quote } from '../../../src/core/market/quote.ts';
import { MINUTE_MS, SECOND_MS } from '../../../src/core/market/timeframe.ts';
import type { Trade } from '../../../src/core/market/trade.ts';
import { minutesOf } from '../bars-from-trades.testing.ts';
import { cleanSystem, knownAtMs } from '../system.testing.ts';
import { type Fault, feeding, opinionOf, voting } from './fault.testing.ts';

/** An index off by one: every trade carries what the next one of its instrument did. */
export const nextTrade: Fault = {
  name: 'one event ahead',
  faulty: feeding((events) => {
    const next = new Map<string, Trade>();
    return events
      .toReversed()
      .map((event) => {
        if (event.kind !== 'trade') return event;
        const { price, size, aggressor } = next.get(event.symbol) ?? event;
        next.set(event.symbol, event);
        return { ...event, price, size, aggressor };
      })
      .toReversed();
  }),
  honest: cleanSystem,
};

/** Joined by when it happened, not by when it could be known: a recorded bar counts from its opening on. */
export const barAtItsOpen: Fault = {
  name: 'as of event time',
  faulty: feeding((events) =>
    events
      .map((event) =>
        event.kind === 'bar'
          ? { ...event, openTimeMs: event.openTimeMs - MINUTE_MS, closeTimeMs: event.openTimeMs }
          : event,
      )
      .sort((a, b) => knownAtMs(a) - knownAtMs(b)),
  ),
  honest: cleanSystem,
};

/** The first trade after a minute both closes the bar and is its close. */
export const closedByTheNextTrade: Fault = {
  name: "closed at the next trade's price",
  faulty: feeding((events) =>
    withBars(events, (bar, trades) => trades.find((it) => it.eventTimeMs >= bar.closeTimeMs)),
  ),
  honest: feeding((events) => withBars(events, () => undefined)),
};

/** Minute bars instead of trades, at their closes. */
function withBars(
  events: readonly MarketEvent[],
  closedBy: (bar: Bar, trades: readonly Trade[]) => Trade | undefined,
): MarketEvent[] {
  const last = events.at(-1);
  const trades = events.filter((event): event is Trade => event.kind === 'trade');
  const bars = minutesOf(trades, last === undefined ? 0 : knownAtMs(last) + 1).filter(
    (bar) => bar.closeTimeMs <= knownAtMs(last!),
  );
  const built = bars.map((bar) => {
    const close =
      closedBy(
        bar,
        trades.filter((trade) => trade.symbol === bar.symbol),
      )?.price ?? bar.close;
    return { ...bar, close, high: Math.max(bar.high, close), low: Math.min(bar.low, close) };
  });
  const rest: MarketEvent[] = events.filter((event) => event.kind !== 'trade');
  return [...rest, ...built].sort((a, b) => knownAtMs(a) - knownAtMs(b));
}

/** Seconds labelled by their beginning: at 10:00:05 the quote with which the second 10:00:05 will end. */
export const quoteOfTheComingSecond: Fault = {
  name: 'quote of the coming second',
  faulty: quotes(SECOND_MS),
  honest: quotes(0),
};

function quotes(aheadMs: number): Fault['faulty'] {
  return voting((tape, symbol) => {
    const known = tape.events.filter((event): event is Quote => event.kind === 'quote' && event.symbol === symbol);
    const middleBefore = (timeMs: number): number | undefined => {
      const quote = known.findLast((it) => it.eventTimeMs < timeMs);
      return quote === undefined ? undefined : quote.bidPrice + quote.askPrice;
    };
    let [before, lean]: [number | undefined, number] = [undefined, 0];
    return {
      onSecond(secondMs) {
        const middle = middleBefore(secondMs + aheadMs);
        lean = (middle ?? 0) - (before ?? middle ?? 0);
        before = middle;
      },
      get opinion() {
        return opinionOf(lean);
      },
    };
  });
}
