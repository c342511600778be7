import type { Effect } from '../core/engine/effect.ts';

/** Somebody who measures how long a turn of the house takes. Must not throw. */
export interface TurnWatch {
  /** The effects are known, in memory. */
  decided(effects: readonly Effect[]): void;
  /** They are on disk. Outlets hear of them next. */
  journaled(effects: readonly Effect[]): void;
}
