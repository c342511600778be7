/** Where nothing was recorded although something should have been. */
export interface Silences {
  readonly count: number;
  readonly totalMs: number;
  /** `undefined` when there are none. */
  readonly longest: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Adds up the stretches between two times that are longer than they may be. Constant memory. */
export class SilenceMeter {
  readonly #longestAllowedMs: number;
  #lastMs: number | undefined;
  #count = 0;
  #totalMs = 0;
  #longest: Silences['longest'];

  constructor(longestAllowedMs: number) {
    this.#longestAllowedMs = longestAllowedMs;
  }

  note(timeMs: number): void {
    if (this.#lastMs !== undefined && timeMs - this.#lastMs > this.#longestAllowedMs) this.#add(this.#lastMs, timeMs);
    if (this.#lastMs === undefined || timeMs > this.#lastMs) this.#lastMs = timeMs;
  }

  #add(fromMs: number, toMs: number): void {
    this.#count += 1;
    this.#totalMs += toMs - fromMs;
    if (this.#longest === undefined || toMs - fromMs > this.#longest.toMs - this.#longest.fromMs) {
      this.#longest = { fromMs, toMs };
    }
  }

  get silences(): Silences {
    return { count: this.#count, totalMs: this.#totalMs, longest: this.#longest };
  }
}
