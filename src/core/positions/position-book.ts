import type { Delivery } from '../delivery/delivery.ts';
import type { Instruction } from '../delivery/instruction.ts';
import { type Position, positionOf } from './position.ts';

/** How many closed positions are remembered one by one, the newest. The sums count all of them. */
const CLOSED_KEPT = 1_000;
/** … and how many of them when the effects that told of them are dropped. */
const CLOSED_CARRIED = 300;

/** Sums over all closed positions of an account that have a known profit, in the quote currency. */
export interface AccountTotals {
  readonly count: number;
  /** Closed without a price: their profit is not known, and is in none of the sums. */
  readonly unpricedCount: number;
  readonly gross: number;
  readonly fees: number;
  readonly funding: number;
  readonly net: number;
}

export const NO_TOTALS: AccountTotals = { count: 0, unpricedCount: 0, gross: 0, fees: 0, funding: 0, net: 0 };

/** What must still be known of effects that are gone. Plain JSON. */
export interface PositionBookBase {
  readonly open: readonly Position[];
  /** Deliveries of the orders to close them, by position. */
  readonly closes: Readonly<Record<string, readonly Delivery[]>>;
  /** In the order in which they closed. */
  readonly closed: readonly Position[];
  readonly totals: Readonly<Record<string, AccountTotals>>;
}

export const NO_POSITIONS: PositionBookBase = { open: [], closes: {}, closed: [], totals: {} };

/**
 * Every position, as the reports of the executors tell it: of the paper venue, of ATAS, of whoever executes. Changes by folding
 * effects only, inside of the delivery book, so the house, the API and a restart know the same.
 */
export class PositionBook {
  readonly #open = new Map<string, Position>();
  readonly #closes = new Map<string, Map<string, Delivery>>();
  /** In the order in which they closed. */
  readonly #closed = new Map<string, Position>();
  readonly #totals = new Map<string, AccountTotals>();

  constructor(base: PositionBookBase = NO_POSITIONS) {
    for (const position of base.open) this.#open.set(position.positionId, position);
    for (const [id, deliveries] of Object.entries(base.closes)) {
      this.#closes.set(id, new Map(deliveries.map((delivery) => [delivery.deliveryId, delivery])));
    }
    for (const position of base.closed) this.#closed.set(position.positionId, position);
    for (const [account, totals] of Object.entries(base.totals)) this.#totals.set(account, totals);
  }

  /** @param unsettled signals of which something is still expected: what became of them is carried as well */
  asBase(unsettled: ReadonlySet<string> = new Set(), closedMax = CLOSED_CARRIED): PositionBookBase {
    const newestFrom = this.#closed.size - closedMax;
    const isCarried = ({ signalId }: Position, index: number): boolean =>
      index >= newestFrom || unsettled.has(signalId);
    return {
      open: [...this.#open.values()],
      closes: Object.fromEntries([...this.#closes].map(([id, closes]) => [id, [...closes.values()]])),
      closed: [...this.#closed.values()].filter(isCarried),
      totals: Object.fromEntries(this.#totals),
    };
  }

  /** In the order in which they opened. */
  get open(): Iterable<Position> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** In the order in which they closed; the oldest are forgotten. */
  get closed(): Iterable<Position> {
    return this.#closed.values();
  }

  position(positionId: string): Position | undefined {
    return this.#open.get(positionId) ?? this.#closed.get(positionId);
  }

  openOf(account: string): readonly Position[] {
    return [...this.#open.values()].filter((position) => position.account === account);
  }

  totalsOf(account: string): AccountTotals {
    return this.#totals.get(account) ?? NO_TOTALS;
  }

  /** What the account has won or lost by now without what its open positions would still bring, fees and funding paid. */
  realisedNet(account: string): number {
    let net = this.totalsOf(account).net;
    for (const each of this.#open.values()) {
      if (each.account === account) net += each.gross - each.fees - each.funding;
    }
    return net;
  }

  /**
   * Something was heard of a delivery.
   * @param entry of the signal that opened it
   * @param delivery of the entry, or of an order to close it
   */
  learn(entry: Instruction, delivery: Delivery, atMs: number): Position | undefined {
    const own = entry.deliveries.get(delivery.account);
    if (own === undefined) return undefined;
    const { deliveryId: id } = own;
    const before = this.position(id);
    if (delivery.intent === 'CLOSE') {
      const closes = this.#closes.get(id) ?? new Map<string, Delivery>();
      if (before?.isOpen !== false) this.#closes.set(id, closes.set(delivery.deliveryId, delivery));
    }
    const stopPrice = before?.stopPrice ?? entry.signal.stopPrice;
    const known = { openedMs: before?.openedMs ?? atMs, closedMs: before?.closedMs ?? atMs, stopPrice };
    const after = positionOf(own, entry.signal, [...(this.#closes.get(id)?.values() ?? [])], known);
    if (after === undefined) return undefined;
    if (before !== undefined && !before.isOpen) this.#count(before, -1);
    if (after.isOpen) {
      this.#open.set(id, after);
      this.#closed.delete(id);
      return after;
    }
    this.#open.delete(id);
    this.#closed.set(id, after);
    this.#count(after, 1);
    if (this.#closed.size > CLOSED_KEPT) this.#forgetOldest();
    return after;
  }

  copy(): PositionBook {
    return new PositionBook(this.asBase(undefined, CLOSED_KEPT));
  }

  #count(position: Position, times: 1 | -1): void {
    const { count, unpricedCount, gross, fees, funding, net } = this.totalsOf(position.account);
    const totals: AccountTotals =
      position.net === undefined
        ? { count, unpricedCount: unpricedCount + times, gross, fees, funding, net }
        : {
            count: count + times,
            unpricedCount,
            gross: gross + times * position.gross,
            fees: fees + times * position.fees,
            funding: funding + times * position.funding,
            net: net + times * position.net,
          };
    this.#totals.set(position.account, totals);
  }

  #forgetOldest(): void {
    for (const id of this.#closed.keys()) {
      this.#closed.delete(id);
      this.#closes.delete(id);
      return;
    }
  }
}
