import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A frame as a plain client received it. */
export interface Received {
  readonly stream: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests read fields of many payloads, and a wrong one fails them
  readonly data: any;
  readonly text: string;
}

/** A client that knows nothing but the socket: it keeps what it got and waits for what it is told to. */
export class PlainClient {
  readonly socket: WebSocket;
  readonly received: Received[] = [];
  readonly pings: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #nextId = 1;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#take(String(data)));
    socket.on('ping', (data) => {
      this.pings.push(String(data));
      this.#wake();
    });
    socket.on('pong', () => this.#wake());
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(url: string): Promise<PlainClient> {
    const client = new PlainClient(new WebSocket(url));
    await once(client.socket, 'open');
    return client;
  }

  of(stream: string): Received[] {
    return this.received.filter((frame) => frame.stream === stream);
  }

  /** Resolves when `condition` holds; a test that waits in vain is ended by its own timeout. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** @returns the answer to a request over the socket */
  // biome-ignore lint/suspicious/noExplicitAny: an answer may be anything
  async ask(method: string, params?: unknown): Promise<any> {
    const id = this.#nextId;
    this.#nextId += 1;
    this.socket.send(JSON.stringify({ method, ...(params !== undefined && { params }), id }));
    const answer = (): Received | undefined => this.received.find(({ data }) => data?.id === id);
    await this.until(() => answer() !== undefined || this.closed !== undefined);
    return answer()?.data;
  }

  /** Everything the venue has sent before this moment has arrived when this resolves. */
  async settle(): Promise<void> {
    this.socket.ping('settle');
    await once(this.socket, 'pong');
  }

  #take(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    const combined = typeof value === 'object' && value !== null && 'stream' in value && 'data' in value;
    const frame = combined ? (value as { stream: string; data: unknown }) : { stream: undefined, data: value };
    this.received.push({ stream: frame.stream, data: frame.data, text });
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
