import type { MarketEvent } from '../core/engine/event.ts';

/** Recorded market data that can be played once, from beginning to end. */
export interface Playable {
  /** What the surfaces name it by. */
  readonly label: string;
  /** The names of its files. */
  readonly names: readonly string[];
  readonly symbols: readonly string[];
  /** Market time of its beginning, UTC milliseconds. */
  readonly firstTimeMs: number;
  /** Problems by name, counted so far. */
  readonly problems: Readonly<Record<string, number>>;
  batches(): AsyncGenerator<readonly MarketEvent[], void, void>;
}
