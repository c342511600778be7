import { currentGrant, type Delivery } from '../delivery/delivery.ts';
import type { Instruction } from '../delivery/instruction.ts';
import type { Leg } from '../delivery/report.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Position } from '../positions/position.ts';
import type { OpenQuantity } from './order.ts';

/** Filled of one order so far. */
export interface Filled {
  qty: number;
  value: number;
}

/** An order to close, under way. */
export interface Closing {
  readonly closeId: string;
  readonly fence: number;
  readonly filled: Filled;
}

/** One signal on the paper account, from its claim to the end of its position. */
export class Holding {
  readonly signalId: string;
  readonly deliveryId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** As it was listed then: what is open must come to its end after it is delisted, too. */
  readonly instrument: Instrument;
  readonly fence: number;
  readonly clientOrderId: string;
  /** Ordered. */
  readonly qty: number;
  /** Market time at which what rests of the entry is taken back. */
  readonly expiresAtMs: number;
  readonly entry: Filled = { qty: 0, value: 0 };
  readonly exits = new Map<Leg, Filled>();
  /** What stop, targets and a close reduce together. */
  readonly open: OpenQuantity = { qty: 0 };
  /** Nothing more will be filled of the entry. */
  isEntered = false;
  isProtected = false;
  openedMs = 0;
  closing: Closing | undefined;

  constructor({ id, signal }: Instruction, delivery: Delivery, qty: number, instrument: Instrument) {
    const grant = currentGrant(delivery.facts)!;
    this.signalId = id;
    this.deliveryId = delivery.deliveryId;
    this.symbol = signal.symbol;
    this.side = signal.side;
    this.instrument = instrument;
    this.fence = grant.fence;
    this.clientOrderId = grant.clientOrderId;
    this.qty = qty;
    this.expiresAtMs = signal.expiresAtMs;
  }

  get exitSide(): 'buy' | 'sell' {
    return this.side === 'buy' ? 'sell' : 'buy';
  }

  get entryPrice(): number {
    return this.entry.value / this.entry.qty;
  }

  /** Mean over all exits. */
  get exitPrice(): number {
    let [qty, value] = [0, 0];
    for (const exit of this.exits.values()) [qty, value] = [qty + exit.qty, value + exit.value];
    return value / qty;
  }

  exitOf(leg: Leg): Filled {
    let filled = this.exits.get(leg);
    if (filled === undefined) {
      filled = { qty: 0, value: 0 };
      this.exits.set(leg, filled);
    }
    return filled;
  }

  /** As the reports told it: after a restart that is all there is. */
  recall({ entryQty, entryPrice, openQty, exits, openedMs }: Position): void {
    this.entry.qty = entryQty;
    this.entry.value = entryQty * entryPrice;
    this.open.qty = openQty;
    this.openedMs = openedMs;
    for (const { leg, qty, price } of exits) {
      const filled = this.exitOf(leg);
      filled.qty += qty;
      filled.value += qty * price;
    }
  }
}
