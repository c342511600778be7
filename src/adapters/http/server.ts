import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Refusal, RefusalCode } from '../../contract/refusal.ts';
import type { Decoded } from '../../core/decoded.ts';
import { Acknowledgements } from './acknowledge.ts';
import { isLocalAddress, ownAddresses } from './addresses.ts';
import { Answers } from './answers.ts';
import type { ApiHouse } from './api-house.ts';
import { docsPage } from './docs-page.ts';
import { BODY_LIMIT, Gate, type GateRefusal, type Rates } from './gate.ts';
import { HostList } from './host-list.ts';
import { type Listening, listen } from './listen.ts';
import { describeRoutes, serveDocsPages } from './openapi.ts';
import { Replies } from './reply.ts';
import { addGuideRoutes, isPage } from './routes.ts';

export const DEFAULT_RATES: Rates = {
  local: { perSecond: 20_000, burst: 20_000 },
  remote: { perSecond: 50, burst: 200 },
};

const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
/** Longer than .NET keeps an idle connection, so that it is always the client that hangs up. */
const KEEP_ALIVE_MS = 125_000;
const HEADER_BYTES = 16_384;
/** So that other machines cannot take every connection and shut this one out. */
const REMOTE_CONNECTIONS = 256;
const CLOSE_MS = 2_000;

export interface ApiOptions {
  readonly house: ApiHouse;
  /** `::` for both IP families. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly version: string;
  /** Host names the server answers to besides loopback and its own addresses. */
  readonly allowedHosts?: readonly string[];
  readonly rates?: Rates;
  /** Hears of our own bugs and of journal failures. Nothing of it goes out to clients. */
  readonly onError: (error: unknown, what: string) => void;
  /** Whom a request comes from. For tests: the kernel decides otherwise. */
  readonly remoteAddressOf?: (request: IncomingMessage) => string;
  readonly ownAddresses?: () => readonly string[];
  /** Wall milliseconds that never go back. */
  readonly monotonicMs?: () => number;
}

export interface RunningApi extends Listening {
  close(): Promise<void>;
}

/** Serves the guide's API. A port that cannot be had is a problem in words; everything after that is an answer. */
export async function startApi(options: ApiOptions): Promise<Decoded<RunningApi>> {
  const { house, onError } = options;
  const refused: Partial<Record<RefusalCode, number>> = {};
  const requests = { total: 0, refused };
  const answers = new Answers(house, requests);
  const acknowledgements = new Acknowledgements(house, (error) => onError(error, 'acknowledgement not written'));
  const replies = new Replies(house.market.label);
  const count = ({ code }: Refusal) => {
    refused[code] = (refused[code] ?? 0) + 1;
  };
  const refuse = (reply: FastifyReply, refusal: Refusal, extra: readonly string[] = []) => {
    count(refusal);
    reply.hijack();
    replies.refusal(reply.raw, refusal, extra);
    return reply;
  };

  const server = createServer({ maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 1_000 });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  guardConnections(server, (refusal) => {
    count(refusal);
    return replies.rawRefusal(refusal);
  });

  const gate = makeGate(options);
  const remoteAddressOf = options.remoteAddressOf ?? ((request) => request.socket.remoteAddress ?? '');
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: HEADER_BYTES },
    frameworkErrors: (error, _, reply) => void refuse(reply as unknown as FastifyReply, refusalOf(error)),
    serverFactory: (route) => {
      server.on('request', (request, response) => {
        requests.total += 1;
        const refusal = gate.check(request, remoteAddressOf(request));
        // What every client polls goes past the router, which would cost it a fifth of its speed (bench/http.ts).
        const polled = request.url === '/api/signals/latest' && request.method === 'GET';
        if (refusal === undefined && polled) return replies.json(response, answers.latest());
        if (refusal === undefined) return route(request, response);
        count(refusal);
        // Its body stays unread, so the connection cannot be used again.
        replies.refusal(response, refusal, hasBody(request) ? ['Connection', 'close'] : []);
      });
      return server;
    },
  });
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(
    ({ schema }) =>
      (data) =>
        validated(schema as unknown as z.ZodType, data),
  );
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal_error') onError(error, `${request.method} ${request.url}`);
    return refuse(reply, refusal, request.raw.complete ? [] : ['Connection', 'close']);
  });
  await describeRoutes(app, options.version);
  addGuideRoutes(app, {
    answers,
    acknowledgements,
    replies,
    page: () => docsPage(house, options.version, server),
    refuse,
  });
  await app.register(async (pages) => {
    pages.addHook('onRequest', async (_, reply) => void reply.headers(Object.fromEntries(replies.headers)));
    await serveDocsPages(pages);
  });
  await app.ready();

  const listening = await listen(server, options.host, options.port);
  if (!listening.ok) {
    await app.close();
    return listening;
  }
  return { ok: true, value: { ...listening.value, close: () => close(server, app) } };
}

function makeGate(options: ApiOptions): Gate {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const hosts = new HostList({
    names: options.allowedHosts ?? [],
    ownAddresses: options.ownAddresses ?? ownAddresses,
    monotonicMs,
  });
  return new Gate({ hosts, rates: options.rates ?? DEFAULT_RATES, isPage, monotonicMs });
}

/** What is not HTTP gets an answer too, and other machines get a bounded number of connections. */
function guardConnections(server: Server, answerOf: (refusal: GateRefusal) => string): void {
  let remoteCount = 0;
  server.on('connection', (socket: Socket) => {
    if (isLocalAddress(socket.remoteAddress ?? '')) return;
    remoteCount += 1;
    socket.once('close', () => {
      remoteCount -= 1;
    });
    if (remoteCount > REMOTE_CONNECTIONS) socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
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

function validated(schema: z.ZodType, data: unknown): { value: unknown } | { error: Error } {
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  return { error: new Error(`${path === '' ? 'The request body' : path}: ${issue?.message ?? 'not valid'}`) };
}

/** Fastify's errors in our words. What is not the client's fault is ours, and says nothing about itself. */
function refusalOf({ code, statusCode, message }: FastifyError): Refusal {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return { code: 'body_too_large', message: `A request body may have ${BODY_LIMIT} bytes.` };
  }
  if (code?.startsWith('FST_ERR_CTP_INVALID_MEDIA_TYPE')) {
    return { code: 'not_json', message: 'A request body must be application/json.' };
  }
  if (code === 'FST_ERR_BAD_URL')
    return { code: 'malformed_request', message: 'The path is not valid percent-encoding.' };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { code: 'malformed_request', message };
  return { code: 'internal_error', message: 'Tapewire made a mistake answering this. Its log says which.' };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Lets running answers finish, but not for ever: pollers keep their connections open as long as they can. */
async function close(server: Server, app: FastifyInstance): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(impatience);
  await app.close();
}
