// A small world in virtual time: the server's part of the protocol, a disk, a venue and two clocks, all of which can be
// slow, lose things, or lose the process.
import { Executor, type ExecutorOptions } from './executor.ts';
import type { LedgerRecord } from './ledger.ts';
import type { Notice } from './notice.ts';
import type {
  Broker,
  Clock,
  HttpReply,
  HttpRequest,
  Order,
  OrderState,
  ServerEvent,
  Store,
  Transport,
} from './ports.ts';
import type { Fields, ReportBody } from './wire.ts';

const never = new Promise<never>(() => undefined);
/** Everything that can happen without time passing has happened after this. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Time that passes when told. */
export class VirtualTime {
  monotonicMs = 1_000;
  wallMs = Date.UTC(2026, 0, 1);
  #timers: { readonly atMs: number; readonly wake: () => void }[] = [];

  async pass(ms: number): Promise<void> {
    const untilMs = this.monotonicMs + ms;
    await settle();
    for (;;) {
      const next = this.#timers.sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.#move(next.atMs - this.monotonicMs);
      next.wake();
      await settle();
    }
    this.#move(untilMs - this.monotonicMs);
  }

  sleep(ms: number, stop?: AbortSignal): Promise<void> {
    if (stop?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        stop?.removeEventListener('abort', wake);
        this.#timers = this.#timers.filter((timer) => timer.wake !== wake);
        resolve();
      };
      this.#timers.push({ atMs: this.monotonicMs + Math.max(ms, 0), wake });
      stop?.addEventListener('abort', wake);
    });
  }

  #move(ms: number): void {
    this.monotonicMs += ms;
    this.wallMs += ms;
  }
}

type Fate = HttpReply | 'lost' | 'unheard' | undefined;
type Script = (request: HttpRequest) => Fate | Promise<Fate>;

export const refusal = (status: number, code: string, more: Fields = {}): HttpReply => ({
  status,
  body: { type: 'about:blank', title: code, status, detail: `it is ${code}`, code, ...more },
});

/** As much of a server as an executor sees. One account, one holder. */
export class ScriptedServer {
  readonly time: VirtualTime;
  readonly requests: HttpRequest[] = [];
  readonly reports: (ReportBody & { readonly delivery: string })[] = [];
  readonly signals = new Map<string, Fields>();
  /** By signal: the key it was claimed with, and the grant. */
  readonly grants = new Map<
    string,
    { readonly key: string; readonly sentMs: number; readonly grant: Fields; readonly epoch: number }
  >();
  /** Asked first. `lost`: it is done, and the answer does not arrive. `unheard`: it does not even arrive. */
  script: Script = () => undefined;
  /** The way back of each answer; may take its time. */
  wayBack: () => void | Promise<void> = () => undefined;
  executeWithinMs = 1_000;
  epoch = 0;
  inDoubt: readonly Fields[] = [];
  halted = false;
  #seq = 0;
  #listeners = new Set<(event: ServerEvent | Error) => void>();

  constructor(time: VirtualTime) {
    this.time = time;
  }

  get cursor(): string {
    return `journal:${this.#seq}`;
  }

  issue(id: string, changes: Fields = {}): void {
    const signal = { ...SIGNAL, id, ...changes };
    this.signals.set(id, signal);
    this.say('signal.issued', { signal });
  }

  say(type: string, data: unknown): void {
    this.#seq += 1;
    for (const listener of this.#listeners) listener({ type, cursor: this.cursor, data });
  }

  breakStreams(): void {
    for (const listener of this.#listeners) listener(new Error('broken'));
  }

  to(path: RegExp): readonly HttpRequest[] {
    return this.requests.filter((request) => path.test(request.path));
  }

  async answer(request: HttpRequest): Promise<HttpReply> {
    this.requests.push(request);
    const scripted = await this.script(request);
    if (scripted === 'unheard') throw new Error('connection refused');
    if (scripted === 'lost') {
      this.#ordinary(request);
      throw new Error('connection reset');
    }
    const reply = scripted ?? this.#ordinary(request);
    await this.wayBack();
    return reply;
  }

  async *events(stop: AbortSignal): AsyncGenerator<ServerEvent> {
    const heard: (ServerEvent | Error)[] = [{ type: 'open', cursor: this.cursor, data: {} }];
    let wake: () => void = () => undefined;
    const listener = (event: ServerEvent | Error): void => {
      heard.push(event);
      wake();
    };
    this.#listeners.add(listener);
    stop.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!stop.aborted) {
        const event = heard.shift();
        if (event instanceof Error) throw event;
        if (event !== undefined) yield event;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  #ordinary({ method, path, body, headers }: HttpRequest): HttpReply {
    const route = path.replace('/api/v1', '').split('?')[0]!;
    const [, , id = ''] = route.split('/');
    if (route === '/sessions') return { status: 201, body: this.#open() };
    if (method === 'DELETE') {
      const isHeld = id === `session-${this.epoch}`;
      return isHeld ? { status: 200, body: { released: true } } : refusal(409, 'STALE_EPOCH');
    }
    if (route.endsWith('/heartbeat')) {
      const isHeld = id === `session-${this.epoch}`;
      return isHeld ? { status: 200, body: { halted: this.halted } } : refusal(409, 'STALE_EPOCH');
    }
    if (route.endsWith('/claim')) return this.#claim(id, headers?.['Idempotency-Key'] ?? '', body as Fields);
    if (route.endsWith('/reports')) {
      this.reports.push({ delivery: id, ...(body as ReportBody) });
      return { status: 200, body: { delivery: {}, duplicate: false } };
    }
    if (route === '/signals') {
      const signals = [...this.signals.values()].filter(({ state }) => state === 'ACTIVE');
      return { status: 200, body: { signals, next: null } };
    }
    if (route === '/time') return { status: 200, body: { cursor: this.cursor } };
    if (route === '/events') return { status: 200, body: { events: [], cursor: this.cursor } };
    return { status: 200, body: { signal: this.signals.get(id) } };
  }

  #open(): Fields {
    this.epoch += 1;
    const { epoch, inDoubt, halted } = this;
    const session = `session-${epoch}`;
    return { session, epoch, lease_ms: 15_000, heartbeat_ms: 5_000, cursor: this.cursor, in_doubt: inDoubt, halted };
  }

  #claim(id: string, key: string, { epoch }: Fields): HttpReply {
    const signal = this.signals.get(id);
    if (signal === undefined) return refusal(404, 'UNKNOWN_SIGNAL');
    const known = this.grants.get(id);
    if (known !== undefined && known.key !== key) return refusal(409, 'CLAIMED');
    if (epoch !== this.epoch) return refusal(409, 'STALE_EPOCH');
    const sentMs = known?.sentMs ?? this.time.monotonicMs;
    const leftMs = Math.max(this.executeWithinMs - (this.time.monotonicMs - sentMs), 0);
    const delivery = this.deliveryOf(id, 'CLAIMED');
    const grant = {
      delivery,
      fence: delivery.fence,
      client_order_id: delivery.client_order_id,
      execute_within_ms: signal.intent === 'CLOSE' ? null : leftMs,
      signal,
    };
    this.grants.set(id, { key, sentMs, grant, epoch: known?.epoch ?? this.epoch });
    return { status: 200, body: grant };
  }

  /** Its claim stays that of the session that it was granted to, whoever holds the account by now. */
  deliveryOf(id: string, state: string): Fields & { readonly fence: number; readonly client_order_id: string } {
    const epoch = this.grants.get(id)?.epoch ?? this.epoch;
    return {
      id: `${id}.default`,
      signal_id: id,
      account: 'default',
      intent: this.signals.get(id)?.intent ?? 'ENTRY',
      symbol: 'ETHUSDT',
      state,
      reason: '',
      fence: 7,
      client_order_id: `tw-${Buffer.from(id).toString('hex')}`,
      session: `session-${epoch}`,
      epoch,
    };
  }
}

export const SIGNAL: Fields = {
  intent: 'ENTRY',
  symbol: 'ETHUSDT',
  direction: 'BUY',
  timeframe: '1m',
  entry_price: 3_500,
  stop_loss: 3_482.5,
  take_profit: 3_542,
  tp1: 3_528,
  tp2: 3_542,
  tp3: 3_563,
  leverage: 10,
  signal_strength: 80,
  max_slippage_bps: 5,
  market: 'SIMULATED medium',
  expires_in_ms: 15_000,
  state: 'ACTIVE',
};

/** Outlives the process. */
export class VirtualDisk {
  records: LedgerRecord[] = [];
  /** Asked before each append; may take its time, or throw. */
  script: (record: LedgerRecord) => void | Promise<void> = () => undefined;

  of<K extends LedgerRecord['kind']>(kind: K): readonly Extract<LedgerRecord, { kind: K }>[] {
    return this.records.filter((record) => record.kind === kind) as Extract<LedgerRecord, { kind: K }>[];
  }
}

/** Outlives the process. Fills at once unless told otherwise. */
export class ScriptedVenue {
  readonly submitted: Order[] = [];
  readonly cancelled: string[] = [];
  readonly orders = new Map<string, OrderState>();
  isComplete = true;
  price: { readonly bid: number; readonly ask: number } | undefined = { bid: 3_499.9, ask: 3_500.1 };
  status: OrderState['status'] = 'FILLED';
  /** Asked after the order has arrived; may take its time, or throw. */
  script: (order: Order) => void | Promise<void> = () => undefined;
  heard: (state: OrderState) => void = () => undefined;

  async submit(order: Order): Promise<OrderState> {
    this.submitted.push(order);
    const state: OrderState = { clientOrderId: order.clientOrderId, status: this.status, orderId: '1', qty: order.qty };
    this.orders.set(order.clientOrderId, state);
    await this.script(order);
    return state;
  }

  cancel(clientOrderId: string): OrderState {
    this.cancelled.push(clientOrderId);
    const state: OrderState = { clientOrderId, status: 'CANCELLED' };
    this.orders.set(clientOrderId, state);
    return state;
  }
}

/** All of it. A process is started, may be killed at any moment, and another one started on the same disk. */
export class World {
  readonly time = new VirtualTime();
  readonly server = new ScriptedServer(this.time);
  readonly disk = new VirtualDisk();
  readonly venue = new ScriptedVenue();
  readonly notices: Notice[] = [];
  /** What happened, in order: `disk intent`, `POST …/claim`, `submit`, … */
  readonly steps: string[] = [];
  /** Asked at every step of the process; true kills it there. */
  killAt: (step: string, index: number) => boolean = () => false;
  #ids = 0;

  start(changes: Partial<ExecutorOptions> = {}): Process {
    const newId = (): string => {
      this.#ids += 1;
      return String(this.#ids).padStart(32, '0');
    };
    return new Process(this, newId, changes);
  }

  named(name: Notice['name']): readonly Notice[] {
    return this.notices.filter((notice) => notice.name === name);
  }
}

export class Process {
  readonly executor: Executor;
  /** Why `run` ended, once it has. */
  ended: string | undefined;
  #isDead = false;

  constructor(world: World, newId: () => string, changes: Partial<ExecutorOptions>) {
    this.executor = new Executor({
      transport: this.#transport(world),
      clock: this.#clock(world),
      store: this.#store(world),
      broker: this.#broker(world),
      consumer: 'test',
      account: 'default',
      decide: () => ({ take: 'MARKET', qty: 0.5 }),
      onNotice: (notice) => world.notices.push(notice),
      newId,
      ...changes,
    });
    void this.executor.run().then((why) => (this.ended = why));
  }

  /** Nothing it began comes back, and nothing new begins. */
  kill(): void {
    this.#isDead = true;
  }

  async #step<T>(world: World, step: string, act: () => T | Promise<T>): Promise<T> {
    if (!this.#isDead && world.killAt(step, world.steps.length)) this.kill();
    if (this.#isDead) return never;
    world.steps.push(step);
    try {
      const result = await act();
      if (!this.#isDead && world.killAt(`${step} done`, world.steps.length)) this.kill();
      return this.#isDead ? never : result;
    } catch (error) {
      if (this.#isDead) return never;
      throw error;
    }
  }

  #transport(world: World): Transport {
    const { server } = world;
    return {
      request: (request) => {
        const step = `${request.method} ${request.path.replace('/api/v1', '').split('?')[0]}`;
        return this.#step(world, step, () => server.answer(request));
      },
      events: (_after, stop) => this.#untilDead(server.events(stop)),
    };
  }

  async *#untilDead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const each of source) {
      if (this.#isDead) await never;
      yield each;
    }
  }

  #clock({ time }: World): Clock {
    return {
      monotonicMs: () => time.monotonicMs,
      wallMs: () => time.wallMs,
      sleep: async (ms, stop) => {
        await time.sleep(ms, stop);
        if (this.#isDead) await never;
      },
    };
  }

  #store(world: World): Store {
    const { disk } = world;
    return {
      load: () => Promise.resolve(structuredClone(disk.records)),
      append: (record) =>
        this.#step(world, `disk ${record.kind}`, async () => {
          await disk.script(record);
          if (this.#isDead) return;
          disk.records.push(structuredClone(record));
        }),
      compact: (records) => {
        disk.records = structuredClone([...records]);
        return Promise.resolve();
      },
    };
  }

  #broker(world: World): Broker {
    const { venue } = world;
    return {
      submit: (order) => this.#step(world, 'submit', () => venue.submit(order)),
      cancelEntry: (id) => this.#step(world, 'cancel', () => venue.cancel(id)),
      findOrders: (ids) =>
        this.#step(world, 'find', () => ({
          orders: ids.flatMap((id) => venue.orders.get(id) ?? []),
          complete: venue.isComplete,
        })),
      quote: () => venue.price,
      listen: (heard) => (venue.heard = heard),
    };
  }
}
