import assert from 'node:assert/strict';
import type { Effect } from '../engine/effect.ts';
import type { SignalDraft } from '../engine/event.ts';
import { Books } from './books.ts';
import type { Claim, Command, OpenSession } from './command.ts';
import type { Delivery } from './delivery.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DeliveryRefusal } from './refusal.ts';
import type { Granted, Replies } from './reply.ts';
import type { ExecutionReport } from './report.ts';
import type { Session } from './session.ts';

/** Market and house time of the beginning: a whole hour. */
export const START_MS = 1_736_942_400_000;
/** How long signals live unless the test says otherwise, house milliseconds. */
export const TTL_MS = 30_000;

export const DRAFT: SignalDraft = {
  symbol: 'ETHUSDT',
  side: 'buy',
  timeframe: '1m',
  entryPrice: 3500,
  stopPrice: 3482.5,
  targetPrices: [3528, 3542, 3563],
  leverage: 20,
  strength: 85.5,
  consensus: 75,
  strategiesAgree: 4,
  votes: [],
  reasons: ['a test'],
  market: 'TEST',
};

/** As a journal gives an effect back. */
export const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const signalIdOf = (number: number): string =>
  `019b76da-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** A dispatcher on its own, its times, and everything that came out of it. */
export class Scene {
  readonly effects: Effect[] = [];
  readonly speed: number;
  books = new Books();
  dispatcher = new Dispatcher(this.books, 'test');
  /** House milliseconds since the start. */
  elapsedMs = 0;
  #names = 0;

  constructor({ speed = 1 } = {}) {
    this.speed = speed;
  }

  get moment() {
    const { speed, elapsedMs } = this;
    return { atMs: START_MS + elapsedMs * speed, wallMs: START_MS + elapsedMs, speed };
  }

  /** Time passes, and somebody looks. */
  wait(ms: number): this {
    this.elapsedMs += ms;
    this.take({ kind: 'sweep' });
    return this;
  }

  take<C extends Command>(command: C): Replies[C['kind']] {
    const reply = this.dispatcher.take(command, this.moment);
    this.effects.push(...this.dispatcher.drain());
    return reply;
  }

  /** The process ends and comes back: what it knows is what the effects tell. */
  restart(): this {
    const books = new Books();
    for (const effect of this.effects) books.apply(asJson(effect));
    this.books = books;
    this.dispatcher = new Dispatcher(books, 'test');
    return this;
  }

  publish(number = 1, changes: Partial<SignalDraft> = {}, ttlMs = TTL_MS): string {
    const signalId = signalIdOf(number);
    const draft = { ...DRAFT, ...changes };
    const rest = { bodyHash: JSON.stringify(draft), producer: 'tester', ttlMs, maxSlippageBps: undefined };
    done(this.take({ kind: 'publish', signalId, draft, ...rest }));
    return signalId;
  }

  /** Somebody who executes: another instance for another name. */
  open(consumer = 'atas', changes: Partial<OpenSession> = {}) {
    this.#names += 1;
    const instance = consumer.padEnd(32, '0');
    const command = { account: 'default', symbols: [], capabilities: [], takeover: false, instance, consumer };
    return this.take({ kind: 'open_session', sessionId: `session ${this.#names}`, ...command, ...changes });
  }

  session(consumer = 'atas', changes: Partial<OpenSession> = {}): Session {
    return done(this.open(consumer, changes)).session;
  }

  claim(session: Session, signalId: string, key = 'key', changes: Partial<Claim> = {}) {
    const { sessionId, epoch, account } = session;
    return this.take({ kind: 'claim', signalId, sessionId, epoch, account, key, latency: {}, ...changes });
  }

  claimed(session: Session, signalId: string, key = 'key'): Granted {
    return done(this.claim(session, signalId, key));
  }

  report(granted: Granted, report: Partial<ExecutionReport>) {
    return this.take({
      kind: 'report',
      deliveryId: granted.delivery.deliveryId,
      report: reportOf(granted, report),
    });
  }

  delivery(signalId: string, account = 'default'): Delivery {
    const delivery = this.books.deliveries.delivery(`${signalId}.${account}`);
    assert.ok(delivery !== undefined, `${signalId} is not known on ${account}`);
    return delivery;
  }

  state(signalId: string, account = 'default'): string {
    const { state, reason } = this.delivery(signalId, account);
    return `${state}: ${reason}`;
  }

  /** Kinds of the effects since the last call. */
  told(): string[] {
    const from = this.#heard;
    this.#heard = this.effects.length;
    return this.effects
      .slice(from)
      .map((effect) => ('state' in effect ? `${effect.kind} ${effect.state}` : effect.kind));
  }
  #heard = 0;
}

let reports = 0;

export function reportOf({ grant }: Pick<Granted, 'grant'>, report: Partial<ExecutionReport>): ExecutionReport {
  reports += 1;
  const { sessionId: session, epoch, fence } = grant;
  return { reportId: `report ${reports}`, session, epoch, fence, type: 'SUBMITTED', leg: 'ENTRY', ...report };
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: DeliveryRefusal };

export function done<T>(reply: Answer<T>): T {
  assert.ok(reply.ok, reply.ok ? '' : `${reply.refusal.code}: ${reply.refusal.message}`);
  return reply.value;
}

export function refusal(reply: Answer<unknown>): DeliveryRefusal {
  assert.ok(!reply.ok, 'it had to be refused');
  return reply.refusal;
}

export const codeOf = (reply: Answer<unknown>): string => (reply.ok ? 'ok' : reply.refusal.code);
