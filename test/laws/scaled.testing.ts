import type { MarketEvent } from '../../src/core/engine/event.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import type { LawTape, Outcome, System } from './system.testing.ts';
import { difference } from './trace.testing.ts';

const PRICE_BY = 1_000;
const SIZE_BY = 0.01;

/** Prices (and the tick) x 1000 and sizes x 0.01 change no vote and no signal, except its prices: those are x 1000. */
export function scaled(plain: Outcome, system: System, tape: LawTape): string | undefined {
  const outcome = system({
    ...tape,
    instruments: tape.instruments.map((it) => ({
      ...it,
      tickSize: it.tickSize * PRICE_BY,
      stepSize: it.stepSize * SIZE_BY,
    })),
    events: tape.events.map(inOtherUnits),
  });
  for (const [symbol, trace] of plain.votes) {
    const other = outcome.votes.get(symbol)!;
    const problem = difference(trace, other, [0, trace.timeMs.length], [0, other.timeMs.length], 1e-6);
    if (problem !== undefined) return `${symbol} ${problem}`;
  }
  if (outcome.signals.length !== plain.signals.length) {
    return `${plain.signals.length} signals became ${outcome.signals.length}`;
  }
  const at = plain.signals.findIndex((signal, index) => !isScaled(signal, outcome.signals[index]!));
  return at < 0 ? undefined : `signal ${at}: ${JSON.stringify([plain.signals[at], outcome.signals[at]])}`;
}

function isScaled(signal: Signal, other: Signal): boolean {
  const pricesOf = ({ entryPrice, stopPrice, targetPrices }: Signal): number[] => [
    entryPrice,
    stopPrice,
    ...targetPrices,
  ];
  const samePrices = pricesOf(signal).every(
    (price, index) => Math.abs(pricesOf(other)[index]! / (price * PRICE_BY) - 1) < 1e-12,
  );
  // Reasons tell prices. Everything else is as it was.
  const rest = ({ entryPrice: _1, stopPrice: _2, targetPrices: _3, reasons: _4, votes, ...same }: Signal): string =>
    JSON.stringify([same, votes.map(({ strategy, side, strength }) => [strategy, side, strength])]);
  return samePrices && rest(signal) === rest(other);
}

function inOtherUnits(event: MarketEvent): MarketEvent {
  const prices = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * PRICE_BY);
  const sizes = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value * SIZE_BY);
  switch (event.kind) {
    case 'bar': {
      const [open, high, low, close] = prices([event.open, event.high, event.low, event.close]) as [
        number,
        number,
        number,
        number,
      ];
      const buyVolume = event.buyVolume === undefined ? undefined : event.buyVolume * SIZE_BY;
      return { ...event, open, high, low, close, volume: event.volume * SIZE_BY, buyVolume };
    }
    case 'trade':
      return { ...event, price: event.price * PRICE_BY, size: event.size * SIZE_BY };
    case 'quote': {
      const [bidPrice, askPrice] = prices([event.bidPrice, event.askPrice]) as [number, number];
      return { ...event, bidPrice, askPrice, bidSize: event.bidSize * SIZE_BY, askSize: event.askSize * SIZE_BY };
    }
    case 'book': {
      const [bidPrices, askPrices] = [prices(event.bidPrices), prices(event.askPrices)];
      return { ...event, bidPrices, askPrices, bidSizes: sizes(event.bidSizes), askSizes: sizes(event.askSizes) };
    }
    default:
      return event;
  }
}
