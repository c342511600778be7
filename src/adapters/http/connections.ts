import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isLocalAddress } from './addresses.ts';
import type { GateRefusal } from './refusals.ts';

/** How long a request's headers, and the whole request, may take to arrive. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 15_000;
export const HEADER_BYTES = 16_384;
/** So that other machines cannot take every connection and shut this one out. */
const REMOTE_CONNECTIONS = 256;

/** Node's own handling of malformed requests asks this field which answer the connection is waiting for. */
type AnsweringSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/** What is not HTTP gets an answer too, and other machines get a bounded number of connections. */
export function guardConnections(server: Server, answerOf: (refusal: GateRefusal) => string): void {
  let remoteCount = 0;
  server.on('connection', (socket: Socket) => {
    if (isLocalAddress(socket.remoteAddress ?? '')) return;
    remoteCount += 1;
    socket.once('close', () => {
      remoteCount -= 1;
    });
    if (remoteCount > REMOTE_CONNECTIONS) socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: AnsweringSocket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    // The answer to an earlier request is still on its way: what is said now would be taken for it.
    const answering = socket._httpMessage;
    if (answering && (answering.req.complete || answering.headersSent)) return socket.destroySoon();
    socket.end(answerOf(connectionRefusal(error.code)), () => socket.destroy());
    return socket;
  });
}

function connectionRefusal(code: string | undefined): GateRefusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { code: 'headers_too_large', message: `The request's headers may have ${HEADER_BYTES} bytes.` };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { code: 'timed_out', message: `A request must arrive within ${REQUEST_MS / 1_000} s.` };
  }
  return { code: 'malformed_http', message: 'This is not an HTTP/1.1 request.' };
}
