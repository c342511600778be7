/** Seconds that are looked at together. */
const SECONDS = 3;
const DELAYED_AFTER_MS = 1_000;
const AHEAD_AFTER_MS = 500;

/**
 * How long frames are on their way: our receive time, in the venue's clock, minus the time the venue sent them. The
 * fastest frame of each second counts, so that one slow frame says nothing and three slow seconds say something.
 */
export class DeliveryLag {
  readonly #fastest: number[] = [];
  #current = Number.POSITIVE_INFINITY;

  note(lagMs: number): void {
    if (lagMs < this.#current) this.#current = lagMs;
  }

  /** A second is over; one without frames says nothing. */
  closeSecond(): void {
    if (this.#current === Number.POSITIVE_INFINITY) return;
    this.#fastest.push(this.#current);
    this.#current = Number.POSITIVE_INFINITY;
    if (this.#fastest.length > SECONDS) this.#fastest.shift();
  }

  /** Of the last second; `undefined` before the first. */
  get lastMs(): number | undefined {
    return this.#fastest.at(-1);
  }

  get delayed(): boolean {
    return this.#fastest.length === SECONDS && Math.min(...this.#fastest) > DELAYED_AFTER_MS;
  }

  /** Frames come from the future: one of the two clocks was set. */
  get ahead(): boolean {
    return this.#fastest.length === SECONDS && Math.max(...this.#fastest) < -AHEAD_AFTER_MS;
  }
}
