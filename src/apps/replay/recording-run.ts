import { crc32 } from 'node:zlib';
import { concerns } from '../../adapters/recording/recorded-tape.ts';
import type { FileReport, RecordedSession, Recording } from '../../adapters/recording/recording.ts';
import type { RecordedStep } from '../../adapters/recording/step.ts';
import { guideSignalJson } from '../../contract/guide-signal.ts';
import { Books } from '../../core/delivery/books.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { Engine } from '../../core/engine/engine.ts';
import type { EngineSettings } from '../../core/engine/settings.ts';
import { settingsThatDiffer } from '../recorder.ts';
import { addedUp } from './added-up.ts';
import { type Missing, missingOf } from './missing.ts';
import type { ReplayRun } from './run.ts';

/** How the signals that came compare with those that were recorded. */
interface Likeness {
  same: number;
  recorded: number;
  /** Came, and were not recorded. */
  others: number;
}

export interface RecordingRunOptions {
  readonly recording: Recording;
  /** The engine's settings for a session that was recorded under this anchor, of this market. */
  readonly settingsFor: (run: Pick<EngineSettings, 'runAnchor' | 'market' | 'unpriced'>) => EngineSettings;
  /** Only these instruments; `undefined` for all. */
  readonly wanted: ReadonlySet<string> | undefined;
}

/**
 * What this program recorded, through an engine for every session that begins where the recorded one began: with what was
 * known then, under the same anchor, asked the same things in between. Equal settings give equal signals.
 */
export class RecordingRun implements ReplayRun {
  readonly #options: RecordingRunOptions;
  readonly #likeness: Likeness = { same: 0, recorded: 0, others: 0 };
  readonly #changed = new Set<string>();
  /** Instruments that the recording speaks of. */
  readonly #there = new Set<string>();
  #before: ReplayRun['census'] = { fusionRuns: 0, silences: {}, problems: {}, strategies: {} };
  #engine: Engine | undefined;
  #firstMs: number | undefined;
  #lastMs = 0;

  constructor(options: RecordingRunOptions) {
    this.#options = options;
  }

  get label(): string {
    const names = this.#sessions.flatMap((session) => session.names);
    const sessions = this.#sessions.length === 1 ? '' : `, ${this.#sessions.length} sessions`;
    return `${names.length === 1 ? names[0] : `${names.length} files`}${sessions}`;
  }

  get progress(): ReplayRun['progress'] {
    const sum = { readBytes: 0, totalBytes: 0, rowCount: 0 };
    for (const { readBytes, totalBytes, stepCount } of this.#sessions) {
      sum.readBytes += readBytes;
      sum.totalBytes += totalBytes;
      sum.rowCount += stepCount;
    }
    return sum;
  }

  get census(): ReplayRun['census'] {
    return this.#engine === undefined ? this.#before : addedUp(this.#before, countsOf(this.#engine));
  }

  get span(): ReplayRun['span'] {
    return this.#firstMs === undefined ? undefined : [this.#firstMs, this.#lastMs];
  }

  get remarks(): readonly string[] {
    const open = this.#reports
      .filter(({ ending }) => ending.kind === 'open')
      .map(({ name }) => `  remark     ${name}: was not closed; what it holds is whole`);
    const beheaded = this.#sessions
      .filter((session) => !session.isFromBeginning)
      .map(
        ({ names }) => `  remark     ${names[0]}: the beginning of its session is not here, so its signals may differ`,
      );
    const missing = this.#missing === undefined ? [] : [`  remark     ${this.#missing.sentence}`];
    return [...this.#parity(), ...missing, ...open, ...beheaded];
  }

  get damage(): string | undefined {
    const torn = this.#reports.flatMap(({ name, ending }) =>
      ending.kind === 'torn' ? [`${name} at byte ${ending.atByte}: ${ending.problem}`] : [],
    );
    const damaged = [...this.#options.recording.unreadable, ...torn];
    if (damaged.length > 0) {
      return `the recording is cut short or damaged, and what was read before stands: ${damaged.join('; ')}`;
    }
    if (this.#missing?.isAll === true) return this.#missing.sentence;
    const isComparable = this.#changed.size === 0 && this.#sessions.every((session) => session.isFromBeginning);
    if (!isComparable || this.#isAlike) return undefined;
    return 'the signals are not those that were recorded, although the settings are';
  }

  async *effects(): AsyncGenerator<readonly Effect[], void, void> {
    for (const session of this.#sessions) {
      const engine = this.#begin(session);
      const { decided, asked } = session.header;
      // Whoever wants all that was asked for wants all that was recorded.
      const isAll = asked !== 'all' && asked.every((symbol) => this.#options.wanted?.has(symbol));
      const wanted = isAll ? undefined : this.#options.wanted;
      const comparison = new Comparison(this.#likeness, decided && wanted === undefined);
      for await (const steps of session.batches()) {
        const effects: Effect[] = [];
        for (const step of steps) {
          if (step.kind === 'signal') {
            comparison.wasRecorded(step.checksum);
            continue;
          }
          if (step.kind === 'instrument') this.#there.add(step.instrument.symbol);
          else if ('symbol' in step && step.symbol !== undefined) this.#there.add(step.symbol);
          if (!concerns(step, wanted)) continue;
          const told = tell(engine, step);
          comparison.came(told);
          for (const effect of told) effects.push(effect);
          this.#noteTime(step);
        }
        yield effects;
      }
      comparison.end();
    }
  }

  get #sessions(): readonly RecordedSession[] {
    return this.#options.recording.sessions;
  }

  get #reports(): readonly FileReport[] {
    return this.#sessions.flatMap((session) => session.reports);
  }

  get #missing(): Missing | undefined {
    return missingOf(this.#options.wanted, this.#there);
  }

  get #isAlike(): boolean {
    const { same, recorded, others } = this.#likeness;
    return same === recorded && others === 0;
  }

  #begin({ header, books }: RecordedSession): Engine {
    if (this.#engine !== undefined) this.#before = addedUp(this.#before, countsOf(this.#engine));
    const { runAnchor, market } = header;
    const unpriced = header.settings.sections.unpriced === true;
    const settings = this.#options.settingsFor({ runAnchor, market, ...(unpriced && { unpriced }) });
    for (const name of settingsThatDiffer(header.settings, settings)) this.#changed.add(name);
    this.#engine = new Engine(settings, new Books(books));
    return this.#engine;
  }

  #parity(): readonly string[] {
    const { same, recorded, others } = this.#likeness;
    const changed = this.#changed.size === 0 ? '' : `; set otherwise: ${[...this.#changed].join(', ')}`;
    if (recorded + others === 0) return changed === '' ? [] : [`as recorded  nothing to compare${changed}`];
    const instead = others === 0 ? '' : `, and ${others} that ${others === 1 ? 'was' : 'were'} not recorded`;
    return [`as recorded  ${same} of ${recorded} signals, byte for byte${instead}${changed}`];
  }

  #noteTime(step: RecordedStep): void {
    const timeMs = step.kind === 'bar' ? step.closeTimeMs : 'eventTimeMs' in step ? step.eventTimeMs : undefined;
    if (timeMs === undefined) return;
    this.#firstMs = Math.min(this.#firstMs ?? timeMs, timeMs);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
  }
}

function countsOf({ census }: Engine): ReplayRun['census'] {
  const { fusionRuns, silences, problems, strategies } = census;
  return { fusionRuns, silences, problems, strategies };
}

/** The engine's answer to what it was told or asked. */
function tell(engine: Engine, step: Exclude<RecordedStep, { kind: 'signal' }>): readonly Effect[] {
  if (step.kind !== 'command') return engine.apply(step);
  engine.take(step.command, step.moment);
  return engine.drain();
}

/** Holds the signals of one session against the recorded ones. */
class Comparison {
  readonly #likeness: Likeness;
  readonly #isOn: boolean;
  /** Of the last step, and not yet met in the recording. */
  #unmet: number[] = [];

  constructor(likeness: Likeness, isOn: boolean) {
    this.#likeness = likeness;
    this.#isOn = isOn;
  }

  came(effects: readonly Effect[]): void {
    if (!this.#isOn) return;
    this.#settle();
    for (const effect of effects) {
      if (effect.kind === 'signal_issued') this.#unmet.push(crc32(guideSignalJson(effect.signal, effect.seq)));
    }
  }

  /** A signal of the step before was recorded. */
  wasRecorded(checksum: number): void {
    if (!this.#isOn) return;
    this.#likeness.recorded += 1;
    if (this.#unmet.shift() === checksum) this.#likeness.same += 1;
  }

  /** Of a recording that ends in the middle of a step nobody knows what else was recorded. */
  end(): void {
    this.#unmet = [];
  }

  #settle(): void {
    if (this.#unmet.length === 0) return;
    this.#likeness.others += this.#unmet.length;
    this.#unmet = [];
  }
}
