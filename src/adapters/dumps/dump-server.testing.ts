import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What a server does instead of answering a request as it should. */
export type DumpFault =
  /** Sends this many bytes and cuts the connection. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Sends this many bytes and then nothing. */
  | { readonly kind: 'silent'; readonly after: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Sends all of it whatever was asked for. */
  | { readonly kind: 'no ranges' }
  /** Sends another content of the same length. */
  | { readonly kind: 'wrong content' };

/** Serves dumps below the same paths as the real server does, with their checksums, and with faults. */
export class DumpServer {
  readonly requests: { readonly path: string; readonly range: string | undefined }[] = [];
  readonly #files = new Map<string, Buffer>();
  readonly #faults = new Map<string, DumpFault[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Closed with the test. */
  static async open(t: TestContext): Promise<DumpServer> {
    const server = new DumpServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    return server;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publish(path: string, content: Buffer): void {
    this.#files.set(path, content);
    const sum = createHash('sha256').update(content).digest('hex');
    this.#files.set(`${path}.CHECKSUM`, Buffer.from(`${sum}  ${path.split('/').at(-1)!}\n`));
  }

  /** One fault for each of the next requests of a file, in this order; after them it is answered well. */
  fault(path: string, ...faults: readonly DumpFault[]): void {
    this.#faults.set(path, [...faults]);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push({ path, range: request.headers.range });
    const fault = this.#faults.get(path)?.shift();
    const content = this.#files.get(path);
    if (fault?.kind === 'status') {
      const { status, retryAfterSeconds } = fault;
      response.writeHead(status, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) });
      response.end();
    } else if (content === undefined) {
      response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    } else
      this.#send(request, response, fault?.kind === 'wrong content' ? Buffer.alloc(content.length) : content, fault);
  }

  #send(request: IncomingMessage, response: ServerResponse, content: Buffer, fault: DumpFault | undefined): void {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const from = asked === undefined || fault?.kind === 'no ranges' ? undefined : Number(asked);
    if (from !== undefined && from >= content.length) {
      response.writeHead(416).end();
      return;
    }
    const body = content.subarray(from ?? 0);
    const range =
      from === undefined ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': body.length, ...range });
    if (fault?.kind !== 'cut' && fault?.kind !== 'silent') {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, fault.after), () => {
      if (fault.kind === 'cut') setImmediate(() => response.destroy());
    });
  }
}
