import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { HttpReply, HttpRequest, ServerEvent, Transport } from './ports.ts';
import { SseParser } from './sse.ts';
import { fieldsOf } from './wire.ts';

export interface HttpTransportOptions {
  /** `http://127.0.0.1:8888`. A number rather than `localhost`: some systems try IPv6 first and wait for it. */
  readonly url: string;
  readonly key: string;
  /** For a whole request, 5 s unless told. */
  readonly timeoutMs?: number;
  /** A stream that says nothing for longer is broken: 15 s unless told, three of the server's heartbeats. */
  readonly silenceMs?: number;
}

/** A longer answer is not from our server. */
const LONGEST_ANSWER_BYTES = 16 * 1_048_576;

/** The way to the server over HTTP: requests over connections that stay open, the stream over one of its own. */
export class HttpTransport implements Transport {
  readonly #url: URL;
  readonly #key: string;
  readonly #timeoutMs: number;
  readonly #silenceMs: number;
  readonly #agent: HttpAgent;

  constructor({ url, key, timeoutMs = 5_000, silenceMs = 15_000 }: HttpTransportOptions) {
    this.#url = new URL(url);
    this.#key = key;
    this.#timeoutMs = timeoutMs;
    this.#silenceMs = silenceMs;
    this.#agent =
      this.#url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  async request({
    method,
    path,
    headers = {},
    body,
    timeoutMs = this.#timeoutMs,
    stop,
  }: HttpRequest): Promise<HttpReply> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const jsonHeaders =
      json === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
    const sent = this.#send(method, path, { ...headers, ...jsonHeaders, Accept: 'application/json' }, stop);
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      sent.end(json);
      const response = await answerOf(sent);
      const text = await textOf(response);
      return { status: response.statusCode!, body: parsed(text) };
    } finally {
      clearTimeout(timer);
    }
  }

  async *events(after: string | undefined, stop: AbortSignal): AsyncGenerator<ServerEvent> {
    const resume = after === undefined ? {} : { 'Last-Event-ID': after };
    const sent = this.#send('GET', '/api/v1/stream', { ...resume, Accept: 'text/event-stream' }, stop);
    let answered: IncomingMessage | undefined;
    const silence = setTimeout(() => {
      (answered ?? sent).destroy(new Error(`silent for ${this.#silenceMs} ms`));
    }, this.#silenceMs);
    try {
      sent.end();
      const response = await answerOf(sent);
      answered = response;
      if (response.statusCode !== 200) {
        const { code } = fieldsOf(parsed(await textOf(response)));
        throw new Error(`the stream was refused: ${response.statusCode} ${String(code ?? '')}`);
      }
      const parser = new SseParser();
      // Decodes across chunks: a character may be cut in two.
      response.setEncoding('utf8');
      for await (const chunk of response) {
        silence.refresh();
        for (const { id, event, data } of parser.push(chunk as string)) {
          // The frame wraps what happened; `open` and `reset` are the stream's own words and come bare.
          const body = parsed(data);
          const inner = fieldsOf(body).data;
          yield { type: event, cursor: id, data: inner === undefined ? body : inner };
        }
      }
      if (!stop.aborted) throw new Error('the server ended the stream');
    } catch (error) {
      if (!stop.aborted) throw error;
    } finally {
      clearTimeout(silence);
      sent.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | number>>,
    stop: AbortSignal | undefined,
  ): ClientRequest {
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(new URL(path, this.#url), {
      method,
      agent: this.#agent,
      headers: { ...headers, Authorization: `Bearer ${this.#key}` },
      ...(stop === undefined ? {} : { signal: stop }),
    });
    // A claim waits for nothing, not even to share a packet.
    sent.setNoDelay(true);
    return sent;
  }
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Stays for the life of the request: a connection that breaks later is told by the response, and must not be thrown.
    sent.on('error', reject);
    sent.on('response', resolve);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > LONGEST_ANSWER_BYTES) throw new Error('an answer of more than 16 MiB');
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy's page, say. Who asked finds no code in it, and says so.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
