import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { EXAMPLE_SIGNAL } from '../../contract/example-signal.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { MemoryJournal } from '../memory/journal.ts';
import { EventLog } from './event-log.ts';

export const JOURNAL_ID = '00112233445566778899aabbccddeeff';

/** Effects without end: a signal is issued, and with the next one superseded. Unlike each other only in their numbers. */
export function effectsFrom(seq: number, count: number): Effect[] {
  return Array.from({ length: count }, (_, index) => {
    const at = seq + index;
    return {
      seq: at,
      kind: 'gap_recorded',
      symbol: undefined,
      fromMs: at * 10,
      toMs: at * 10 + 5,
      reason: `gap ${at}`,
    };
  });
}

export function issuedEffect(seq: number): Effect {
  const signalId = `01934e4e-8783-7a2b-9c4d-${String(seq).padStart(12, '0')}`;
  return { seq, kind: 'signal_issued', signal: { ...EXAMPLE_SIGNAL, signalId, stampUs: EXAMPLE_SIGNAL.stampUs + seq } };
}

/** A log over a journal in memory, with these many events in it already. */
export async function logWith(count: number, keep?: number) {
  const journal = new MemoryJournal(JOURNAL_ID);
  await journal.append(effectsFrom(1, count));
  const log = await EventLog.open({ journal, lastSeq: count, ...(keep !== undefined && { keep }) });
  const append = async (effects: readonly Effect[]) => {
    await journal.append(effects);
    log.publish(effects);
  };
  return { journal, log, append };
}

/** A bare server that hands every request to `handle`. Closed with the test. */
export async function bareServer(
  test: TestContext,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export interface Message {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** A reader of server-sent events on a socket of its own. */
export class SseReader {
  readonly socket: Socket;
  readonly messages: Message[] = [];
  comments = 0;
  head = '';
  closed = false;
  #text = '';
  #body = '';
  readonly #waiting = new Set<() => void>();

  constructor(port: number, path: string, headers: Readonly<Record<string, string>> = {}) {
    const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.socket = connect({ host: '127.0.0.1', port }, () => {
      this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
    this.socket.setEncoding('utf8');
    this.socket.on('data', (chunk: string) => this.#take(chunk));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Resolves once it holds; rejects when the connection is over before. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed) throw new Error(`the stream ended after ${this.messages.length} messages: ${this.head}`);
      await this.change();
    }
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await this.change();
  }

  change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #take(chunk: string): void {
    this.#text += chunk;
    if (this.head === '') {
      const end = this.#text.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 4);
    }
    this.#unchunk();
    this.#wake();
  }

  #unchunk(): void {
    for (;;) {
      const line = this.#text.indexOf('\r\n');
      if (line < 0) break;
      const size = Number.parseInt(this.#text.slice(0, line), 16);
      // Sizes count bytes; all that these tests send is ASCII.
      if (this.#text.length < line + 2 + size + 2) break;
      this.#body += this.#text.slice(line + 2, line + 2 + size);
      this.#text = this.#text.slice(line + 2 + size + 2);
    }
    for (;;) {
      const end = this.#body.indexOf('\n\n');
      if (end < 0) break;
      this.#read(this.#body.slice(0, end));
      this.#body = this.#body.slice(end + 2);
    }
  }

  #read(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const colon = line.indexOf(': ');
      if (line.startsWith(':')) this.comments += 1;
      else fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const event = fields.get('event');
    if (event !== undefined) this.messages.push({ id: fields.get('id'), event, data: fields.get('data') ?? '' });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
