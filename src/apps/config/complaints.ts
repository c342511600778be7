/**
 * What the user's strategies were found to do wrong while they run: each thing once. What is found before anybody
 * listens is kept, because strategies are loaded before there is a log.
 */
export class Complaints {
  readonly #known = new Set<string>();
  readonly #untold: string[] = [];
  #listener: ((sentence: string) => void) | undefined;

  /** @param key What is wrong; of several sentences with one key only the first is told. */
  add(key: string, sentence: string): void {
    if (this.#known.has(key)) return;
    this.#known.add(key);
    if (this.#listener === undefined) this.#untold.push(sentence);
    else this.#listener(sentence);
  }

  /** Tells what is known so far and all that comes. Whoever listened before hears no more. */
  tellTo(listener: (sentence: string) => void): void {
    this.#listener = listener;
    for (const sentence of this.#untold.splice(0)) listener(sentence);
  }
}
