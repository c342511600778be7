import type { MarketEvent } from '../../core/engine/event.ts';
import type { Playable } from '../../ports/playable.ts';
import type { Recording } from './recording.ts';
import type { RecordedStep } from './step.ts';

/** The market data of a recording, to be played like any other tape. What people asked of the house is left out. */
export class RecordedTape implements Playable {
  readonly label: string;
  readonly names: readonly string[];
  readonly symbols: readonly string[];
  readonly firstTimeMs: number;
  readonly #recording: Recording;
  readonly #wanted: ReadonlySet<string> | undefined;

  /** @param wanted only these instruments; `undefined` for all */
  constructor(recording: Recording, wanted: readonly string[] | undefined) {
    const { sessions } = recording;
    this.#recording = recording;
    this.#wanted = wanted === undefined ? undefined : new Set(wanted);
    this.names = sessions.flatMap(({ names }) => names);
    this.label = this.names.length === 1 ? this.names[0]! : `${this.names.length} files`;
    const symbols = [...new Set(sessions.flatMap(({ header }) => header.symbols))];
    this.symbols = symbols.filter((symbol) => this.#wanted?.has(symbol) ?? true);
    this.firstTimeMs = sessions[0]!.header.marketTimeMs;
  }

  get problems(): Readonly<Record<string, number>> {
    const reports = this.#recording.sessions.flatMap((session) => session.reports);
    const torn = reports.filter(({ ending }) => ending.kind === 'torn').length;
    return torn === 0 ? {} : { 'cut short or damaged': torn };
  }

  async *batches(): AsyncGenerator<readonly MarketEvent[], void, void> {
    for (const session of this.#recording.sessions) {
      for await (const steps of session.batches()) {
        const events = steps.filter(isMarketEvent).filter((event) => concerns(event, this.#wanted));
        if (events.length > 0) yield events;
      }
    }
  }
}

/** Whether a step has to do with one of these instruments, or with all. */
export function concerns(step: RecordedStep, wanted: ReadonlySet<string> | undefined): boolean {
  if (wanted === undefined) return true;
  if (step.kind === 'instrument') return wanted.has(step.instrument.symbol);
  return !('symbol' in step) || step.symbol === undefined || wanted.has(step.symbol);
}

function isMarketEvent(step: RecordedStep): step is MarketEvent {
  return step.kind !== 'command' && step.kind !== 'signal' && step.kind !== 'acknowledge' && step.kind !== 'propose';
}
