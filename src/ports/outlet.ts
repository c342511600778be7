import type { Effect } from '../core/engine/effect.ts';

/** Somebody who hears of effects once they are on disk: the API's read model, the log, the screen. Must not throw. */
export interface Outlet {
  publish(effects: readonly Effect[]): void;
}
