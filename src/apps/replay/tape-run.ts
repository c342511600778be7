import type { Tape } from '../../adapters/replay/tape.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { Engine } from '../../core/engine/engine.ts';
import type { EngineSettings } from '../../core/engine/settings.ts';
import { missingOf } from './missing.ts';
import type { ReplayRun } from './run.ts';

/** Tapes as vendors publish them, through one engine. */
export class TapeRun implements ReplayRun {
  readonly #tape: Tape;
  readonly #engine: Engine;
  readonly #wanted: ReadonlySet<string> | undefined;

  /** @param wanted of which instruments the tape was asked for; `undefined` for all */
  constructor(tape: Tape, settings: EngineSettings, wanted: ReadonlySet<string> | undefined) {
    this.#tape = tape;
    this.#wanted = wanted;
    this.#engine = new Engine(settings);
  }

  get label(): string {
    return this.#tape.label;
  }

  get progress(): ReplayRun['progress'] {
    return this.#tape.progress;
  }

  get census(): ReplayRun['census'] {
    return this.#engine.census;
  }

  get span(): ReplayRun['span'] {
    const times = this.#tape.summaries.flatMap(({ firstTimeMs, lastTimeMs }) =>
      firstTimeMs === undefined || lastTimeMs === undefined ? [] : [firstTimeMs, lastTimeMs],
    );
    return times.length === 0 ? undefined : [Math.min(...times), Math.max(...times)];
  }

  get remarks(): readonly string[] {
    const missing = missingOf(this.#wanted, new Set(this.#tape.symbols));
    const problems = this.#tape.summaries.flatMap(({ name, problems }) =>
      problems.map((problem) => {
        const where = problem.firstLine > 0 ? `, first in line ${problem.firstLine}` : '';
        const detail = problem.detail === '' ? '' : `: ${problem.detail}`;
        return `  problem    ${name}: ${problem.name} ${problem.count}${where}${detail}`;
      }),
    );
    return [...(missing === undefined ? [] : [`  remark     ${missing.sentence}`]), ...problems];
  }

  /** The tapes that broke off. */
  get damage(): string | undefined {
    const torn = this.#tape.summaries.flatMap(({ name, problems }) =>
      problems
        .filter((problem) => problem.name === 'cut short or damaged')
        .map(({ firstLine }) => `${name} in line ${firstLine}`),
    );
    if (torn.length === 0) return undefined;
    return `the tape is cut short or damaged, and what was read before stands: ${torn.join(', ')}`;
  }

  async *effects(): AsyncGenerator<readonly Effect[], void, void> {
    for await (const batch of this.#tape.batches()) {
      const effects: Effect[] = [];
      for (const event of batch) for (const effect of this.#engine.apply(event)) effects.push(effect);
      yield effects;
    }
  }
}
