/** Ids that are remembered, to know a repetition by. */
const REMEMBERED = 2_000;

/**
 * Numbers for the trades of one instrument. Exchanges name trades by counters, by texts or not at all; what is counted
 * here is only what came, so a number says nothing of what did not.
 */
export class TradeNumbers {
  readonly #known = new Set<string>();
  #last = 0;

  /** @returns `undefined` for a trade that came before */
  numberOf(id: string | undefined): number | undefined {
    if (id !== undefined) {
      if (this.#known.has(id)) return undefined;
      this.#known.add(id);
      if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.values().next().value!);
    }
    this.#last += 1;
    return this.#last;
  }
}
