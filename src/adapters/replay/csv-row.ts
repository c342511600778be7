/** A line with more fields than this has the wrong number of columns whatever it is. Tardis' 100 levels need 404. */
const FIELDS_MAX = 1_024;

/** Digits a mantissa may have so that it stays exact in a double. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`));

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
/** The bit that makes an ASCII letter small. */
const LETTER_CASE = 32;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/**
 * One line of a numeric dump, as offsets into the bytes it came in; no string is made for a number.
 * The dumps have no quotes, so a comma always separates. Reused for every line: read what you need before the next.
 */
export class CsvRow {
  fieldCount = 0;
  #bytes: Buffer = Buffer.alloc(0);
  /** Field `i` lies in `[#edges[i] + 1, #edges[i + 1])`: the commas and both ends of the line. */
  readonly #edges = new Int32Array(FIELDS_MAX + 2);

  /** Takes the line that starts at `start`. Returns where its newline is, or -1 when the bytes end first. */
  takeLine(bytes: Buffer, start: number): number {
    const edges = this.#edges;
    const length = bytes.length;
    edges[0] = start - 1;
    let fields = 0;
    for (let at = start; at < length; at += 1) {
      const byte = bytes[at]!;
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        if (fields < FIELDS_MAX) fields += 1;
        edges[fields] = at;
      } else if (byte === NEWLINE) {
        this.#close(bytes, start, at, fields);
        return at;
      }
    }
    return -1;
  }

  /** Takes all of `bytes` as one line; it has no newline in it. */
  takeWhole(bytes: Buffer): void {
    const edges = this.#edges;
    edges[0] = -1;
    let fields = 0;
    for (let at = bytes.indexOf(COMMA); at !== -1; at = bytes.indexOf(COMMA, at + 1)) {
      if (fields < FIELDS_MAX) fields += 1;
      edges[fields] = at;
    }
    this.#close(bytes, 0, bytes.length, fields);
  }

  #close(bytes: Buffer, start: number, end: number, commas: number): void {
    this.#bytes = bytes;
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    this.#edges[commas + 1] = last;
    this.fieldCount = last === start ? 0 : commas + 1;
  }

  /**
   * A plain decimal, `28165.47000000`, or NaN for anything else: what JavaScript would coerce ("", " 1", "1e5", "0x1",
   * "+1", "1.") is not a number of a dump. Equal to `Number(text)` to the last bit: up to 15 digits an exact integer is
   * divided by an exact power of ten, which rounds once; longer ones (30 digits at most) go the slow way.
   */
  decimal(field: number): number {
    const bytes = this.#bytes;
    const start = this.#edges[field]! + 1;
    const end = this.#edges[field + 1]!;
    let mantissa = 0;
    let point = -1;
    for (let at = start; at < end; at += 1) {
      const digit = bytes[at]! - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (digit === POINT - ZERO && point === -1 && at > start && at < end - 1) point = at;
      else return Number.NaN;
    }
    if (start >= end) return Number.NaN;
    const decimals = point === -1 ? 0 : end - point - 1;
    const digits = end - start - (point === -1 ? 0 : 1);
    if (digits <= EXACT_DIGITS) return decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
    if (decimals > EXACT_DIGITS || digits - decimals > EXACT_DIGITS) return Number.NaN;
    return Number(bytes.toString('latin1', start, end));
  }

  /** A whole number of at most 2^53 - 1, or NaN. */
  integer(field: number): number {
    const bytes = this.#bytes;
    const start = this.#edges[field]! + 1;
    const end = this.#edges[field + 1]!;
    if (start >= end || end - start > 16) return Number.NaN;
    let value = 0;
    for (let at = start; at < end; at += 1) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
  }

  /** `true` or `false` in any letter case (futures dumps write `true`, spot dumps `True`), or `undefined`. */
  boolean(field: number): boolean | undefined {
    if (this.#is(field, TRUE)) return true;
    return this.#is(field, FALSE) ? false : undefined;
  }

  #is(field: number, word: Buffer): boolean {
    const start = this.#edges[field]! + 1;
    if (this.#edges[field + 1]! - start !== word.length) return false;
    for (let at = 0; at < word.length; at += 1) {
      if ((this.#bytes[start + at]! | LETTER_CASE) !== word[at]!) return false;
    }
    return true;
  }

  isEmpty(field: number): boolean {
    return this.#edges[field + 1]! - this.#edges[field]! <= 1;
  }

  text(field: number): string {
    return this.#bytes.toString('latin1', this.#edges[field]! + 1, this.#edges[field + 1]!);
  }
}
