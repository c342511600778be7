import { decimalsOf } from '../market/instrument.ts';

/**
 * Whole steps as a decimal number, exactly what `fromTicks` answers but without going through text: with
 * step = units / 10^decimals, count * units is a whole number, and its quotient by a power of ten is the double nearest
 * to the decimal.
 */
export class ExactSteps {
  readonly #units: number;
  readonly #scale: number;

  constructor(step: number) {
    let scale = 1;
    for (let decimals = decimalsOf(step); decimals > 0; decimals -= 1) scale *= 10;
    this.#scale = scale;
    this.#units = Math.round(step * scale);
  }

  of(count: number): number {
    return (count * this.#units) / this.#scale;
  }
}
