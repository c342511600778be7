import type { ServerResponse } from 'node:http';

/** How many streams there may be at a time, of all kinds together. */
export const STREAMS_MAX = 32;
/** A reader with more than this unsent is dropped. */
export const UNSENT_BYTES_MAX = 1_048_576;
export const HEARTBEAT_EVERY_MS = 5_000;

/** One message. `data` is JSON, which never has a line break of its own. */
export function frame(event: string, data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** What goes to many readers alike: framed once for all of them, for connections that carry chunks. */
export class Broadcast {
  readonly bytes: Buffer;
  readonly chunk: Buffer;

  constructor(text: string) {
    const length = Buffer.byteLength(text);
    const size = `${length.toString(16)}\r\n`;
    this.chunk = Buffer.from(`${size}${text}\r\n`);
    this.bytes = this.chunk.subarray(size.length, size.length + length);
  }
}

/** Where a stream ends up: who reads it, and who hears that it is over. */
export interface Stream {
  /** Bytes that the reader has not taken yet. */
  readonly unsentBytes: number;
  readonly open: boolean;
  send(text: string | Broadcast): void;
  /** Resolves once the reader has taken everything; at once when the stream is over. */
  drained(): Promise<void>;
  /** Ends it without a goodbye: the reader connects anew and resumes. */
  drop(): void;
  /** Ends it because it shall go on for nobody. */
  end(): void;
  onClose(hear: () => void): void;
}

export interface StreamCounts {
  readonly open: number;
  /** Readers that were too slow, since the start. */
  readonly dropped: number;
}

/**
 * All streams of server-sent events of this server: at most `STREAMS_MAX`, each kept alive by a comment, each bounded
 * in what it holds back for a slow reader, and all of them ended when the server closes.
 * Source of the format: WHATWG HTML, "Server-sent events".
 */
export class Streams {
  readonly #open = new Set<SseStream>();
  readonly #headers: readonly (readonly [name: string, value: string])[];
  readonly #max: number;
  readonly #heartbeatMs: number;
  #heartbeat: NodeJS.Timeout | undefined;
  #dropped = 0;
  #closed = false;

  constructor({
    headers = [],
    max = STREAMS_MAX,
    heartbeatMs = HEARTBEAT_EVERY_MS,
  }: {
    /** Sent with every stream besides its own. */
    readonly headers?: readonly (readonly [name: string, value: string])[];
    readonly max?: number;
    readonly heartbeatMs?: number;
  } = {}) {
    this.#headers = headers;
    this.#max = max;
    this.#heartbeatMs = heartbeatMs;
  }

  get counts(): StreamCounts {
    return { open: this.#open.size, dropped: this.#dropped };
  }

  /** @returns `undefined` when there is no room: the response is untouched then */
  start(response: ServerResponse): Stream | undefined {
    if (this.#open.size >= this.#max || this.#closed) return undefined;
    const stream = new SseStream(response, () => {
      this.#dropped += 1;
    });
    this.#open.add(stream);
    stream.onClose(() => {
      this.#open.delete(stream);
      if (this.#open.size > 0) return;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    });
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#heartbeatMs);
    response.writeHead(200, [
      // The connection ends with the stream: nobody would send another request on it.
      ...['Content-Type', 'text/event-stream; charset=utf-8', 'X-Accel-Buffering', 'no', 'Connection', 'close'],
      ...['X-Content-Type-Options', 'nosniff'],
      ...this.#headers.flat(),
    ]);
    response.flushHeaders();
    return stream;
  }

  /** Ends all of them; no other begins. */
  close(): void {
    this.#closed = true;
    for (const stream of [...this.#open]) stream.end();
  }

  #beat(): void {
    const heartbeat = new Broadcast(': heartbeat\n\n');
    for (const stream of this.#open) stream.send(heartbeat);
  }
}

class SseStream implements Stream {
  readonly #response: ServerResponse;
  readonly #hears: (() => void)[] = [];
  readonly #onDrop: () => void;
  #open = true;

  constructor(response: ServerResponse, onDrop: () => void) {
    this.#response = response;
    this.#onDrop = onDrop;
    response.once('close', () => this.#over());
    // A reader that went away in the middle of a message is no news: `close` follows.
    response.on('error', () => this.#over());
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  get open(): boolean {
    return this.#open;
  }

  send(text: string | Broadcast): void {
    if (!this.#open) return;
    const { socket, chunkedEncoding } = this.#response;
    if (typeof text === 'string') this.#response.write(text);
    // A chunk is four writes to node:http and one here: with dozens of readers that is most of what a signal costs.
    else if (chunkedEncoding && socket !== null) socket.write(text.chunk);
    else this.#response.write(text.bytes);
    if (this.unsentBytes > UNSENT_BYTES_MAX) this.drop();
  }

  drained(): Promise<void> {
    if (!this.#open || !this.#response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.#hears.push(resolve);
    });
  }

  drop(): void {
    if (!this.#open) return;
    this.#onDrop();
    this.#response.destroy();
    this.#over();
  }

  end(): void {
    if (!this.#open) return;
    // What a slow reader has not taken by then is not waited for: it resumes.
    if (this.unsentBytes === 0) this.#response.end();
    else this.#response.destroy();
    this.#over();
  }

  onClose(hear: () => void): void {
    this.#hears.push(hear);
  }

  #over(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const hear of this.#hears.splice(0)) hear();
  }
}
