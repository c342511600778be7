import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Refusal } from '../../contract/refusal.ts';
import * as wire from '../../contract/schemas.ts';
import type { Acknowledgements } from './acknowledge.ts';
import type { Answer, Answers } from './answers.ts';
import type { DocsPage } from './docs-page.ts';
import type { Guide } from './guide.ts';
import { nothingAt } from './refusals.ts';
import type { Replies } from './reply.ts';
import { decodedPathOf, pathOf } from './request-path.ts';
import { allowedMethods, placeAt } from './route-table.ts';

export interface Desk {
  readonly answers: Answers;
  readonly guide: Guide;
  readonly acknowledgements: Acknowledgements;
  readonly replies: Replies;
  readonly page: () => DocsPage;
  readonly refuse: (reply: FastifyReply, refusal: Refusal, extra?: readonly string[]) => FastifyReply;
}

/** The paths that are HTML pages. */
export const isPage = (path: string): boolean => PAGES.includes(path);

const PAGES: readonly string[] = ['/', '/docs', '/docs/', '/dashboard', '/dashboard/'];

/** The routes of the guide. Their answers are ready text, so no serializer runs and nothing is waited for. */
export function addGuideRoutes(app: FastifyInstance, desk: Desk): void {
  const { answers, guide, acknowledgements, replies, page, refuse } = desk;
  const send = (reply: FastifyReply, answer: Answer): void => {
    reply.hijack();
    replies.json(reply.raw, answer);
  };
  const get = (
    path: string,
    summary: string,
    response: object,
    answer: (request: IncomingMessage, symbol: string) => Answer | Promise<Answer>,
    params?: z.ZodType,
  ) =>
    app.get(path, { schema: { summary, tags: ['signals'], response, ...(params && { params }) } }, (request, reply) => {
      const answered = answer(request.raw, (request.params as { readonly '*'?: string })['*'] ?? '');
      if (!(answered instanceof Promise)) return send(reply, answered);
      return answered.then((later) => {
        send(reply, later);
        return reply;
      });
    });

  get('/api/signals', 'Live signals, oldest first, at most the newest 50', { 200: wire.signalList }, (request) =>
    guide.signals(request),
  );
  get(
    '/api/signals/latest',
    'The newest signal of all, as long as it is live',
    { 200: wire.latestSignal, 404: wire.noSignals },
    (request) => guide.latest(request),
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
    (request, symbol) => guide.ofSymbol(request, symbol),
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

  app.get('/', { schema: { hide: true } }, (_, reply) => {
    const { html, contentSecurityPolicy } = page();
    reply.hijack();
    replies.html(reply.raw, html, contentSecurityPolicy);
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, (_, reply) =>
    send(reply, { status: 200, body: JSON.stringify(app.swagger()) }),
  );

  // What is left to the router, which is never asked for what is not in the route table.
  app.setNotFoundHandler((request, reply) => {
    const { method, url = '' } = request.raw;
    const place = placeAt(decodedPathOf(url) ?? '');
    if (method !== 'OPTIONS') return refuse(reply, nothingAt(pathOf(url)));
    const allowed = place === undefined ? 'GET, POST, HEAD, OPTIONS' : allowedMethods(place);
    reply.hijack();
    reply.raw.writeHead(204, [...replies.headers.flat(), 'Allow', allowed]).end();
    return reply;
  });
}
