import type { Broker, Order, OrderState } from '../../src/client/ports.ts';
import type { Chance } from './chance.ts';
import type { Process } from './machine.ts';
import type { Profile } from './profiles.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Submission, Witness } from './witness.ts';

/** How long an order may rest before the venue is done with it, and a position before its bracket closes it. */
const RESTS_MS = 6_000;
const HOLDS_MS = 8_000;

interface VenueOrder {
  readonly order: Order;
  readonly orderId: string;
  status: OrderState['status'];
  cumQty: number;
}

/**
 * One account at an exchange. It takes orders, loses some, answers late or not at all though it has the order, fills at
 * once, later, in parts or never, and lists what it has, completely or not. It knows no signal and refuses no second order.
 */
export class Venue {
  readonly #time: VirtualTime;
  readonly #profile: Profile;
  readonly #chance: Chance;
  readonly #orders = new Map<string, VenueOrder>();
  readonly #onTheWay = new Map<string, number>();
  readonly #listeners = new Map<Process, (state: OrderState) => void>();
  #isHealed = false;

  constructor(time: VirtualTime, profile: Profile, chance: Chance) {
    this.#time = time;
    this.#profile = profile;
    this.#chance = chance;
  }

  heal(): void {
    this.#isHealed = true;
  }

  /** Entry orders of which anything was filled. */
  get filledEntries(): readonly string[] {
    return [...this.#orders.values()]
      .filter(({ order, cumQty }) => order.leg === 'ENTRY' && cumQty > 0)
      .map(({ order }) => order.clientOrderId);
  }

  /** @param step asked right before and right after an order leaves */
  brokerOf(process: Process, account: string, who: string, witness: Witness, step: () => void): Broker {
    const { executor } = this.#profile;
    const chance = this.#chance;
    return {
      submit: (order) => {
        const lookedMs = this.#time.nowMs;
        step();
        if (!process.isAlive) return new Promise(() => undefined);
        const pausedMs =
          !this.#isHealed && chance.happens(executor.pausedAfterCheck) ? chance.about(executor.pauseMs) : 0;
        const { signalId, leg, clientOrderId } = order;
        const left: Submission = { signalId, account, leg, clientOrderId, who, lookedMs, leftMs: lookedMs + pausedMs };
        witness.submissions.push(left);
        if (pausedMs > 0) process.machine.suspend(pausedMs, false);
        const answer = this.#submit(process, order, pausedMs);
        step();
        return answer;
      },
      cancelEntry: (clientOrderId) => this.#call(process, () => this.#cancel(clientOrderId)),
      findOrders: (ids) => this.#call(process, () => this.#list(ids)),
      quote: () => ({ bid: 99.99, ask: 100.01 }),
      listen: (heard) => void this.#listeners.set(process, heard),
    };
  }

  #submit(process: Process, order: Order, pausedMs: number): Promise<OrderState> {
    const { clientOrderId } = order;
    const { lost, answerLost } = this.#profile.venue;
    const isLost = !this.#isHealed && this.#chance.happens(lost);
    if (!isLost) {
      this.#onTheWay.set(clientOrderId, (this.#onTheWay.get(clientOrderId) ?? 0) + 1);
    }
    return new Promise((resolve, reject) => {
      const unanswered = isLost || (!this.#isHealed && this.#chance.happens(answerLost));
      if (unanswered) process.after(pausedMs + 2_000, () => reject(new Error('the venue did not answer')));
      if (isLost) return;
      this.#time.after(pausedMs + this.#delayMs(), () => {
        this.#onTheWay.set(clientOrderId, this.#onTheWay.get(clientOrderId)! - 1);
        const state = this.#accept(order);
        if (!unanswered) process.after(this.#delayMs(), () => resolve(state));
      });
    });
  }

  #accept(order: Order): OrderState {
    const { rejects, partial } = this.#profile.venue;
    const { clientOrderId, qty } = order;
    const placed: VenueOrder = { order, orderId: `v${this.#orders.size + 1}`, status: 'SUBMITTED', cumQty: 0 };
    this.#orders.set(clientOrderId, placed);
    const chance = this.#chance;
    if (chance.happens(rejects)) {
      placed.status = 'REJECTED';
    } else if (order.kind === 'MARKET' && chance.happens(0.7)) {
      this.#fill(placed, qty);
    } else if (chance.happens(partial)) {
      this.#fill(placed, qty / 2);
      this.#time.after(chance.about(RESTS_MS), () => {
        if (chance.happens(0.5)) this.#changed(placed, () => this.#fill(placed, qty));
        else this.#changed(placed, () => this.#gone(placed));
      });
    } else {
      this.#time.after(chance.about(order.kind === 'MARKET' ? 300 : RESTS_MS), () => {
        const isFilled = order.kind === 'MARKET' || chance.happens(0.6);
        this.#changed(placed, () => (isFilled ? this.#fill(placed, qty) : this.#gone(placed)));
      });
    }
    return stateOf(placed);
  }

  #fill(placed: VenueOrder, cumQty: number): void {
    placed.cumQty = cumQty;
    placed.status = cumQty < placed.order.qty ? 'PARTIAL' : 'FILLED';
    if (placed.order.leg === 'CLOSE' || placed.status === 'PARTIAL' || !this.#chance.happens(0.8)) return;
    // The protective orders end the position.
    this.#time.after(this.#chance.about(HOLDS_MS), () => {
      const leg = this.#chance.pick(['STOP', 'TP1'] as const);
      const clientOrderId = `${placed.order.clientOrderId}${leg === 'STOP' ? '-S' : '-1'}`;
      this.#tell({ clientOrderId, status: 'CLOSED', leg, qty: cumQty, cumQty, reason: leg === 'STOP' ? 'sl' : 'tp' });
    });
  }

  #gone(placed: VenueOrder): void {
    placed.status = 'CANCELLED';
  }

  #changed(placed: VenueOrder, change: () => void): void {
    if (placed.status !== 'SUBMITTED' && placed.status !== 'PARTIAL') return;
    change();
    this.#tell(stateOf(placed));
  }

  #cancel(clientOrderId: string): OrderState | undefined {
    const placed = this.#orders.get(clientOrderId);
    if (placed === undefined) return undefined;
    if (placed.status === 'SUBMITTED' || placed.status === 'PARTIAL') this.#gone(placed);
    return stateOf(placed);
  }

  #list(ids: readonly string[]): { readonly orders: readonly OrderState[]; readonly complete: boolean } {
    const orders = ids.flatMap((id) => this.#orders.get(id) ?? []).map(stateOf);
    const isOnTheWay = ids.some((id) => (this.#onTheWay.get(id) ?? 0) > 0);
    const { listingComplete } = this.#profile.venue;
    return { orders, complete: !isOnTheWay && (this.#isHealed || this.#chance.happens(listingComplete)) };
  }

  #call<T>(process: Process, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const fails = !this.#isHealed && this.#chance.happens(this.#profile.venue.answerLost);
      this.#time.after(this.#delayMs(), () => {
        const value = work();
        process.after(this.#delayMs(), () => (fails ? reject(new Error('the venue did not answer')) : resolve(value)));
      });
    });
  }

  /** Everybody who listens at this account hears of it, unless it gets lost. */
  #tell(state: OrderState): void {
    for (const [process, heard] of this.#listeners) {
      if (!process.isAlive) this.#listeners.delete(process);
      else if (this.#isHealed || !this.#chance.happens(this.#profile.venue.eventLost)) {
        process.after(this.#delayMs(), () => heard(state));
      }
    }
  }

  #delayMs(): number {
    const { usualMs, late, lateMs } = this.#profile.venue;
    const delayMs = this.#chance.between(0.3, 1.2) * usualMs;
    return !this.#isHealed && this.#chance.happens(late) ? delayMs + this.#chance.about(lateMs) : delayMs;
  }
}

function stateOf({ order, orderId, status, cumQty }: VenueOrder): OrderState {
  const { clientOrderId, qty } = order;
  const reason = status === 'REJECTED' ? { reason: 'no margin' } : {};
  const avgPrice = cumQty > 0 ? { avgPrice: 100 } : {};
  return { clientOrderId, status, orderId, qty, cumQty, leavesQty: qty - cumQty, ...avgPrice, ...reason };
}
