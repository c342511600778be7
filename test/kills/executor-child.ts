import { readFileSync, writeSync } from 'node:fs';
import { Executor } from '../../src/client/executor.ts';
import { FileStore } from '../../src/client/file-store.ts';
import { HttpTransport } from '../../src/client/http-transport.ts';
import type { HttpReply, HttpRequest, Transport } from '../../src/client/ports.ts';
import { systemClock } from '../../src/client/system-clock.ts';
import { fieldsOf } from '../../src/client/wire.ts';
import type { Said } from './executor-process.ts';
import { RemoteBroker } from './remote-broker.ts';

/**
 * The reference client as a process: trades everything on `default` until it is killed. What the server has
 * acknowledged is said on stdout at once.
 */
const [url = '', keyFile = '', store = '', venue = '', sender = ''] = process.argv.slice(2);

// Straight to the pipe: a buffered line would be lost with the process, and the test would miss an acknowledgement.
const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`);

/** Says what was answered with a 2xx before the executor itself has heard of it. */
class SayingTransport implements Transport {
  readonly #transport = new HttpTransport({ url, key: readFileSync(keyFile, 'utf8').trim(), timeoutMs: 3_000 });

  async request(request: HttpRequest): Promise<HttpReply> {
    if (request.method === 'POST') say({ kind: 'asking', path: request.path });
    const reply = await this.#transport.request(request);
    if (reply.status >= 200 && reply.status < 300) sayAcknowledged(request, reply);
    return reply;
  }

  events(after: string | undefined, stop: AbortSignal) {
    return this.#transport.events(after, stop);
  }
}

function sayAcknowledged({ method, path, body }: HttpRequest, reply: HttpReply): void {
  if (method !== 'POST') return;
  const [, what, id = '', verb] = /^\/api\/v1\/(\w+)\/?([^/]*)\/?(\w*)$/.exec(path) ?? [];
  const answer = fieldsOf(reply.body);
  const told = fieldsOf(body);
  if (what === 'sessions' && verb === '') say({ kind: 'session', session: String(answer.session) });
  if (verb === 'claim') {
    const [fence, clientOrderId] = [Number(answer.fence), String(answer.client_order_id)];
    say({ kind: 'claim', signalId: decodeURIComponent(id), fence, clientOrderId });
  }
  if (verb === 'reports') {
    const [reportId, type] = [String(told.report_id), String(told.type)];
    say({ kind: 'report', deliveryId: decodeURIComponent(id), reportId, type });
  }
}

const executor = new Executor({
  transport: new SayingTransport(),
  clock: systemClock,
  store: new FileStore(store),
  broker: new RemoteBroker(venue, Number(sender)),
  consumer: `executor ${sender}`,
  account: 'default',
  // Its predecessor is dead for certain: the test has killed it.
  takeover: true,
  reopen: true,
  decide: () => ({ take: 'MARKET', qty: 1 }),
  onNotice: (notice) => say({ kind: 'notice', ...notice }),
});
await executor.run();
