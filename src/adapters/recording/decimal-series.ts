import type { ByteReader, ByteWriter } from './bytes.ts';

const POWERS = Array.from({ length: 13 }, (_, exponent) => Number(`1e${exponent}`));
/** Twice the distance of two such numbers, and a bit for the escapes, still fits a varint. */
const WHOLE_MAX = 2 ** 50;

/** What stands in the place of a number that is none: the number of digits grows, or the eight bytes of a double follow. */
const MORE_DIGITS = 1;
const AS_DOUBLE = 3;

/**
 * Numbers with few digits after the point, such as the prices of one instrument, as whole numbers. What comes out is the
 * same double as went in: m / 10^d is rounded once, so it is the double nearest to the decimal, as is the one that was
 * read from text. A number that is not of that kind goes through as it is.
 */
export class DecimalSeries {
  readonly #isDelta: boolean;
  #digits = 0;
  #last = 0;

  /** @param isDelta whether neighbours resemble each other, so that the distance is shorter than the number */
  constructor(isDelta: boolean) {
    this.#isDelta = isDelta;
  }

  write(value: number, out: ByteWriter): void {
    let whole = Math.round(value * POWERS[this.#digits]!);
    if (whole / POWERS[this.#digits]! !== value || Math.abs(whole) >= WHOLE_MAX || Object.is(value, -0)) {
      const digits = digitsOf(value, this.#digits + 1);
      if (digits === undefined) {
        out.varint(AS_DOUBLE);
        out.double(value);
        return;
      }
      out.varint(MORE_DIGITS);
      out.byte(digits);
      this.#digits = digits;
      this.#last = 0;
      whole = Math.round(value * POWERS[digits]!);
    }
    const distance = this.#isDelta ? whole - this.#last : whole;
    out.varint(distance < 0 ? -4 * distance - 2 : 4 * distance);
    this.#last = whole;
  }

  read(bytes: ByteReader): number {
    let code = bytes.varint();
    if (code === AS_DOUBLE) return bytes.double();
    if (code === MORE_DIGITS) {
      this.#digits = Math.min(bytes.byte(), POWERS.length - 1);
      this.#last = 0;
      code = bytes.varint();
    }
    const distance = code % 4 === 0 ? code / 4 : -(code + 2) / 4;
    const whole = this.#isDelta ? this.#last + distance : distance;
    this.#last = whole;
    return whole / POWERS[this.#digits]!;
  }
}

/** The fewest digits after the point, from `least` on, with which a whole number says it; `undefined` when none do. */
function digitsOf(value: number, least: number): number | undefined {
  if (Object.is(value, -0)) return undefined;
  for (let digits = least; digits < POWERS.length; digits += 1) {
    const whole = Math.round(value * POWERS[digits]!);
    if (Math.abs(whole) >= WHOLE_MAX) return undefined;
    if (whole / POWERS[digits]! === value) return digits;
  }
  return undefined;
}
