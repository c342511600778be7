import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Refusal, RefusalCode } from '../../contract/refusal.ts';
import type { Decoded } from '../../core/decoded.ts';
import type { KeyRing } from '../../ports/key-ring.ts';
import { Acknowledgements } from './acknowledge.ts';
import { ownAddresses } from './addresses.ts';
import { Answers } from './answers.ts';
import type { ApiHouse } from './api-house.ts';
import { guardConnections, HEADER_BYTES, HEADERS_MS, REQUEST_MS } from './connections.ts';
import { addDashboardRoutes, type DashboardRoutesParts } from './dashboard/routes.ts';
import { docsPage } from './docs-page.ts';
import { OUR_MISTAKE, refusalOf } from './fastify-errors.ts';
import { Gate, hasBody, type Rates } from './gate.ts';
import { Guide } from './guide.ts';
import { HostList } from './host-list.ts';
import { takeJson } from './json-body.ts';
import { type Listening, listen } from './listen.ts';
import { NetworkList } from './networks.ts';
import { describeRoutes, serveDocsPages } from './openapi.ts';
import { BODY_LIMIT, type GateRefusal, UNKNOWN_EXPECTATION } from './refusals.ts';
import { Replies } from './reply.ts';
import { withoutKey } from './request-path.ts';
import { holdToTheTable } from './route-guard.ts';
import { addGuideRoutes, isPage } from './routes.ts';
import { Showing } from './showing.ts';
import { DeliveryApi, type DeliveryMeans } from './v1/delivery-api.ts';
import { addDeliveryRoutes } from './v1/routes.ts';
import { ZOD_COMPILERS } from './zod-compilers.ts';

export const DEFAULT_RATES: Rates = {
  local: { perSecond: 20_000, burst: 20_000 },
  remote: { perSecond: 50, burst: 200 },
};

/** Longer than .NET keeps an idle connection, so that it is always the client that hangs up. */
const KEEP_ALIVE_MS = 125_000;
const CLOSE_MS = 2_000;

export interface ApiOptions {
  readonly house: ApiHouse;
  /** `::` for both IP families. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly version: string;
  readonly keys: KeyRing;
  /** What /api/v1 is made of. Without it there is only the guide's API. */
  readonly delivery?: DeliveryMeans;
  /** The door of the dashboard, and its files. Without it there is none. */
  readonly dashboard?: Pick<DashboardRoutesParts, 'door' | 'files'>;
  /** Networks whose machines may use the guide's routes without a key: `192.168.1.0/24`. */
  readonly networks?: readonly string[];
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
  const showing = new Showing(house, (error) => onError(error, 'signal not marked as shown'));
  const guide = new Guide(house, answers, showing);
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

  // The gate speaks about a missing Host, so that the answer is in words.
  const settings = { maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 1_000, requireHostHeader: false };
  const server = createServer(settings);
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  guardConnections(server, (refusal) => {
    count(refusal);
    return replies.rawRefusal(refusal);
  });

  const gate = makeGate(options);
  const remoteAddressOf = options.remoteAddressOf ?? ((request) => request.socket.remoteAddress ?? '');
  const turnAway = (request: IncomingMessage, response: ServerResponse, refusal: GateRefusal): void => {
    count(refusal);
    // Its body stays unread, so the connection cannot be used again.
    replies.refusal(response, refusal, hasBody(request) ? ['Connection', 'close'] : []);
  };
  const tellLatest = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = guide.latest(request);
    if (answer instanceof Promise) {
      answer.then(
        (later) => replies.json(response, later),
        (error: unknown) => {
          onError(error, 'GET /api/signals/latest');
          replies.refusal(response, OUR_MISTAKE);
        },
      );
    } else replies.json(response, answer);
  };
  const enter = (request: IncomingMessage, response: ServerResponse, route: RequestListener): void => {
    const refusal = gate.check(request, remoteAddressOf(request));
    if (refusal !== undefined) turnAway(request, response, refusal);
    // What every client polls goes past the router, which would cost it a tenth of its speed (bench/http.ts).
    else if (request.url === '/api/signals/latest' && request.method === 'GET') tellLatest(request, response);
    else route(request, response);
  };
  const safely =
    (enterOnce: RequestListener): RequestListener =>
    (request, response) => {
      requests.total += 1;
      try {
        enterOnce(request, response);
      } catch (error) {
        onError(error, `${request.method} ${withoutKey(request.url ?? '')}`);
        replies.refusal(response, OUR_MISTAKE);
      }
    };
  // Left alone, node:http answers these without a word about why.
  const expectsWonders = safely((request, response) =>
    turnAway(request, response, gate.check(request, remoteAddressOf(request)) ?? UNKNOWN_EXPECTATION),
  );
  server.on('checkExpectation', expectsWonders);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    schemaController: ZOD_COMPILERS,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: HEADER_BYTES },
    frameworkErrors: (error, _, reply) => void refuse(reply as unknown as FastifyReply, refusalOf(error)),
    serverFactory: (route) => {
      server.on(
        'request',
        safely((request, response) => enter(request, response, route)),
      );
      return server;
    },
  });
  app.removeContentTypeParser('text/plain');
  takeJson(app);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal_error') onError(error, `${request.method} ${request.url}`);
    return refuse(reply, refusal, request.raw.complete ? [] : ['Connection', 'close']);
  });
  holdToTheTable(app, refuse);
  await describeRoutes(app, options.version, house.market.label);
  addGuideRoutes(app, {
    answers,
    guide,
    acknowledgements,
    replies,
    page: () => docsPage(house, answers, showing, options.version, (server.address() as AddressInfo).port),
    refuse,
  });
  const delivery = options.delivery && deliveryApi(options, options.delivery, requests, replies.headers);
  if (delivery !== undefined) addDeliveryRoutes(app, { api: delivery, keys: options.keys, replies, refuse });
  if (options.dashboard !== undefined) addDashboardRoutes(app, { ...options.dashboard, replies, refuse, onError });
  await app.register(async (pages) => {
    pages.addHook('onRequest', async (_, reply) => void reply.headers(Object.fromEntries(replies.pageHeaders)));
    await serveDocsPages(pages);
  });
  await app.ready();

  const listening = await listen(server, options.host, options.port);
  if (!listening.ok) {
    await app.close();
    return listening;
  }
  return { ok: true, value: { ...listening.value, close: () => close(server, app, delivery) } };
}

function deliveryApi(
  { house, onError, monotonicMs = () => performance.now() }: ApiOptions,
  means: DeliveryMeans,
  requests: { readonly total: number; readonly refused: Readonly<Record<string, number>> },
  headers: Replies['headers'],
): DeliveryApi {
  const journalFailed = () => house.health().journalFault !== undefined;
  return new DeliveryApi({
    ...means,
    house,
    requests: () => requests,
    journalFailed,
    feedMeasures: () => house.health().feed.measures ?? {},
    headers,
    monotonicMs,
    onError,
  });
}

function makeGate(options: ApiOptions): Gate {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const hosts = new HostList({
    names: options.allowedHosts ?? [],
    ownAddresses: options.ownAddresses ?? ownAddresses,
    monotonicMs,
  });
  const networks = new NetworkList(options.networks ?? []);
  return new Gate({ hosts, keys: options.keys, networks, rates: options.rates ?? DEFAULT_RATES, isPage, monotonicMs });
}

/** Lets running answers finish, but not for ever: pollers keep their connections open as long as they can. */
async function close(server: Server, app: FastifyInstance, delivery: DeliveryApi | undefined): Promise<void> {
  delivery?.close();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(impatience);
  await app.close();
}
