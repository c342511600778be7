import type { VenueMarket } from '../market.ts';
import { VenueError } from '../routes.ts';
import {
  type AccountTrade,
  type AlgoOrder,
  clean,
  isOpen,
  type OrderSide,
  type Position,
  type VenueOrder,
} from './orders.ts';

const FEE = 0.0005;

export interface NewOrder {
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'MARKET' | 'LIMIT';
  readonly timeInForce: string;
  readonly price: number;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly clientOrderId: string | undefined;
}

export type NewAlgo = Pick<
  AlgoOrder,
  'symbol' | 'side' | 'type' | 'triggerPrice' | 'workingType' | 'quantity' | 'reduceOnly' | 'closePosition'
> & { readonly clientAlgoId: string | undefined };

/** What happened to an order, for the user's stream and for whoever watches the account. */
export interface AccountEvents {
  order(order: VenueOrder, trade: AccountTrade | undefined): void;
  algo(algo: AlgoOrder): void;
  position(symbol: string): void;
}

/**
 * One trader's account in one-way mode: orders are filled by the market of the venue. A market order takes the best price, in
 * parts when `partsOf` says so; a limit order is filled when the other side comes to its price.
 */
export class Account {
  readonly orders: VenueOrder[] = [];
  readonly algos: AlgoOrder[] = [];
  readonly trades: AccountTrade[] = [];
  readonly positions = new Map<string, Position>();
  wallet = 10_000;
  isHedged = false;
  isMultiAsset = false;
  /** In how many parts an order is filled, one per step of the market. */
  partsOf: (order: VenueOrder) => number = () => 1;
  readonly #market: VenueMarket;
  readonly #nowMs: () => number;
  readonly #events: AccountEvents;
  readonly #working = new Map<VenueOrder, number>();
  readonly #waiting = new Set<AlgoOrder>();
  readonly #seenTrade = new Map<string, number>();
  #id = 1_000;

  constructor(market: VenueMarket, nowMs: () => number, events: AccountEvents) {
    this.#market = market;
    this.#nowMs = nowMs;
    this.#events = events;
  }

  position(symbol: string): Position {
    const known = this.positions.get(symbol) ?? { amount: 0, entryPrice: 0, leverage: 20, marginType: 'cross' };
    this.positions.set(symbol, known);
    return known;
  }

  /** Not bound by positions, at their entry prices. */
  get available(): number {
    let bound = 0;
    for (const { amount, entryPrice, leverage } of this.positions.values())
      bound += Math.abs(amount * entryPrice) / leverage;
    return this.wallet - bound;
  }

  place(order: NewOrder): VenueOrder {
    const { symbol, side, type, quantity, reduceOnly, clientOrderId } = order;
    this.#checkQuantity(symbol, quantity);
    if (
      clientOrderId !== undefined &&
      this.orders.some((known) => known.clientOrderId === clientOrderId && isOpen(known))
    ) {
      throw new VenueError(-4116, 'clientOrderId is duplicated');
    }
    const best = this.#best(symbol);
    const price = type === 'LIMIT' ? order.price : side === 'BUY' ? best.ask : best.bid;
    if (type === 'LIMIT') this.#checkPrice(symbol, price);
    if (!reduceOnly && quantity * price < minNotional(symbol)) {
      const msg = `Order's notional must be no smaller than ${minNotional(symbol)} (unless you choose reduce only).`;
      throw new VenueError(-4164, msg);
    }
    if (reduceOnly && this.#reducible(symbol, side) <= 0) throw new VenueError(-2022, 'ReduceOnly Order is rejected.');
    if (!reduceOnly && (quantity * price) / this.position(symbol).leverage > this.available) {
      throw new VenueError(-2019, 'Margin is insufficient.');
    }
    return this.#enter({ ...order, price: type === 'LIMIT' ? order.price : 0 }, undefined);
  }

  placeAlgo(asked: NewAlgo): AlgoOrder {
    const { symbol, clientAlgoId, closePosition, quantity, triggerPrice } = asked;
    if (!closePosition) this.#checkQuantity(symbol, quantity);
    this.#checkPrice(symbol, triggerPrice);
    if (clientAlgoId !== undefined && [...this.#waiting].some((known) => known.clientAlgoId === clientAlgoId)) {
      throw new VenueError(-4116, 'clientOrderId is duplicated');
    }
    const last = this.#lastPrice(symbol);
    if (last !== undefined && isReached(asked, last)) throw new VenueError(-2021, 'Order would immediately trigger.');
    const timeMs = this.#nowMs();
    const algoId = this.#nextId();
    const algo: AlgoOrder = {
      ...asked,
      ...{ algoId, clientAlgoId: clientAlgoId ?? `auto${algoId}`, timeMs, updateMs: timeMs },
      ...{ status: 'NEW', actual: undefined },
    };
    this.algos.push(algo);
    this.#waiting.add(algo);
    this.#events.algo(algo);
    return algo;
  }

  cancel(order: VenueOrder, status: 'CANCELED' | 'EXPIRED' = 'CANCELED'): void {
    if (!isOpen(order)) throw new VenueError(-2011, 'Unknown order sent.');
    order.status = status;
    order.updateMs = this.#nowMs();
    this.#working.delete(order);
    this.#events.order(order, undefined);
    this.#finishAlgo(order);
  }

  cancelAlgo(algo: AlgoOrder): void {
    if (!this.#waiting.delete(algo)) throw new VenueError(-2011, 'Unknown order sent.');
    this.#becomeAlgo(algo, 'CANCELED');
  }

  openOrders(symbol: string | undefined): VenueOrder[] {
    return [...this.#working.keys()].filter((order) => symbol === undefined || order.symbol === symbol);
  }

  openAlgos(symbol: string | undefined): AlgoOrder[] {
    return [...this.#waiting].filter((algo) => symbol === undefined || algo.symbol === symbol);
  }

  /** The market went on: what it triggers, and what it fills. */
  step(): void {
    for (const symbol of new Set([...this.#waiting].map((algo) => algo.symbol))) this.#trigger(symbol);
    for (const order of [...this.#working.keys()]) this.#fill(order);
  }

  #trigger(symbol: string): void {
    const seen = this.#seenTrade.get(symbol) ?? 0;
    const trades = this.#market.trades(symbol);
    this.#seenTrade.set(symbol, trades.at(-1)?.id ?? seen);
    for (let index = trades.length - 1; index >= 0 && trades[index]!.id > seen; index -= 1) {
      for (const algo of this.openAlgos(symbol)) {
        // What was traded before it was placed does not trigger it.
        if (trades[index]!.timeMs >= algo.timeMs && isReached(algo, Number(trades[index]!.price))) this.#fire(algo);
      }
    }
  }

  #fire(algo: AlgoOrder): void {
    this.#waiting.delete(algo);
    const reducible = this.#reducible(algo.symbol, algo.side);
    if ((algo.reduceOnly || algo.closePosition) && reducible <= 0) {
      this.#becomeAlgo(algo, 'REJECTED');
      return;
    }
    const quantity = algo.closePosition ? reducible : algo.quantity;
    // The matching engine gives it a name of its own: the way back is `actualOrderId`.
    const clientOrderId = `algo_${algo.algoId}`;
    algo.status = 'TRIGGERED';
    algo.updateMs = this.#nowMs();
    const { symbol, side } = algo;
    const order = { symbol, side, quantity, clientOrderId, type: 'MARKET', timeInForce: 'GTC', price: 0 } as const;
    this.#enter({ ...order, reduceOnly: true }, algo);
  }

  #enter({ clientOrderId, ...asked }: NewOrder, algo: AlgoOrder | undefined): VenueOrder {
    const timeMs = this.#nowMs();
    const orderId = this.#nextId();
    const order: VenueOrder = {
      ...asked,
      ...{ orderId, clientOrderId: clientOrderId ?? `auto${orderId}`, algo, timeMs, updateMs: timeMs },
      ...{ status: 'NEW', executed: 0, quote: 0 },
    };
    if (algo !== undefined) {
      algo.actual = order;
      this.#events.algo(algo);
    }
    this.orders.push(order);
    this.#working.set(order, Math.max(1, this.partsOf(order)));
    this.#events.order(order, undefined);
    this.#fill(order);
    return order;
  }

  #fill(order: VenueOrder): void {
    const { symbol, side, type } = order;
    const best = this.#best(symbol);
    const touch = side === 'BUY' ? best.ask : best.bid;
    if (type === 'LIMIT' && (side === 'BUY' ? touch > order.price : touch < order.price)) {
      if (order.timeInForce === 'IOC') this.cancel(order, 'EXPIRED');
      return;
    }
    const parts = this.#working.get(order) ?? 1;
    const step = this.#market.contracts.get(symbol)!.stepSize;
    const left = clean(order.quantity - order.executed);
    let quantity = parts <= 1 ? left : Math.max(step, clean(Math.floor(left / parts / step + 1e-9) * step));
    if (order.reduceOnly) quantity = Math.min(quantity, this.#reducible(symbol, side));
    if (quantity <= 0) {
      this.cancel(order, 'EXPIRED');
      return;
    }
    this.#working.set(order, parts - 1);
    this.#trade(order, touch, quantity);
    if (order.status === 'FILLED') return;
    if (order.timeInForce === 'IOC' || (order.reduceOnly && this.#reducible(symbol, side) <= 0))
      this.cancel(order, 'EXPIRED');
  }

  #trade(order: VenueOrder, price: number, quantity: number): void {
    const position = this.position(order.symbol);
    const signed = order.side === 'BUY' ? quantity : -quantity;
    const closes =
      Math.sign(position.amount) === -Math.sign(signed) ? Math.min(Math.abs(position.amount), quantity) : 0;
    const realizedPnl = clean(closes * (price - position.entryPrice) * Math.sign(position.amount));
    const after = clean(position.amount + signed);
    if (after === 0) position.entryPrice = 0;
    else if (Math.sign(after) !== Math.sign(position.amount)) position.entryPrice = price;
    else if (closes === 0)
      position.entryPrice = (position.entryPrice * Math.abs(position.amount) + price * quantity) / Math.abs(after);
    position.amount = after;
    const commission = clean(price * quantity * FEE);
    this.wallet = clean(this.wallet + realizedPnl - commission);
    order.executed = clean(order.executed + quantity);
    order.quote = clean(order.quote + quantity * price);
    order.updateMs = this.#nowMs();
    order.status = order.executed >= order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
    if (order.status === 'FILLED') this.#working.delete(order);
    const trade = { id: this.#nextId(), order, price, quantity, realizedPnl, commission, timeMs: order.updateMs };
    this.trades.push(trade);
    this.#events.order(order, trade);
    this.#events.position(order.symbol);
    if (order.status === 'FILLED') this.#finishAlgo(order);
  }

  #finishAlgo({ algo }: VenueOrder): void {
    if (algo !== undefined) this.#becomeAlgo(algo, 'FINISHED');
  }

  #becomeAlgo(algo: AlgoOrder, status: AlgoOrder['status']): void {
    algo.status = status;
    algo.updateMs = this.#nowMs();
    this.#events.algo(algo);
  }

  /** How much an order of that side could take off the position. */
  #reducible(symbol: string, side: OrderSide): number {
    return Math.max(0, this.position(symbol).amount * (side === 'SELL' ? 1 : -1));
  }

  #best(symbol: string): { readonly bid: number; readonly ask: number } {
    const best = this.#market.best(symbol);
    if (best === undefined) throw new VenueError(-1121, 'Invalid symbol.');
    return { bid: Number(best.bid[0]), ask: Number(best.ask[0]) };
  }

  #lastPrice(symbol: string): number | undefined {
    const last = this.#market.trades(symbol).at(-1);
    return last === undefined ? undefined : Number(last.price);
  }

  #checkQuantity(symbol: string, quantity: number): void {
    const contract = this.#market.contracts.get(symbol);
    if (contract === undefined || contract.status !== 'TRADING') throw new VenueError(-1121, 'Invalid symbol.');
    if (!(quantity > 0)) throw new VenueError(-4003, 'Quantity less than or equal to zero.');
    if (!isMultiple(quantity, contract.stepSize)) {
      throw new VenueError(-1111, 'Precision is over the maximum defined for this asset.');
    }
  }

  #checkPrice(symbol: string, price: number): void {
    const contract = this.#market.contracts.get(symbol);
    if (contract === undefined) throw new VenueError(-1121, 'Invalid symbol.');
    if (!(price > 0) || !isMultiple(price, contract.tickSize)) {
      throw new VenueError(-4014, 'Price not increased by tick size.');
    }
  }

  #nextId(): number {
    this.#id += 1;
    return this.#id;
  }
}

function isReached(
  { type, side, triggerPrice }: Pick<AlgoOrder, 'type' | 'side' | 'triggerPrice'>,
  price: number,
): boolean {
  const isBelow = (type === 'STOP_MARKET') === (side === 'SELL');
  return isBelow ? price <= triggerPrice : price >= triggerPrice;
}

const minNotional = (symbol: string): number => (symbol === 'BTCUSDT' ? 100 : 5);

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-6;
}
