import { setTimeout as pause } from 'node:timers/promises';

/** Resolves after `ms`, or at once when stopped. Keeps no process alive that has nothing else to do. */
export const sleep = (ms: number, stop: AbortSignal): Promise<unknown> =>
  pause(ms, undefined, { signal: stop, ref: false }).catch(() => undefined);
