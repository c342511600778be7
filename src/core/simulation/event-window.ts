import { BOOK_LEVELS } from '../market/book.ts';

export const TRADE = 0;
export const QUOTE = 1;
export const BOOK = 2;

/**
 * The events of all instruments in one step of the market, in whole ticks and steps, read back in the order of time;
 * within a millisecond in the order in which they were added. Nothing is allocated once it has grown to its size.
 *
 *   kind     a                b                 c               d
 *   trade    price            size              1 buy, -1 sell  number of the trade
 *   quote    best bid         size of it        best ask        size of it
 *   book     best bid         -                 best ask        -          sizes in `levels`
 */
export class EventWindow {
  count = 0;
  kind = new Uint8Array(256);
  instrument = new Uint16Array(256);
  offsetMs = new Uint16Array(256);
  a = new Int32Array(256);
  b = new Int32Array(256);
  c = new Int32Array(256);
  d = new Int32Array(256);
  /** Ten bid sizes, then ten ask sizes, per instrument: there is at most one book of an instrument in a window. */
  readonly levels: Int32Array;
  #next = new Int32Array(256);
  readonly #first: Int32Array;
  readonly #last: Int32Array;

  constructor(instruments: number, lengthMs: number) {
    this.levels = new Int32Array(instruments * 2 * BOOK_LEVELS);
    this.#first = new Int32Array(lengthMs).fill(-1);
    this.#last = new Int32Array(lengthMs).fill(-1);
  }

  clear(): void {
    this.count = 0;
    this.#first.fill(-1);
    this.#last.fill(-1);
  }

  add(kind: number, instrument: number, offsetMs: number, a: number, b: number, c: number, d: number): void {
    if (this.count === this.kind.length) this.#grow();
    const event = this.count;
    this.count += 1;
    this.kind[event] = kind;
    this.instrument[event] = instrument;
    this.offsetMs[event] = offsetMs;
    this.a[event] = a;
    this.b[event] = b;
    this.c[event] = c;
    this.d[event] = d;
    this.#next[event] = -1;
    const last = this.#last[offsetMs]!;
    if (last < 0) this.#first[offsetMs] = event;
    else this.#next[last] = event;
    this.#last[offsetMs] = event;
  }

  /** The event to read after `event`, or the first one at or after `fromMs` when `event` is -1; -1 at the end. */
  after(event: number, fromMs: number): number {
    if (event >= 0 && this.#next[event]! >= 0) return this.#next[event]!;
    const from = event >= 0 ? this.offsetMs[event]! + 1 : fromMs;
    for (let ms = from; ms < this.#first.length; ms += 1) if (this.#first[ms]! >= 0) return this.#first[ms]!;
    return -1;
  }

  #grow(): void {
    const size = this.kind.length * 2;
    const wider = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(size);
      array.set(old);
      return array;
    };
    const kind = new Uint8Array(size);
    kind.set(this.kind);
    this.kind = kind;
    const instrument = new Uint16Array(size);
    instrument.set(this.instrument);
    this.instrument = instrument;
    const offsetMs = new Uint16Array(size);
    offsetMs.set(this.offsetMs);
    this.offsetMs = offsetMs;
    this.a = wider(this.a);
    this.b = wider(this.b);
    this.c = wider(this.c);
    this.d = wider(this.d);
    this.#next = wider(this.#next);
  }
}
