import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refusal } from '../../contract/refusal.ts';
import { assert } from '../../core/assert.ts';
import { nothingAt } from './refusals.ts';
import { decodedPathOf, pathOf } from './request-path.ts';
import { placeAt, type Row, rowOf } from './route-table.ts';

/**
 * No route without a row: a server that has one does not start. And the gate judges a path that the router reads once
 * more. Should they ever read it differently, a request that was let in to one route would arrive at another: then it
 * is answered with nothing. Must be there before the routes.
 */
export function holdToTheTable(
  app: FastifyInstance,
  refuse: (reply: FastifyReply, refusal: Refusal) => FastifyReply,
): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat())
      assert(rowAt(each, url) !== undefined, `http: ${each} ${url} is in no route table`);
  });
  app.addHook('onRequest', (request, reply, next) => {
    const { method, url = '' } = request.raw;
    const found = request.routeOptions.url;
    // What no route was found for goes to the handler that says so.
    if (found === undefined || isSame(rowAt(method, decodedPathOf(url)), rowAt(method, found))) next();
    else refuse(reply, nothingAt(pathOf(url)));
  });
}

/** The row of a path, or of a route's own pattern, whose parts are as good as any others. */
export function rowAt(method: string | undefined, path: string | undefined): Row | undefined {
  const place =
    path === undefined ? undefined : placeAt(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
  return place && rowOf(place, method ?? '');
}

function isSame(a: Row | undefined, b: Row | undefined): boolean {
  return a !== undefined && a.access === b?.access && a.scope === b.scope;
}
