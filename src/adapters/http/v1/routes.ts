import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../../contract/refusal.ts';
import { mayBeLeftOut } from '../../../contract/v1/decode.ts';
import { streamQuery } from '../../../contract/v1/event.ts';
import { marketQuery } from '../../../contract/v1/execution.ts';
import { assert } from '../../../core/assert.ts';
import type { KeyRing } from '../../../ports/key-ring.ts';
import { callerOf } from '../caller.ts';
import { unknownKey } from '../refusals.ts';
import type { Replies } from '../reply.ts';
import { STREAMS_MAX, type Stream } from '../sse.ts';
import type { DeliveryApi } from './delivery-api.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { type DeliveryRequest, type Handler, malformed, queryOf } from './handler.ts';
import { KeyWatch } from './key-watch.ts';

export interface DeliveryRoutesParts {
  readonly api: DeliveryApi;
  readonly keys: Pick<KeyRing, 'holds'>;
  readonly replies: Replies;
  readonly refuse: (reply: FastifyReply, refusal: Refusal, extra?: readonly string[]) => FastifyReply;
}

/** Puts every call of /api/v1 on the router. The handlers check what they are sent, in their own words. */
export function addDeliveryRoutes(app: FastifyInstance, { api, keys, replies, refuse }: DeliveryRoutesParts): void {
  const watch = new KeyWatch(keys);
  for (const [call, description] of Object.entries(DESCRIPTIONS)) {
    const [method, url] = call.split(' ') as ['GET' | 'POST' | 'PATCH' | 'DELETE', string];
    const handler = api.handlers.get(call);
    app.route({
      method,
      url,
      config: { bodyMayBeLeftOut: description.body === undefined || mayBeLeftOut(description.body) },
      handler: handler === undefined ? streaming(call) : answering(call, handler),
    });
  }

  function answering(call: string, handler: Handler) {
    const waits = call === 'GET /api/v1/events';
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const asked = requestOf(request);
      const answered = await handler(waits ? { ...asked, gone: goneOf(reply) } : asked);
      // Who has gone away is answered nothing.
      if (reply.raw.destroyed) return reply.hijack();
      // Who waits for an event may wait for longer than the key counts.
      if (waits && !keys.holds(asked.principal)) return refuse(reply, unknownKey(false));
      if (answered.refusal !== undefined) return refuse(reply, answered.refusal);
      reply.hijack();
      if (answered.type === undefined) replies.json(reply.raw, answered);
      else writeText(reply, answered.body, answered.type);
      return reply;
    };
  }

  function writeText(reply: FastifyReply, body: string, type: string): void {
    const length = String(Buffer.byteLength(body));
    reply.raw.writeHead(200, ['Content-Type', type, ...replies.headers.flat(), 'Content-Length', length]).end(body);
  }

  function streaming(call: string) {
    return (request: FastifyRequest, reply: FastifyReply): void => {
      const serve = call === 'GET /api/v1/stream' ? eventStream : marketStream;
      const asked = requestOf(request);
      const served = serve(api, asked);
      if (typeof served !== 'function') {
        refuse(reply, served);
        return;
      }
      const headOnly = request.raw.method === 'HEAD';
      const stream = headOnly ? undefined : api.streams.start(reply.raw);
      if (stream === undefined && !headOnly) {
        refuse(reply, TOO_MANY);
        return;
      }
      reply.hijack();
      if (stream === undefined) {
        writeText(reply, '', 'text/event-stream; charset=utf-8');
        return;
      }
      watch.watch(stream, asked.principal);
      served(stream);
    };
  }
}

/** Only for who waits: an AbortController costs a request as much as reading its body. */
function goneOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

const TOO_MANY: Refusal = {
  code: 'too_many_streams',
  message: `There are ${STREAMS_MAX} streams already, and no more at a time. Close one, or read GET /api/v1/events.`,
};

/** Which stream a call wants, or why it cannot be had. */
type Served = ((stream: Stream) => void) | Refusal;

function eventStream(api: DeliveryApi, request: DeliveryRequest): Served {
  const query = queryOf(streamQuery, request);
  if (!query.ok) return malformed(query.problem).refusal!;
  const { 'last-event-id': resumed } = request.headers;
  // A reader that connects anew keeps its first URL, and says in the header where it is by now.
  const after = typeof resumed === 'string' && resumed !== '' ? resumed : query.value.after;
  return (stream) => api.events.serve(stream, after);
}

function marketStream(api: DeliveryApi, request: DeliveryRequest): Served {
  const query = queryOf(marketQuery, request);
  if (!query.ok) return malformed(query.problem).refusal!;
  const symbols = query.value.symbols?.split(',');
  const everyMs = query.value.throttle_ms;
  return (stream) => api.market.serve(stream, symbols, everyMs);
}

function requestOf(request: FastifyRequest): DeliveryRequest {
  const { principal } = callerOf(request.raw);
  assert(principal !== undefined, 'http: a call of /api/v1 without a key');
  return {
    principal,
    params: request.params as Readonly<Record<string, string>>,
    query: request.query,
    headers: request.headers,
    body: request.body,
  };
}
