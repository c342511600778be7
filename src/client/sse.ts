/** One event as it came over the wire. */
export interface SseFrame {
  /** The last id that was named, in this event or an earlier one; empty when none ever was. */
  readonly id: string;
  /** `message` when the event has no name. */
  readonly event: string;
  readonly data: string;
}

/** Characters of one event, or of a line that does not end. What is longer is not from our server. */
const LONGEST_EVENT = 1_048_576;

/**
 * Turns the text of an event stream into events, cut anywhere: in the middle of a line, or between CR and LF.
 * Source: WHATWG HTML, 9.2.6 "Interpreting an event stream". `retry` is not kept; how long to wait is the client's.
 */
export class SseParser {
  #rest = '';
  #isFirst = true;
  #endedWithCr = false;
  #id = '';
  #event = '';
  #data: string[] = [];
  #length = 0;

  /** @throws RangeError when an event is longer than 1 MiB of characters */
  push(chunk: string): SseFrame[] {
    // Must not come between a CR and its LF.
    if (chunk === '') return [];
    let text = this.#rest + chunk;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    if (this.#endedWithCr) {
      this.#endedWithCr = false;
      if (text.startsWith('\n')) text = text.slice(1);
    }
    const frames: SseFrame[] = [];
    let from = 0;
    for (const match of text.matchAll(/\r\n|\n|\r/g)) {
      this.#line(text.slice(from, match.index), frames);
      from = match.index + match[0].length;
    }
    // A lone CR ends its line now; should LF be the next character, it belongs to it.
    this.#endedWithCr = from > 0 && from === text.length && text.endsWith('\r');
    this.#rest = text.slice(from);
    if (this.#rest.length + this.#length > LONGEST_EVENT) throw new RangeError('an event of more than 1 MiB');
    return frames;
  }

  #line(line: string, frames: SseFrame[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        frames.push({ id: this.#id, event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') });
      }
      this.#event = '';
      this.#data = [];
      this.#length = 0;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#event = value;
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#length += value.length;
    }
  }
}
