import type { MarketEvent } from '../../core/engine/event.ts';
import type { Playable } from '../../ports/playable.ts';
import type { RecordedSession, Recording } from './recording.ts';
import type { RecordedStep } from './step.ts';

/** The market data of a recording, to be played like any other tape. What people asked of the house is left out. */
export class RecordedTape implements Playable {
  readonly label: string;
  readonly names: readonly string[];
  readonly symbols: readonly string[];
  readonly firstTimeMs: number;
  readonly #recording: Recording;
  readonly #wanted: ReadonlySet<string> | undefined;

  private constructor(recording: Recording, symbols: readonly string[], wanted: readonly string[] | undefined) {
    const { sessions } = recording;
    this.#recording = recording;
    this.#wanted = wanted === undefined ? undefined : new Set(wanted);
    this.names = sessions.flatMap(({ names }) => names);
    this.label = this.names.length === 1 ? this.names[0]! : `${this.names.length} files`;
    this.symbols = symbols.filter((symbol) => this.#wanted?.has(symbol) ?? true);
    this.firstTimeMs = sessions[0]!.header.marketTimeMs;
  }

  /** @param wanted only these instruments; `undefined` for all */
  static async open(recording: Recording, wanted: readonly string[] | undefined): Promise<RecordedTape> {
    return new RecordedTape(recording, await firstInstruments(recording.sessions[0]), wanted);
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

/** How many blocks are looked at for the first instruments: a live market needs some seconds to find them. */
const LOOK_BLOCKS = 16;

/** The instruments that a recording begins with. Others may come, and some may go. */
async function firstInstruments(session: RecordedSession | undefined): Promise<readonly string[]> {
  const symbols = new Set<string>();
  const batches = session?.peek() ?? [];
  let blocks = 0;
  for await (const steps of batches) {
    for (const step of steps) if (step.kind === 'instrument') symbols.add(step.instrument.symbol);
    blocks += 1;
    if (symbols.size > 0 || blocks >= LOOK_BLOCKS) break;
  }
  return [...symbols];
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
