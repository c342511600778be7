import { type ClientRequest, get } from 'node:http';

const [NEW_LINE, LETTER_I] = [0x0a, 0x69];
/** `id: `, 32 digits, a colon: then comes the number. */
const BEFORE_SEQ = 37;

/** One event, as it lies in what was received. */
export interface HeardEvent {
  readonly seq: number;
  readonly type: string;
  data(): string;
}

/**
 * Reads a stream of our own server and nobody else's: without a look at the data, so that dozens can be read beside the
 * server on two cores. Counts what is missing between one event and the next.
 */
export class EventReader {
  lastSeq = 0;
  events = 0;
  missing = 0;
  resets = 0;
  bytes = 0;
  ended = false;
  readonly #request: ClientRequest;
  readonly #heard: ((event: HeardEvent) => void) | undefined;
  #rest: Buffer = Buffer.alloc(0);

  /** @param opened called when the server has said where the stream begins */
  constructor({
    url,
    key,
    heard,
    opened,
  }: { url: string; key: string; heard?: (event: HeardEvent) => void; opened: () => void }) {
    this.#heard = heard;
    this.#request = get(`${url}/api/v1/stream`, { agent: false, headers: { Authorization: `Bearer ${key}` } });
    this.#request.once('response', (response) => {
      if (response.statusCode !== 200) throw new Error(`the stream was refused: ${response.statusCode}`);
      response.once('data', opened);
      response.on('data', (chunk: Buffer) => this.#take(chunk));
      response.on('error', () => undefined);
      response.once('close', () => {
        this.ended = true;
      });
    });
    this.#request.on('error', () => {
      this.ended = true;
    });
  }

  close(): void {
    this.#request.destroy();
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (;;) {
      // A comment is one line and an empty one, an event is three; no line has a line break of its own.
      const lineEnd = text.indexOf(NEW_LINE, from);
      if (lineEnd < 0) break;
      if (text[from] !== LETTER_I) {
        from = lineEnd + 1;
        continue;
      }
      const typeEnd = text.indexOf(NEW_LINE, lineEnd + 1);
      const dataEnd = typeEnd < 0 ? -1 : text.indexOf(NEW_LINE, typeEnd + 1);
      if (dataEnd < 0) break;
      const seq = Number(text.toString('latin1', from + BEFORE_SEQ, lineEnd));
      const type = text.toString('latin1', lineEnd + 8, typeEnd);
      this.#hear({ seq, type, data: () => text.toString('utf8', typeEnd + 7, dataEnd) });
      from = dataEnd + 1;
    }
    this.#rest = text.subarray(from);
  }

  #hear(event: HeardEvent): void {
    const { seq, type } = event;
    if (type === 'reset') this.resets += 1;
    if (type !== 'open' && type !== 'reset') {
      this.events += 1;
      if (seq !== this.lastSeq + 1) this.missing += Math.max(1, seq - this.lastSeq - 1);
      this.#heard?.(event);
    }
    this.lastSeq = seq;
  }
}
