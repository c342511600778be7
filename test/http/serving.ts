import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { FakeHouse } from '../../src/adapters/http/fake-house.testing.ts';
import { FakeKeys } from '../../src/adapters/http/fake-keys.testing.ts';
import { type ApiOptions, startApi } from '../../src/adapters/http/server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Serving {
  readonly house: FakeHouse;
  readonly keys: FakeKeys;
  readonly port: number;
  readonly urls: readonly string[];
  /** What was reported as our own mistake. */
  readonly mistakes: unknown[];
  ask(path: string, ask?: Ask): Promise<Reply>;
  /** Sends these bytes on a connection of their own and returns what came back until it closed or fell quiet. */
  raw(bytes: string | Buffer, quietMs?: number): Promise<string>;
  close(): Promise<void>;
}

/** A real server on a free port, in front of a fake house. Closed with the test when there is one. */
export async function serve(test?: TestContext, options: Partial<ApiOptions> = {}): Promise<Serving> {
  const house = (options.house as FakeHouse | undefined) ?? new FakeHouse();
  const mistakes: unknown[] = [];
  const onError = (error: unknown) => void mistakes.push(error);
  const keys = (options.keys as FakeKeys | undefined) ?? new FakeKeys();
  const started = await startApi({ host: '::', port: 0, version: '0.1.0', onError, ...options, house, keys });
  if (!started.ok) throw new Error(started.problem);
  const { address, urls, close } = started.value;
  test?.after(close);
  return {
    house,
    keys,
    port: address.port,
    urls,
    mistakes,
    ask: (path, ask) => sendTo('127.0.0.1', address.port, path, ask),
    raw: (bytes, quietMs) => rawExchange(address.port, bytes, quietMs),
    close,
  };
}

/** One request on a connection of its own. */
export function sendTo(host: string, port: number, path: string, { method, headers, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host, port, path, method: method ?? 'GET', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A JSON POST as the guide's client makes it. */
export const posting = (body: unknown): Ask => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

function rawExchange(port: number, bytes: string | Buffer, quietMs = 500): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(bytes));
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    // A server that has refused may close while we are still sending: what it said before still counts.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });
}
