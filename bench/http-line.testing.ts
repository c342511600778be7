import { connect, type Socket } from 'node:net';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/**
 * One connection that stays open and carries one request at a time. A tenth of what node:http takes, so that the one who
 * measures leaves the processors to those who are measured. Knows answers with a Content-Length, and no others.
 */
class Line {
  readonly #socket: Socket;
  readonly #broken: (error: Error) => void;
  #received: Buffer = Buffer.alloc(0);
  #answer: ((answered: Answered) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(port: number, broken: (error: Error) => void) {
    this.#broken = broken;
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#over(error));
    this.#socket.on('close', () => this.#over(new Error('the server closed the connection')));
  }

  send(request: string): Promise<Answered> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return void this.#socket.destroy(new Error(`no Content-Length in: ${head}`));
    const bodyBegin = headEnd + HEAD_END.length;
    const bodyEnd = bodyBegin + Number(length);
    if (this.#received.length < bodyEnd) return;
    const body = this.#received.toString('utf8', bodyBegin, bodyEnd);
    this.#received = this.#received.subarray(bodyEnd);
    const answer = this.#answer!;
    this.#answer = undefined;
    this.#fail = undefined;
    answer({ status: Number(head.slice(9, 12)), body });
  }

  #over(error: Error): void {
    this.#broken(error);
    const fail = this.#fail;
    this.#fail = undefined;
    fail?.(error);
  }
}

/** As many connections as are needed at a time. What finds none free has to wait, and that is part of its time. */
export class HttpClient {
  readonly #port: number;
  readonly #headers: string;
  readonly #max: number;
  readonly #free: Line[] = [];
  readonly #all = new Set<Line>();
  readonly #waiting: ((line: Line) => void)[] = [];

  constructor({ port, key, max = 64 }: { readonly port: number; readonly key?: string; readonly max?: number }) {
    this.#port = port;
    this.#headers = `Host: 127.0.0.1:${port}\r\n${key === undefined ? '' : `Authorization: Bearer ${key}\r\n`}`;
    this.#max = max;
  }

  get(path: string): Promise<Answered> {
    return this.#send(`GET ${path} HTTP/1.1\r\n${this.#headers}\r\n`);
  }

  /** @param headers further ones, each with its line end */
  post(path: string, body: object, headers = ''): Promise<Answered> {
    const text = JSON.stringify(body);
    const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n`;
    return this.#send(`POST ${path} HTTP/1.1\r\n${this.#headers}${headers}${length}\r\n${text}`);
  }

  close(): void {
    for (const line of this.#all) line.close();
  }

  async #send(request: string): Promise<Answered> {
    const line = this.#free.pop() ?? (this.#all.size < this.#max ? this.#open() : await this.#next());
    const answered = await line.send(request);
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(line);
    else this.#free.push(line);
    return answered;
  }

  #next(): Promise<Line> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #open(): Line {
    const line: Line = new Line(this.#port, () => {
      this.#all.delete(line);
      const index = this.#free.indexOf(line);
      if (index >= 0) this.#free.splice(index, 1);
    });
    this.#all.add(line);
    return line;
  }
}
