import type { EngineStatistics } from '../../adapters/http/api-house.ts';
import type { TapeProgress } from '../../adapters/replay/tape.ts';
import type { Effect } from '../../core/engine/effect.ts';

/** Something recorded on its way through the engine. Counts stand as far as it has come. */
export interface ReplayRun {
  readonly label: string;
  readonly progress: TapeProgress;
  readonly census: EngineStatistics;
  /** Market time of the first and the last that was read, UTC milliseconds. */
  readonly span: readonly [number, number] | undefined;
  /** Lines for the summary, each without its end. */
  readonly remarks: readonly string[];
  /** What is wrong with what was read, for the last word of the run; `undefined` when all is well. */
  readonly damage: string | undefined;
  /** The effects, batch by batch of what is read; mostly none. */
  effects(): AsyncGenerator<readonly Effect[], void, void>;
}
