/** So many are told apart; the messages of all others are only counted. */
const IDS_MAX = 50;

/** Whoever is no owner and writes to the bot: gets no answer, and is counted. */
export class Strangers {
  readonly #ids = new Set<number>();
  readonly #onNew: (id: number | undefined) => void;
  #messages = 0;

  /** @param onNew hears of each of the first of them once */
  constructor(onNew: (id: number | undefined) => void) {
    this.#onNew = onNew;
  }

  get messages(): number {
    return this.#messages;
  }

  count(id: number | undefined): void {
    this.#messages += 1;
    if (id === undefined || this.#ids.has(id) || this.#ids.size >= IDS_MAX) return;
    this.#ids.add(id);
    this.#onNew(id);
  }
}
