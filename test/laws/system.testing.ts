import type { Effect } from '../../src/core/engine/effect.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { MarketEvent } from '../../src/core/engine/event.ts';
import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Instrument } from '../../src/core/market/instrument.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import { Trace, traced } from './trace.testing.ts';

/** Recorded market events with everything that is needed to run them. */
export interface LawTape {
  readonly name: string;
  readonly instruments: readonly Instrument[];
  /** In the order in which they became known. Objects of their own: nobody uses them again. */
  readonly events: readonly MarketEvent[];
  readonly settings: EngineSettings;
  /** What `settings` declare as their warm-up: ten times the longest period. */
  readonly warmupMs: number;
}

/** What a system made of a tape. */
export interface Outcome {
  readonly effects: readonly Effect[];
  readonly signals: readonly Signal[];
  readonly votes: ReadonlyMap<string, Trace>;
}

/** Anything that turns a whole tape into an outcome. It COULD look ahead, so the laws have something to hold it to. */
export type System = (tape: LawTape) => Outcome;

/** The engine as it is, fed event by event. */
export const cleanSystem: System = (tape) => runEngine(tape);

function runEngine(tape: LawTape): Outcome {
  const votes = new Map(tape.instruments.map(({ symbol }) => [symbol, new Trace()]));
  const seats = tape.settings.seats.map((seat, index) => ({
    ...seat,
    definition: traced(seat.definition, index, (symbol) => votes.get(symbol)!),
  }));
  const engine = new Engine({ ...tape.settings, seats });
  const effects: Effect[] = [];
  for (const instrument of tape.instruments) engine.apply({ kind: 'instrument', instrument });
  for (const event of tape.events) {
    for (const effect of engine.apply(event)) effects.push(effect);
  }
  return {
    effects,
    signals: effects.flatMap((effect) => (effect.kind === 'signal_issued' ? effect.signal : [])),
    votes,
  };
}

/** The outcome of a system on a tape, remembered: most laws compare with that of the whole tape. */
export function outcomeOf(system: System, tape: LawTape): Outcome {
  const known = outcomes.get(tape)?.get(system);
  if (known !== undefined) return known;
  const outcome = system(tape);
  const ofTape = outcomes.get(tape) ?? new WeakMap<System, Outcome>();
  outcomes.set(tape, ofTape.set(system, outcome));
  return outcome;
}

const outcomes = new WeakMap<LawTape, WeakMap<System, Outcome>>();

/** When an event can be known at the earliest. */
export function knownAtMs(event: MarketEvent): number {
  switch (event.kind) {
    case 'bar':
      return event.closeTimeMs;
    case 'gap':
      return event.toMs;
    case 'instrument':
    case 'catch_up':
      return 0;
    default:
      return event.eventTimeMs;
  }
}

/** Of the event's instrument; `undefined` for what concerns all. */
export const symbolOf = (event: MarketEvent): string | undefined => ('symbol' in event ? event.symbol : undefined);

/** Market time at which a signal was decided. */
export const issuedMs = (signal: Signal): number => Math.floor(signal.stampUs / 1000);
