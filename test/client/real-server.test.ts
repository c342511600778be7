// The reference client against the real program, over sockets and with a real file: what virtual time cannot show is whether
// both ends speak the same protocol.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Executor } from '../../src/client/executor.ts';
import { FileStore } from '../../src/client/file-store.ts';
import { HttpTransport } from '../../src/client/http-transport.ts';
import type { Notice } from '../../src/client/notice.ts';
import type { Broker, Order, OrderState } from '../../src/client/ports.ts';
import { systemClock } from '../../src/client/system-clock.ts';
import { type Fields, fieldsOf } from '../../src/client/wire.ts';
import { Server } from '../kills/server.ts';

const PATIENCE_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'tapewire-client-'));
const server = new Server(['--data-dir', join(folder, 'data')], folder, { command: 'demo' });
const cleaners: (() => void)[] = [];

after(async () => {
  for (const clean of cleaners) clean();
  await server.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Rests entries, and fills what is to get out. */
class Venue implements Broker {
  readonly submitted: Order[] = [];
  readonly orders = new Map<string, OrderState>();
  readonly cancelled: string[] = [];
  heard: (state: OrderState) => void = () => undefined;

  submit(order: Order): Promise<OrderState> {
    const { clientOrderId, leg, qty } = order;
    this.submitted.push(order);
    const state: OrderState = { clientOrderId, status: leg === 'CLOSE' ? 'FILLED' : 'SUBMITTED', qty };
    this.orders.set(clientOrderId, state);
    return Promise.resolve(state);
  }

  cancelEntry(clientOrderId: string): Promise<OrderState> {
    this.cancelled.push(clientOrderId);
    return Promise.resolve({ clientOrderId, status: 'CANCELLED' });
  }

  findOrders(ids: readonly string[]): ReturnType<Broker['findOrders']> {
    return Promise.resolve({ orders: ids.flatMap((id) => this.orders.get(id) ?? []), complete: true });
  }

  quote(): undefined {
    return undefined;
  }

  listen(heard: (state: OrderState) => void): void {
    this.heard = heard;
  }

  fill({ clientOrderId, qty }: Order, avgPrice: number): void {
    this.heard({ clientOrderId, status: 'FILLED', qty, cumQty: qty, leavesQty: 0, avgPrice });
  }
}

async function transport(): Promise<HttpTransport> {
  const url = await server.listening();
  const key = readFileSync(join(folder, 'data', 'api-key'), 'utf8').trim();
  const made = new HttpTransport({ url, key });
  cleaners.push(() => made.close());
  return made;
}

interface Running {
  readonly executor: Executor;
  readonly ended: Promise<string>;
  readonly notices: Notice[];
}

async function start(venue: Venue, file: string, takeover = false): Promise<Running> {
  const notices: Notice[] = [];
  const store = new FileStore(join(folder, file));
  cleaners.push(() => void store.close());
  const executor = new Executor({
    transport: await transport(),
    clock: systemClock,
    store,
    broker: venue,
    consumer: file,
    account: 'default',
    takeover,
    decide: () => ({ take: 'MARKET', qty: 0.5 }),
    onNotice: (notice) => notices.push(notice),
  });
  const ended = executor.run();
  cleaners.push(() => void executor.stop());
  return { executor, ended, notices };
}

async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const untilMs = Date.now() + PATIENCE_MS; Date.now() < untilMs; await sleep(20)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`never ${what}\n${server.problems}`);
}

async function deliveryOf(http: HttpTransport, signalId: string): Promise<Fields> {
  const { body } = await http.request({ method: 'GET', path: `/api/v1/signals/${signalId}` });
  const deliveries = fieldsOf(fieldsOf(body).signal).deliveries as readonly Fields[];
  return deliveries.find(({ account }) => account === 'default') ?? {};
}

it('trades the signals of the real server once each, closes on demand, and lets another take over', async () => {
  const venue = new Venue();
  const http = await transport();
  const first = await start(venue, 'first');
  await until('traded both', () => venue.submitted.length === 2);
  const [one, other] = venue.submitted as [Order, Order];
  assert.notEqual(one.signalId, other.signalId);
  await until('working', async () => (await deliveryOf(http, one.signalId)).state === 'WORKING');

  venue.fill(one, 3_500);
  const filled = await until('filled', async () => {
    const delivery = await deliveryOf(http, one.signalId);
    return delivery.state === 'FILLED' && delivery;
  });
  assert.equal(filled.filled_qty, 0.5);
  const stages = (filled.latency as readonly Fields[]).map(({ stage }) => stage);
  for (const stage of ['claimed', 'submitted', 'filled']) assert.ok(stages.includes(stage), `${stage} in ${stages}`);

  const closing = await http.request({ method: 'POST', path: `/api/v1/signals/${one.signalId}/close`, body: {} });
  assert.equal(closing.status, 201);
  await until('closed', () => venue.submitted.length === 3);
  const close = venue.submitted[2]!;
  assert.deepEqual([close.leg, close.reduceOnly, close.side === one.side], ['CLOSE', true, false]);

  const second = await start(venue, 'second', true);
  assert.equal(await first.ended, 'fenced');
  // By the one that lost the account, and perhaps by the one that found it resting there.
  await until('taken off', () => venue.cancelled.length > 0);
  assert.deepEqual([...new Set(venue.cancelled)], [other.clientOrderId]);
  await until('cancelled', async () => (await deliveryOf(http, other.signalId)).state === 'CANCELLED');
  await second.executor.stop();
  assert.equal(await second.ended, 'stopped');
  assert.equal(venue.submitted.length, 3, 'nobody traded anything again');
  const refused = [...first.executor.refusedReports, ...second.executor.refusedReports];
  assert.deepEqual(refused, [], JSON.stringify([...first.notices, ...second.notices]));
});
