import { Random } from '../../src/core/simulation/random.ts';

/** What happens by chance in one part of a world. Other parts draw their own, so that they do not disturb each other. */
export class Chance {
  readonly #random: Random;

  constructor(seed: number, name: string) {
    this.#random = Random.of(seed, name);
  }

  /** @param probability 0 never, 1 always */
  happens(probability: number): boolean {
    return this.#random.uniform() < probability;
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + this.#random.uniform() * (to - from);
  }

  /** Exponential, with this mean. */
  about(mean: number): number {
    return this.#random.exponential() * mean;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random.uniform() * values.length)]!;
  }

  shuffled<T>(values: readonly T[]): T[] {
    const shuffled = [...values];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.#random.uniform() * (last + 1));
      [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
    }
    return shuffled;
  }

  /** 128 bits, 32 hex digits. */
  id(): string {
    let id = '';
    for (let word = 0; word < 4; word += 1) id += this.#random.word().toString(16).padStart(8, '0');
    return id;
  }
}
