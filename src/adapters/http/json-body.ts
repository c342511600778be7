import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An empty body is taken for none. */
    bodyMayBeLeftOut?: boolean;
  }
}

/** Reads JSON as Fastify does, and nothing where a route can do without: clients write `Content-Type` before they know. */
export function takeJson(app: FastifyInstance): void {
  const read = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0 && request.routeOptions.config.bodyMayBeLeftOut === true) done(null, undefined);
    else void read(request, body as string, done);
  });
}
