/** Does something once, after so many milliseconds. @returns how to prevent it */
export type Later = (ms: number, run: () => void) => () => void;

export const realLater: Later = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
