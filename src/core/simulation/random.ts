import { EXPONENTIAL_QUANTILES, GAUSSIAN_QUANTILES } from './quantiles.ts';

/**
 * Chance from a seed: xoshiro128** (Blackman and Vigna, 2018) in 32-bit integer arithmetic, so every engine and
 * every machine draws the same numbers. Nothing here calls a function whose last digit ECMAScript leaves open.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** The state: four 32-bit words, not all 0. */
  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /**
   * One stream per (seed, name): a stream does not depend on which others exist.
   * @param seed A safe integer >= 0.
   */
  static of(seed: number, name: string): Random {
    // FNV-1a over the name, then splitmix32 to spread every bit of the seed over the whole state.
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    let mix = mixed(mixed(hash ^ (seed >>> 0)) ^ Math.floor(seed / 2 ** 32));
    const draw = (): number => {
      mix = (mix + 0x9e3779b9) | 0;
      return mixed(mix);
    };
    return new Random(draw(), draw(), draw(), draw() | 1); // the all-zero state would stay zero for ever
  }

  /** A whole number in [0, 2^32). */
  word(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** In [0, 1). */
  uniform(): number {
    return this.word() * 2 ** -32;
  }

  /** Standard normal, from 65,536 quantiles: |value| < 4.4. */
  gaussian(): number {
    return GAUSSIAN_QUANTILES[this.word() >>> 16]!;
  }

  /** Mean 1, from 65,536 quantiles: value < 12. */
  exponential(): number {
    return EXPONENTIAL_QUANTILES[this.word() >>> 16]!;
  }
}

/** The finaliser of splitmix32: a bijection of 32-bit words that flips half of the bits for each one that changes. */
function mixed(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}
