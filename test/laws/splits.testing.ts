import type { MarketEvent } from '../../src/core/engine/event.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import type { Random } from '../../src/core/simulation/random.ts';
import { knownAtMs, type LawTape, type Outcome, type System, symbolOf } from './system.testing.ts';
import { difference } from './trace.testing.ts';

/**
 * How a tape is handed over is not part of it. Two ways that must make no difference to any instrument of it:
 *
 *   more clocks       the clock may say at any moment, and as often as it likes, how late it is
 *   another market    one more instrument, whose events come in between
 */
export function handedOverDifferently(
  plain: Outcome,
  system: System,
  tape: LawTape,
  chance: Random,
): string | undefined {
  const clocks = sameOutcome(plain, system({ ...tape, events: withClocks(tape.events, chance) }));
  if (clocks !== undefined) return `with more clocks: ${clocks}`;
  const other = sameOutcome(plain, system(withNeighbour(tape)));
  return other === undefined ? undefined : `beside another instrument: ${other}`;
}

/** Stamps may differ: they grow over all instruments, so two signals of one millisecond get two. */
function sameOutcome(plain: Outcome, outcome: Outcome): string | undefined {
  for (const [symbol, trace] of plain.votes) {
    const other = outcome.votes.get(symbol)!;
    const problem = difference(trace, other, [0, trace.timeMs.length], [0, other.timeMs.length]);
    if (problem !== undefined) return `${symbol} ${problem}`;
    const signalsOf = ({ signals }: Outcome): string =>
      JSON.stringify(signals.filter((signal) => signal.symbol === symbol).map(withoutStamp));
    if (signalsOf(plain) !== signalsOf(outcome)) return `${symbol}: other signals`;
  }
  return undefined;
}

const withoutStamp = ({ stampUs: _, ...rest }: Signal): Omit<Signal, 'stampUs'> => rest;

function withClocks(events: readonly MarketEvent[], chance: Random): MarketEvent[] {
  let nowMs = 0;
  return events.flatMap((event) => {
    const nextMs = Math.max(nowMs, knownAtMs(event));
    const isFirst = nowMs === 0;
    const betweenMs = nowMs + Math.floor(chance.uniform() * (nextMs - nowMs));
    nowMs = nextMs;
    if (isFirst || nextMs === 0 || chance.uniform() < 0.5) return [event];
    // A bar is known from its close on, and so is the time.
    return [{ kind: 'clock', eventTimeMs: betweenMs }, ...(event.kind === 'bar' ? [] : [clock(nextMs)]), event];
  });
}

const clock = (eventTimeMs: number): MarketEvent => ({ kind: 'clock', eventTimeMs });

const NEIGHBOUR = 'NEIGHBOURUSDT';

/** A copy of the first instrument, with prices and sizes of its own, is always a moment ahead. */
function withNeighbour(tape: LawTape): LawTape {
  const first = tape.instruments[0]!;
  const events = tape.events.flatMap((event) =>
    symbolOf(event) === first.symbol ? [asNeighbour(event), event] : [event],
  );
  return { ...tape, instruments: [{ ...first, symbol: NEIGHBOUR }, ...tape.instruments], events };
}

function asNeighbour(event: MarketEvent): MarketEvent {
  if (event.kind === 'trade') return { ...event, symbol: NEIGHBOUR, price: event.price * 2, size: event.size * 3 };
  if (event.kind === 'bar') {
    const { open, high, low, close, volume } = event;
    return {
      ...event,
      symbol: NEIGHBOUR,
      open: open * 2,
      high: high * 2,
      low: low * 2,
      close: close * 2,
      volume: volume * 2,
    };
  }
  if (event.kind === 'quote' || event.kind === 'book') return { ...event, symbol: NEIGHBOUR };
  return event;
}
