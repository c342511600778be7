/** A line with more fields than this has the wrong number of columns whatever it is. Tardis' 100 levels need 404. */
const FIELDS_MAX = 1_024;

/** Digits a mantissa may have so that it stays exact in a double. */
const EXACT_DIGITS = 15;
const EXACT_MAX = 1e15;
const PLAIN_DECIMAL = /^\d{1,15}(\.\d{1,15})?$/;
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
 * One line of a numeric dump, read in one pass: where its fields lie and, of those that are numbers, which. No string is
 * made for a number. The dumps have no quotes, so a comma always separates. Reused for every line.
 */
export class CsvRow {
  fieldCount = 0;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #starts = new Int32Array(FIELDS_MAX + 1);
  readonly #ends = new Int32Array(FIELDS_MAX + 1);
  /** All digits of a field as one whole number, NaN when it is not a plain decimal. */
  readonly #mantissas = new Float64Array(FIELDS_MAX + 1);
  /** Digits after the point. */
  readonly #decimals = new Int32Array(FIELDS_MAX + 1);

  /**
   * Takes the line that starts at `start` and returns where its newline is. There must be one: a loop that need not ask
   * for the end of the bytes at every digit takes half the time.
   */
  takeLine(bytes: Buffer, start: number): number {
    this.#bytes = bytes;
    let at = start;
    for (let field = 0; ; ) {
      const fieldStart = at;
      let mantissa = 0;
      let point = -1;
      let byte = bytes[at]!;
      for (;;) {
        for (let digit = (byte - ZERO) >>> 0; digit <= 9; digit = (byte - ZERO) >>> 0) {
          mantissa = mantissa * 10 + digit;
          at += 1;
          byte = bytes[at]!;
        }
        if (byte !== POINT || point !== -1) break;
        point = at;
        at += 1;
        byte = bytes[at]!;
      }
      let end = at;
      if (byte !== COMMA && byte !== NEWLINE) {
        while (byte !== COMMA && byte !== NEWLINE) {
          at += 1;
          byte = bytes[at]!;
        }
        const isNumber = byte === NEWLINE && end === at - 1 && bytes[end] === CARRIAGE_RETURN;
        if (!isNumber) {
          mantissa = Number.NaN;
          end = byte === NEWLINE && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
        }
      }
      if (end === fieldStart || point === fieldStart || (point !== -1 && point === end - 1)) mantissa = Number.NaN;
      this.#starts[field] = fieldStart;
      this.#ends[field] = end;
      this.#mantissas[field] = mantissa;
      this.#decimals[field] = point === -1 ? 0 : end - point - 1;
      if (byte === NEWLINE) {
        this.fieldCount = end === start ? 0 : field + 1;
        return at;
      }
      if (field < FIELDS_MAX) field += 1;
      at += 1;
    }
  }

  /**
   * A plain decimal, `28165.47000000`, or NaN for anything else: what JavaScript would coerce ("", " 1", "1e5", "0x1",
   * "+1", "1.") is not a number of a dump. Equal to `Number(text)` to the last bit: up to 15 digits an exact integer is
   * divided by an exact power of ten, which rounds once; longer ones (30 digits at most) go the slow way.
   */
  decimal(field: number): number {
    const mantissa = this.#mantissas[field]!;
    const decimals = this.#decimals[field]!;
    if (mantissa < EXACT_MAX) {
      if (decimals === 0) return mantissa;
      if (decimals <= EXACT_DIGITS) return mantissa / POWERS_OF_TEN[decimals]!;
    }
    const text = this.text(field);
    return PLAIN_DECIMAL.test(text) ? Number(text) : Number.NaN;
  }

  /** A whole number of at most 2^53 - 1, or NaN. */
  integer(field: number): number {
    const value = this.#mantissas[field]!;
    return this.#decimals[field] === 0 && value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
  }

  /** `true` or `false` in any letter case (futures dumps write `true`, spot dumps `True`), or `undefined`. */
  boolean(field: number): boolean | undefined {
    if (this.#is(field, TRUE)) return true;
    return this.#is(field, FALSE) ? false : undefined;
  }

  #is(field: number, word: Buffer): boolean {
    const start = this.#starts[field]!;
    if (this.#ends[field]! - start !== word.length) return false;
    for (let at = 0; at < word.length; at += 1) {
      if ((this.#bytes[start + at]! | LETTER_CASE) !== word[at]!) return false;
    }
    return true;
  }

  isEmpty(field: number): boolean {
    return this.#starts[field] === this.#ends[field];
  }

  text(field: number): string {
    return this.#bytes.toString('latin1', this.#starts[field], this.#ends[field]);
  }
}
