import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  async sleep(ms, stop) {
    try {
      await sleepFor(ms, undefined, stop === undefined ? {} : { signal: stop });
    } catch (error) {
      if (!stop?.aborted) throw error;
    }
  },
};
