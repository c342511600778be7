/** Ctrl-C, an ordered end, a closed terminal. Windows knows the first and the last. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the first wish to end into an `AbortSignal`; the second one ends the process as it always would. */
export function untilInterrupted(): { readonly signal: AbortSignal; release(): void } {
  const stop = new AbortController();
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, interrupted);
  };
  const interrupted = (): void => {
    stop.abort();
    release();
  };
  for (const name of SIGNALS) process.on(name, interrupted);
  return { signal: stop.signal, release };
}
