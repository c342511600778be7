import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receiver of webhooks as docs/telegram.md tells people to write one: checks the signature, the time, and the id. */
export class Receiver {
  readonly taken: Received[] = [];
  readonly refused: string[] = [];
  repetitions = 0;
  /** What to answer to the next requests, once each; then 204. `silent` takes it and breaks off. */
  readonly script: (number | 'silent')[] = [];
  headers: Readonly<Record<string, string>> = {};
  readonly #key: Buffer;
  readonly #server: Server;
  readonly #seen = new Set<string>();
  readonly #waiters = new Set<() => void>();

  constructor(secret: string) {
    this.#key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook?secret=in-the-query`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const next = this.script.shift() ?? 204;
    if (typeof next === 'number' && next >= 300) response.writeHead(next, this.headers).end();
    else {
      const header = (name: string): string => String(request.headers[name] ?? '');
      const status = this.#take(header('webhook-id'), header('webhook-timestamp'), header('webhook-signature'), body);
      if (next === 'silent') response.destroy();
      else response.writeHead(status).end();
    }
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  #take(id: string, timestamp: string, signature: string, body: string): number {
    const wanted = Buffer.from(
      `v1,${createHmac('sha256', this.#key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
    );
    const given = Buffer.from(signature);
    const isOurs = given.length === wanted.length && timingSafeEqual(given, wanted);
    const isRecent = Math.abs(Date.now() / 1_000 - Number(timestamp)) <= 300;
    if (!isOurs || !isRecent) {
      this.refused.push(isOurs ? 'too old' : 'not ours');
      return 401;
    }
    if (this.#seen.has(id)) this.repetitions += 1;
    else this.taken.push({ id, body: JSON.parse(body) as Received['body'] });
    this.#seen.add(id);
    return 204;
  }
}
