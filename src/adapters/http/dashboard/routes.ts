import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Refusal } from '../../../contract/refusal.ts';
import { callerOf } from '../caller.ts';
import { nothingAt } from '../refusals.ts';
import type { Replies } from '../reply.ts';
import { pathOf } from '../request-path.ts';
import { cookieFor } from './cookie.ts';
import type { DashboardDoor } from './door.ts';
import type { WebFile } from './files.ts';

export interface DashboardRoutesParts {
  readonly door: DashboardDoor;
  readonly files: ReadonlyMap<string, WebFile>;
  readonly replies: Replies;
  readonly refuse: (reply: FastifyReply, refusal: Refusal) => FastifyReply;
  readonly onError: (error: unknown, what: string) => void;
}

/** The style of the logo that the library of charts puts on every chart: it writes it into the page by itself. */
export const CHART_LOGO_STYLE = "'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY='";

/** Nothing but what this server itself sends: no inline script, no frame, nobody else's page around it. */
const POLICY =
  `default-src 'none'; script-src 'self'; style-src 'self' ${CHART_LOGO_STYLE}; ` +
  "img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tapewire</title>
<h1>The dashboard is not built</h1><p>Run <code>npm run build</code> where Tapewire is installed, and start it again.</p></html>
`;

const enterRequest = z.strictObject({ code: z.string().min(1).max(200).optional() });

const leaveRequest = z.strictObject({});

export function addDashboardRoutes(app: FastifyInstance, parts: DashboardRoutesParts): void {
  const { door, files, replies, refuse, onError } = parts;

  app.get('/dashboard', { schema: { hide: true } }, (_, reply) => {
    const page = files.get('index.html')?.bytes.toString('utf8') ?? NOT_BUILT;
    reply.hijack();
    replies.html(reply.raw, page, POLICY, ['X-Frame-Options', 'DENY']);
  });

  app.get('/dashboard/*', { schema: { hide: true } }, (request, reply) => {
    const file = files.get((request.params as { readonly '*': string })['*']);
    if (file === undefined) return refuse(reply, nothingAt(pathOf(request.raw.url ?? '')));
    reply.hijack();
    writeFile(reply.raw, file, replies);
    return reply;
  });

  app.post('/dashboard/enter', { schema: { hide: true, body: enterRequest } }, async (request, reply) => {
    const { code } = request.body as z.infer<typeof enterRequest>;
    const { principal } = callerOf(request.raw);
    if (principal === undefined && code === undefined) return refuse(reply, NOTHING_BROUGHT);
    const exchanged = await (principal === undefined ? door.exchange(code!) : door.admit(principal));
    if (!exchanged.ok) return refuse(reply, exchanged.refusal);
    return answer(reply, cookieFor(exchanged.value, request.raw.socket.localPort));
  });

  app.post('/dashboard/leave', { schema: { hide: true, body: leaveRequest } }, async (request, reply) => {
    const { principal } = callerOf(request.raw);
    if (principal !== undefined) {
      const left = await door.leave(principal);
      if (!left.ok) onError(new Error(left.problem), 'a browser left, and its key was not revoked');
    }
    return answer(reply, cookieFor(undefined, request.raw.socket.localPort));
  });

  function answer(reply: FastifyReply, cookie: string): FastifyReply {
    reply.hijack();
    replies.json(reply.raw, { status: 200, body: '{"status":"success"}' }, ['Set-Cookie', cookie]);
    return reply;
  }
}

const NOTHING_BROUGHT: Refusal = {
  code: 'malformed_request',
  message: 'Bring the code of the link that the start of Tapewire printed, or a key in the header Authorization.',
};

function writeFile(response: ServerResponse, { type, bytes, lasting }: WebFile, replies: Replies): void {
  const cached = replies.pageHeaders.filter(([name]) => !lasting || name !== 'Cache-Control').flat();
  const keep = lasting ? ['Cache-Control', 'public, max-age=31536000, immutable'] : [];
  response.writeHead(200, ['Content-Type', type, ...cached, ...keep, 'Content-Length', String(bytes.length)]);
  response.end(bytes);
}
