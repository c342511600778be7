/**
 * How much of what the market displays is still there for us. What was taken from a level is not there again until the
 * level shows another size: a book that repeats itself must not fill us twice from the same quantity.
 */
export class Displayed {
  readonly #levels = new Map<number, { size: number; taken: number }>();

  /** @param size as displayed; 0 where the source does not know, which counts as unlimited */
  availableAt(price: number, size: number): number {
    if (size === 0) return Number.POSITIVE_INFINITY;
    const level = this.#levels.get(price);
    if (level === undefined) return size;
    if (level.size !== size) {
      this.#levels.delete(price);
      return size;
    }
    return Math.max(0, size - level.taken);
  }

  take(price: number, size: number, qty: number): void {
    if (size === 0) return;
    const level = this.#levels.get(price);
    if (level !== undefined && level.size === size) level.taken += qty;
    else this.#levels.set(price, { size, taken: qty });
  }

  /** Nothing of us is waiting any more. */
  clear(): void {
    this.#levels.clear();
  }
}
