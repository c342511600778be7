import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Order, OrderState } from '../../src/client/ports.ts';
import type { Random } from '../../src/core/simulation/random.ts';

/** An order as it came in, whatever became of it. */
export interface Arrival {
  readonly order: Order;
  /** Which executor process sent it, counted from 1. */
  readonly sender: number;
  /** Wall time at which the executor let go of it, by the clock that both processes share. */
  readonly leftMs: number;
  readonly arrivedMs: number;
}

export interface VenueOrder {
  readonly order: Order;
  state: OrderState;
}

/** How long an order rests, and a position lives, at most, milliseconds. */
const RESTING_MS = 600;
const HOLDING_MS = 1_500;

/**
 * The account at a venue, in a process that nobody kills: it remembers every order that ever came in, and answers as
 * venues do: at once, later, not at all although it has the order, or never having had it.
 */
export class Venue {
  readonly arrivals: Arrival[] = [];
  readonly orders = new Map<string, VenueOrder>();
  /** Orders that never came in, and of which the venue will not say that they never will. */
  readonly uncertain = new Set<string>();
  /** Hears of every arrival before it is answered: a good moment for a kill. */
  onArrival: () => void = () => undefined;
  readonly #chance: Random;
  readonly #news: OrderState[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #server: Server;
  /** Whoever asks for orders after a restart must not be overtaken by what its predecessor sent. */
  #newestSender = 0;

  constructor(chance: Random) {
    this.#chance = chance;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Half a request of a process that was killed while it sent: nothing came in.
      return;
    }
    const answer = this.#answer(request.url ?? '', JSON.parse(Buffer.concat(chunks).toString()));
    if (answer === undefined) response.destroy();
    else response.end(JSON.stringify(answer));
  }

  #answer(path: string, asked: Asked): unknown {
    this.#newestSender = Math.max(this.#newestSender, asked.sender);
    switch (path) {
      case '/submit':
        return this.#submit(asked);
      case '/cancel':
        return this.#cancel(asked.clientOrderId);
      case '/find':
        return {
          orders: asked.ids.flatMap((id) => this.orders.get(id)?.state ?? []),
          complete: !asked.ids.some((id) => this.uncertain.has(id)),
        };
      default:
        return { news: asked.after < 0 ? [] : this.#news.slice(asked.after), next: this.#news.length };
    }
  }

  /** @returns `undefined` when nobody is to hear what became of it */
  #submit({ order, sender, leftMs }: Asked): OrderState | undefined {
    this.arrivals.push({ order, sender, leftMs, arrivedMs: Date.now() });
    this.onArrival();
    const fate = this.#chance.uniform();
    const { clientOrderId, qty } = order;
    const isLost = fate < 0.1 || sender < this.#newestSender;
    if (isLost) {
      if (fate < 0.03) this.uncertain.add(clientOrderId);
      return undefined;
    }
    const orderId = `v-${this.orders.size + 1}`;
    const filled = { clientOrderId, orderId, qty, cumQty: qty, avgPrice: 100, status: 'FILLED' } as const;
    const kept: VenueOrder = { order, state: filled };
    this.orders.set(clientOrderId, kept);
    if (fate < 0.18) kept.state = { clientOrderId, orderId, status: 'REJECTED', reason: 'margin' };
    else if (fate < 0.35) this.#rest(kept, { clientOrderId, orderId, status: 'SUBMITTED', qty });
    else this.#hold(kept);
    return fate > 0.9 ? undefined : kept.state;
  }

  #rest(kept: VenueOrder, state: OrderState): void {
    const filled = kept.state;
    kept.state = state;
    this.#later(RESTING_MS, () => {
      if (kept.state !== state) return;
      kept.state = this.#chance.uniform() < 0.7 ? filled : { ...state, status: 'CANCELLED', reason: 'venue' };
      this.#news.push(kept.state);
      if (kept.state === filled) this.#hold(kept);
    });
  }

  /** Some positions find their stop. */
  #hold({ order: { clientOrderId, leg, qty } }: VenueOrder): void {
    if (leg === 'CLOSE' || this.#chance.uniform() < 0.5) return;
    const closed = { clientOrderId: `${clientOrderId}-S`, status: 'CLOSED', leg: 'STOP', qty, avgPrice: 99 } as const;
    this.#later(HOLDING_MS, () => this.#news.push({ ...closed, reason: 'sl' }));
  }

  #cancel(clientOrderId: string): OrderState | Record<string, never> {
    const kept = this.orders.get(clientOrderId);
    if (kept?.state.status === 'SUBMITTED') kept.state = { ...kept.state, status: 'CANCELLED', reason: 'asked for' };
    return kept?.state ?? {};
  }

  #later(maxMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, this.#chance.uniform() * maxMs);
    this.#timers.add(timer);
  }
}

interface Asked {
  readonly sender: number;
  readonly order: Order;
  readonly leftMs: number;
  readonly clientOrderId: string;
  readonly ids: readonly string[];
  /** Negative to learn where the news end. */
  readonly after: number;
}
