import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Refusal } from '../../contract/refusal.ts';
import * as wire from '../../contract/schemas.ts';
import type { Acknowledgements } from './acknowledge.ts';
import type { Answer, Answers } from './answers.ts';
import type { DocsPage } from './docs-page.ts';
import { barePathOf, pathOf } from './gate.ts';
import type { Replies } from './reply.ts';

export interface Desk {
  readonly answers: Answers;
  readonly acknowledgements: Acknowledgements;
  readonly replies: Replies;
  readonly page: () => DocsPage;
  readonly refuse: (reply: FastifyReply, refusal: Refusal, extra?: readonly string[]) => FastifyReply;
}

/** What each path takes. `{symbol}` stands for any other path under `/api/signals/`. */
export const GUIDE_ROUTES: Readonly<Record<string, readonly string[]>> = {
  '/': ['GET'],
  '/docs': ['GET'],
  '/api/openapi.json': ['GET'],
  '/api/signals': ['GET'],
  '/api/signals/latest': ['GET'],
  '/api/signals/history': ['GET'],
  '/api/signals/acknowledge': ['POST'],
  '/api/signals/{symbol}': ['GET'],
  '/api/health': ['GET'],
  '/api/stats': ['GET'],
};

/** The paths that are HTML pages. */
export const isPage = (path: string): boolean => path === '/' || path === '/docs' || path === '/docs/';

/** The routes of the guide. Their answers are ready text, so no serializer runs and nothing is waited for. */
export function addGuideRoutes(app: FastifyInstance, { answers, acknowledgements, replies, page, refuse }: Desk): void {
  const send = (reply: FastifyReply, answer: Answer): void => {
    reply.hijack();
    replies.json(reply.raw, answer);
  };
  const get = (
    path: string,
    summary: string,
    response: object,
    answer: (symbol: string) => Answer,
    params?: z.ZodType,
  ) =>
    app.get(path, { schema: { summary, tags: ['signals'], response, ...(params && { params }) } }, (request, reply) =>
      send(reply, answer((request.params as { readonly '*'?: string })['*'] ?? '')),
    );

  get('/api/signals', 'Live signals, oldest first, at most the newest 50', { 200: wire.signalList }, () =>
    answers.signals(),
  );
  get(
    '/api/signals/latest',
    'The newest signal of all, as long as it is live',
    { 200: wire.latestSignal, 404: wire.noSignals },
    () => answers.latest(),
  );
  get(
    '/api/signals/history',
    'The last 500 signals that are no longer live, each with how it ended',
    { 200: wire.signalList },
    () => answers.history(),
  );
  get(
    '/api/signals/*',
    'Live signals of one symbol: ETHUSDT, eth-usdt and ETH/USDT:USDT are the same',
    { 200: wire.symbolSignals },
    (symbol) => answers.ofSymbol(symbol),
    z.object({ symbol: z.string() }).partial().loose(),
  );
  get('/api/health', 'Measured condition', { 200: wire.health, 503: wire.health }, () => answers.health());
  get('/api/stats', 'Why there are signals, or none', { 200: wire.stats }, () => answers.stats());

  const acknowledge = {
    summary: 'Says that a signal was processed. Repeating it changes nothing',
    tags: ['signals'],
    body: wire.acknowledgeRequest,
    response: { 200: wire.acknowledged, 400: wire.failure, 404: wire.failure, 503: wire.failure },
  };
  app.post('/api/signals/acknowledge', { schema: acknowledge }, async (request, reply) => {
    const { timestamp } = request.body as z.infer<typeof wire.acknowledgeRequest>;
    const refusal = await acknowledgements.take(timestamp);
    if (refusal !== undefined) return refuse(reply, refusal);
    send(reply, answers.acknowledged());
    return reply;
  });
  // Without this line the path would be taken for the symbol ACKNOWLEDGE.
  app.get('/api/signals/acknowledge', { schema: { hide: true } }, (_, reply) => refuseMethod(reply, refuse, 'POST'));

  app.get('/', { schema: { hide: true } }, (_, reply) => {
    const { html, contentSecurityPolicy } = page();
    reply.hijack();
    replies.html(reply.raw, html, contentSecurityPolicy);
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, (_, reply) =>
    send(reply, { status: 200, body: JSON.stringify(app.swagger()) }),
  );

  app.setNotFoundHandler((request, reply) => {
    const { method } = request.raw;
    const url = request.raw.url ?? '';
    const methods = methodsOf(barePathOf(url));
    if (methods === undefined) {
      const message = `There is nothing at ${pathOf(url).slice(0, 200)}. GET / lists what there is.`;
      return refuse(reply, { code: 'unknown_path', message });
    }
    if (method !== 'OPTIONS') return refuseMethod(reply, refuse, methods.join(' or '));
    reply.hijack();
    reply.raw.writeHead(204, [...replies.headers.flat(), 'Allow', allowed(methods)]).end();
    return reply;
  });
}

function methodsOf(path: string): readonly string[] | undefined {
  if (path === '*') return ['GET', 'POST'];
  if (Object.hasOwn(GUIDE_ROUTES, path)) return GUIDE_ROUTES[path];
  return path.startsWith('/api/signals/') ? GUIDE_ROUTES['/api/signals/{symbol}'] : undefined;
}

const allowed = (methods: readonly string[]): string =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');

function refuseMethod(reply: FastifyReply, refuse: Desk['refuse'], methods: string): FastifyReply {
  const { method } = reply.request.raw;
  const message = `This path takes ${methods}, not ${method}.`;
  return refuse(reply, { code: 'wrong_method', message }, ['Allow', allowed(methods.split(' or '))]);
}
