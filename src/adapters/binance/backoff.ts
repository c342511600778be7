const FIRST_MS = 250;
const MAX_MS = 30_000;

/** How long to wait before the next attempt: doubles, bounded, and by chance between half of it and all of it. */
export class Backoff {
  readonly #chance: () => number;
  #failures = 0;

  /** @param chance in [0, 1) */
  constructor(chance: () => number) {
    this.#chance = chance;
  }

  nextMs(): number {
    const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 20);
    return fullMs * (0.5 + 0.5 * this.#chance());
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
