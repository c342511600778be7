import { EventLog } from '../../src/adapters/http/event-log.ts';
import { NOTHING_TRADED } from '../../src/adapters/http/fake-house.testing.ts';
import { MarketStreams } from '../../src/adapters/http/market-stream.ts';
import type { Stream } from '../../src/adapters/http/sse.ts';
import { DeliveryApi } from '../../src/adapters/http/v1/delivery-api.ts';
import type { Handler } from '../../src/adapters/http/v1/handler.ts';
import { LatencyLedger } from '../../src/adapters/http/v1/latency-ledger.ts';
import { EXAMPLE_HOUSE_VIEW } from '../../src/adapters/http/v1/view.testing.ts';
import type { HttpReply, HttpRequest, ServerEvent } from '../../src/client/ports.ts';
import { SseParser } from '../../src/client/sse.ts';
import { type Fields, fieldsOf } from '../../src/client/wire.ts';
import { currentGrant } from '../../src/core/delivery/delivery.ts';
import type { Principal } from '../../src/ports/key-ring.ts';
import { type Door, type DoorMeans, plainDoor } from './door.ts';
import type { Process } from './machine.ts';
import type { Witness } from './witness.ts';

const KEY: Principal = { keyId: 'k_1', name: 'desk', scopes: ['read', 'publish', 'execute', 'report', 'admin'] };

/**
 * The product's own `/api/v1`, from the text of a request to the text of an answer, and its own event log and streams.
 * Only the sockets are missing. The guide's routes have handlers of another kind: for those the house is asked.
 */
export async function apiDoor(means: DoorMeans): Promise<Door> {
  const { clock, house, houseClock, journal, lastSeq, newId, process, witness } = means;
  const log = await EventLog.open({ journal, lastSeq });
  const api = new DeliveryApi({
    house: {
      ...{ ...house, clock, houseClock, journalId: journal.id, trading: NOTHING_TRADED, channels: () => [] },
      market: { kind: 'SIMULATED', label: 'SIMULATED' },
    },
    log,
    ledger: new LatencyLedger(() => houseClock.nowMs() * 1_000),
    market: new MarketStreams({ label: 'SIMULATED', symbols: [] }),
    view: EXAMPLE_HOUSE_VIEW,
    requests: () => ({ total: 0, refused: {} }),
    journalFailed: () => false,
    monotonicMs: () => process.machine.monotonicMs(),
    sessionId: () => newId().slice(0, 16),
    onError: () => undefined,
    later: (ms, run) => {
      let isWanted = true;
      process.after(ms, () => isWanted && run());
      return () => {
        isWanted = false;
      };
    },
  });
  const guide = plainDoor(means);
  const routes = [...api.handlers].map(([call, handler]) => routeOf(call, handler));
  return {
    folded: () => undefined,
    outlet: log,
    answer: async (request) => {
      if (request.path.startsWith('/api/v1/guide')) return guide.answer(request);
      const [path = '', query = ''] = request.path.split('?');
      for (const route of routes) {
        const params = paramsOf(route, request.method, path.split('/'));
        if (params === undefined) continue;
        const reply = await called(route.handler, request, params, query);
        note(route.call, params, request, reply, means, log);
        return reply;
      }
      return { status: 404, body: { code: 'NOT_FOUND', detail: request.path } };
    },
    subscribe: (after, heard) => {
      const stream = new TextStream(process, witness, heard);
      api.events.serve(stream, after);
      return () => stream.drop();
    },
  };
}

interface Route {
  readonly call: string;
  readonly method: string;
  readonly parts: readonly string[];
  readonly handler: Handler;
}

function routeOf(call: string, handler: Handler): Route {
  const [method = '', url = ''] = call.split(' ');
  return { call, method, parts: url.split('/'), handler };
}

function paramsOf(
  { method, parts }: Route,
  asked: string,
  path: readonly string[],
): Record<string, string> | undefined {
  if (method !== asked || parts.length !== path.length) return undefined;
  if (!parts.every((part, index) => part.startsWith(':') || part === path[index])) return undefined;
  const named = parts.flatMap((part, index) => (part.startsWith(':') ? [[part.slice(1), path[index]!] as const] : []));
  return Object.fromEntries(named);
}

async function called(
  handler: Handler,
  { headers = {}, body }: HttpRequest,
  params: Readonly<Record<string, string>>,
  query: string,
): Promise<HttpReply> {
  const asked = Object.fromEntries(new URLSearchParams(query));
  const answer = await handler({
    ...{ principal: KEY, params, query: asked },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: body === undefined ? undefined : JSON.parse(JSON.stringify(body)),
  });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

/** What was answered with yes has to hold. */
function note(
  call: string,
  params: Readonly<Record<string, string>>,
  request: HttpRequest,
  { status, body }: HttpReply,
  { process, witness }: DoorMeans,
  { book }: EventLog,
): void {
  const said: Fields = fieldsOf(body);
  const asked = fieldsOf(request.body);
  if (call === 'POST /api/v1/signals/:id/claim') {
    witness.counts.claims += 1;
    const delivery = book.instruction(params.id!)?.deliveries.get(String(asked.account));
    const grant = delivery && currentGrant(delivery.facts);
    const isOwn = grant !== undefined && grant.key === request.headers?.['Idempotency-Key'];
    if (said.code === 'CLAIMED' && isOwn && grant.sessionId === asked.session) witness.grantsDenied.push(params.id!);
  }
  if (status >= 300 || !process.isAlive) return;
  const { promises } = witness;
  if (call === 'POST /api/v1/signals') promises.push({ what: 'signal', id: String(asked.id) });
  if (call === 'POST /api/v1/sessions') {
    promises.push({ what: 'session', id: String(said.session), epoch: Number(said.epoch) });
  }
  if (call === 'POST /api/v1/signals/:id/claim') {
    promises.push({ what: 'grant', fence: Number(said.fence), clientOrderId: String(said.client_order_id) });
  }
  if (call === 'POST /api/v1/deliveries/:id/reports') promises.push({ what: 'report', id: String(asked.report_id) });
}

/** Where a stream of events ends up when there is no socket. How much of it is on the way the network knows. */
class TextStream implements Stream {
  readonly unsentBytes = 0;
  open = true;
  readonly #process: Process;
  readonly #witness: Witness;
  readonly #heard: (event: ServerEvent) => void;
  readonly #parser = new SseParser();
  readonly #closing: (() => void)[] = [];

  constructor(process: Process, witness: Witness, heard: (event: ServerEvent) => void) {
    this.#process = process;
    this.#witness = witness;
    this.#heard = heard;
  }

  send(text: Parameters<Stream['send']>[0]): void {
    if (!this.open || !this.#process.isAlive) return;
    const words = typeof text === 'string' ? text : text.bytes.toString();
    for (const { id, event: type, data } of this.#parser.push(words)) {
      const body: unknown = JSON.parse(data);
      const event = { type, cursor: id, data: fieldsOf(body).data ?? body };
      if (type !== 'open' && type !== 'reset') this.#witness.pushed(event);
      this.#heard(event);
    }
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  drop(): void {
    this.open = false;
    for (const hear of this.#closing.splice(0)) hear();
  }

  end(): void {
    this.drop();
  }

  onClose(hear: () => void): void {
    this.#closing.push(hear);
  }
}
