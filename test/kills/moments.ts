/** Half done: a signal is on its way to the server, or an executor has claimed, sent or reported one. */
export type MomentKind = 'publishing' | 'executing';

/** Moments at which something is half done, and a kill would cut it in two. */
export class Moments {
  readonly #waiting = new Map<MomentKind, (() => void)[]>();

  /** Such a moment is now. */
  now(kind: MomentKind): void {
    const waiting = this.#waiting.get(kind) ?? [];
    for (const wake of waiting.splice(0)) wake();
  }

  /** The next one, or after this long. @returns whether there was one */
  next(kind: MomentKind, msMax: number): Promise<boolean> {
    return new Promise((resolve) => {
      const impatience = setTimeout(() => resolve(false), msMax);
      const wake = () => {
        clearTimeout(impatience);
        resolve(true);
      };
      const waiting = this.#waiting.get(kind);
      if (waiting === undefined) this.#waiting.set(kind, [wake]);
      else waiting.push(wake);
    });
  }
}
