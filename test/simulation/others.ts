import type { HttpReply, Transport } from '../../src/client/ports.ts';
import type { Signal } from '../../src/core/signals/signal.ts';
import { signalIdOf } from '../../src/core/signals/signal-id.ts';
import type { Chance } from './chance.ts';
import { BEGIN_MS, type Process } from './machine.ts';
import type { Profile } from './profiles.ts';
import type { Witness } from './witness.ts';

const ASK_AGAIN_MS = 400;

/** Asks until there is an answer other than "not now". `undefined` once `enough` says so. */
async function insist(
  process: Process,
  ask: () => Promise<HttpReply>,
  enough: () => boolean,
): Promise<HttpReply | undefined> {
  while (!enough()) {
    const reply = await ask().catch(() => undefined);
    if (reply !== undefined && reply.status < 500) return reply;
    await new Promise<void>((resolve) => process.after(ASK_AGAIN_MS, resolve));
  }
  return undefined;
}

export interface ProducerParts {
  readonly process: Process;
  readonly transport: Transport;
  readonly profile: Profile;
  readonly chance: Chance;
  readonly symbols: readonly string[];
}

/** Publishes signals until there are enough, each until it is answered: the same id, so that it is one signal. */
export class Producer {
  /** Those that were answered with yes. */
  readonly published: string[] = [];
  readonly #parts: ProducerParts;

  constructor(parts: ProducerParts) {
    this.#parts = parts;
  }

  async publish(count: number, isOver: () => boolean): Promise<void> {
    const { chance, process, profile, transport } = this.#parts;
    for (let number = 1; number <= count && !isOver(); number += 1) {
      await new Promise<void>((resolve) => process.after(chance.about(profile.signal.everyMs), resolve));
      const body = this.#signal(number);
      const reply = insist(process, () => transport.request({ method: 'POST', path: '/api/v1/signals', body }), isOver);
      // The next one does not wait for it.
      void reply.then((answer) => {
        if (answer !== undefined && answer.status < 300) this.published.push(body.id);
      });
    }
  }

  #signal(number: number): { readonly id: string } {
    const { chance, process, profile, symbols } = this.#parts;
    const id = signalIdOf(Math.floor(BEGIN_MS + process.machine.time.nowMs), `${number} ${chance.id()}`);
    const direction = chance.pick(['BUY', 'SELL'] as const);
    return publication(id, chance.pick(symbols), direction, Math.floor(chance.between(...profile.signal.ttlMs)));
  }
}

/** The body of `POST /signals`. */
export function publication(id: string, symbol: string, direction: 'BUY' | 'SELL', ttlMs: number) {
  const away = direction === 'BUY' ? 1 : -1;
  const prices = { entry_price: 100, stop_loss: 100 - away, take_profit: 100 + 2 * away };
  const targets = { tp1: 100 + away, tp3: 100 + 3 * away };
  const body = { id, symbol, direction, ...prices, ...targets, timeframe: '1m', signal_strength: 80 };
  return { ...body, max_slippage_bps: 50, ttl_ms: ttlMs };
}

/** Cancels, closes, moves stops, halts the account and lets it go on. */
export function operate(
  process: Process,
  transport: Transport,
  {
    chance,
    profile,
    published,
  }: { readonly chance: Chance; readonly profile: Profile; readonly published: readonly string[] },
  isOver: () => boolean,
): void {
  const ask = (method: 'POST' | 'PATCH', path: string, body: object = {}): void => {
    // The client's own port has no PATCH: executors change no signals.
    const request = { method: method as 'POST', path: `/api/v1/${path}`, body };
    void insist(process, () => transport.request(request), isOver);
  };
  const act = (): void => {
    if (isOver()) return;
    const recent = published.slice(-8);
    if (recent.length > 0) {
      const id = chance.pick(recent);
      const what = chance.pick(['cancel', 'cancel', 'close', 'close', 'amend', 'halt'] as const);
      if (what === 'amend') ask('PATCH', `signals/${id}`, { version: 1, stop_loss: 99.5 });
      else if (what !== 'halt') ask('POST', `signals/${id}/${what}`);
      else {
        const account = chance.pick(['default', 'default', 'paper']);
        ask('POST', `accounts/${account}/halt`);
        process.after(chance.about(1_500), () => ask('POST', `accounts/${account}/resume`));
      }
    }
    process.after(chance.about(profile.operatorEveryMs), act);
  };
  process.after(chance.about(profile.operatorEveryMs), act);
}

/**
 * A client of the guide: it polls, trades what it has not seen yet, and acknowledges. It remembers what it has traded,
 * even when it is started again: one that does not is told about in the documentation, because nothing can help it.
 */
export function followGuide(
  process: Process,
  transport: Transport,
  { chance, witness }: { readonly chance: Chance; readonly witness: Witness },
  isOver: () => boolean,
): void {
  const poll = async (): Promise<void> => {
    const reply = await transport.request({ method: 'GET', path: '/api/v1/guide' }).catch(() => undefined);
    const { signals = [] } = (reply?.body ?? {}) as { readonly signals?: readonly Signal[] };
    for (const { signalId, stampUs } of signals) {
      if (witness.readByGuide.has(signalId)) continue;
      witness.readByGuide.add(signalId);
      if (chance.happens(0.7)) {
        void transport.request({ method: 'POST', path: '/api/v1/guide', body: { stampUs } }).catch(() => undefined);
      }
    }
    if (!isOver()) process.after(chance.about(500), () => void poll());
  };
  process.after(chance.about(500), () => void poll());
}
