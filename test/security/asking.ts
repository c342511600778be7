import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { HERE } from './stand.ts';

/** A request as somebody sends it, and from where. */
export interface Visit {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address it comes from. This machine when absent. */
  readonly from?: string;
}

export interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Of a stream only the beginning is read. */
export function send(stand: { from: string; readonly port: number }, visit: Visit): Promise<Heard> {
  stand.from = visit.from ?? HERE;
  const { method, target: path, body } = visit;
  // Announced, for a GET as well: that a body is too large is seen before it is read.
  const headers = {
    ...visit.headers,
    ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const to = { host: '127.0.0.1', port: stand.port, method, path, headers, agent: false } as const;
    const outgoing = httpRequest(to, (response) => {
      let text = '';
      const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      const isStream = response.statusCode === 200 && /event-stream/.test(response.headers['content-type'] ?? '');
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (!isStream) return;
        outgoing.destroy();
        done();
      });
      response.on('end', done);
      // Whoever refuses a body without reading it hangs up: what was said before counts.
      response.on('error', done);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const asJson = (body: unknown): Pick<Visit, 'headers' | 'body'> => ({
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** These very bytes on a connection of their own, and what came back until it closed or fell quiet. */
export function sendRaw(stand: { from: string; readonly port: number }, bytes: string, from = HERE): Promise<string> {
  stand.from = from;
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port: stand.port }, () => socket.write(bytes));
    socket.setTimeout(150, () => socket.destroy());
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
  });
}
