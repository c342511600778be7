import { setTimeout as pause } from 'node:timers/promises';

/** Resolves after `ms`, or at once when stopped. */
export const sleep = (ms: number, stop: AbortSignal): Promise<unknown> =>
  pause(ms, undefined, { signal: stop }).catch(() => undefined);
