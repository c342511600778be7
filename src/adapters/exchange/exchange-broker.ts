import type { Broker, Order, OrderState } from '../../client/ports.ts';
import type { BracketKeeper } from './bracket-keeper.ts';
import { stateOf } from './bracket-keeper.ts';
import { RULES } from './bracket-life.ts';
import { decodeOrder } from './facts.ts';
import { decimalText, type Filters, qtyDown } from './filters.ts';
import type { Quotes } from './quotes.ts';
import type { VenueApi } from './venue-api.ts';
import { problemOf } from './venue-look.ts';

export interface ExchangeBrokerOptions {
  readonly api: VenueApi;
  readonly keeper: BracketKeeper;
  readonly quotes: Quotes;
  readonly filters: ReadonlyMap<string, Filters>;
}

/** The account at the venue, for the executor. What protects a position is the keeper's, which knows the bracket before the entry leaves. */
export class ExchangeBroker implements Broker {
  readonly #options: ExchangeBrokerOptions;

  constructor(options: ExchangeBrokerOptions) {
    this.#options = options;
  }

  listen(heard: (state: OrderState) => void): void {
    this.#options.keeper.listen(heard);
  }

  quote(symbol: string): ReturnType<Broker['quote']> {
    return this.#options.quotes.quote(symbol);
  }

  async submit({ clientOrderId, symbol, side, kind, price, qty, reduceOnly }: Order): Promise<OrderState> {
    const { api, keeper } = this.#options;
    const filters = this.#options.filters.get(symbol);
    if (filters === undefined) return { clientOrderId, status: 'REJECTED', reason: `${symbol} does not trade` };
    if (!reduceOnly && keeper.life(clientOrderId) === undefined) {
      return { clientOrderId, status: 'REJECTED', reason: 'nothing would protect it' };
    }
    const isAlone = keeper.lives().every(({ plan }) => plan.symbol !== symbol || plan.clientOrderId === clientOrderId);
    if (!reduceOnly && !isAlone) return { clientOrderId, status: 'REJECTED', reason: `${symbol} is open already` };
    const answer = await api.call('fapiPrivatePostOrder', {
      ...{ symbol, side, type: kind, quantity: decimalText(qtyDown(qty, filters), filters.stepSize) },
      ...(kind === 'LIMIT' && { timeInForce: 'GTC', price: decimalText(price!, filters.tickSize) }),
      ...(reduceOnly && { reduceOnly: 'true' }),
      ...{ newClientOrderId: clientOrderId, newOrderRespType: 'RESULT' },
    });
    keeper.wake(symbol);
    if (answer.kind === 'refused') return { clientOrderId, status: 'REJECTED', reason: problemOf(answer) };
    const order = answer.kind === 'ok' ? decodeOrder(answer.body) : undefined;
    if (order?.ok) return stateOf(order.value);
    throw new Error(answer.kind === 'unknown' ? answer.problem : `${clientOrderId}: the answer cannot be read`);
  }

  async cancelEntry(clientOrderId: string): Promise<OrderState | undefined> {
    const { api, keeper } = this.#options;
    const life = keeper.life(clientOrderId);
    if (life === undefined) return undefined;
    const { symbol } = life.plan;
    const answer = await api.call('fapiPrivateDeleteOrder', { symbol, origClientOrderId: clientOrderId });
    if (answer.kind === 'unknown') throw new Error(answer.problem);
    const seen = await keeper.look.order(symbol, { origClientOrderId: clientOrderId });
    keeper.wake(symbol);
    if (seen.kind === 'blind') throw new Error(seen.problem);
    return seen.kind === 'seen' ? stateOf(seen.value) : undefined;
  }

  async findOrders(clientOrderIds: readonly string[]): ReturnType<Broker['findOrders']> {
    const found = await Promise.all(clientOrderIds.map((id) => this.#find(id)));
    return { orders: found.flatMap(({ orders }) => orders), complete: found.every(({ complete }) => complete) };
  }

  /** A request that was signed so long ago is refused when it comes now: what is not there then can no longer come to be. */
  async #find(id: string): Promise<{ readonly orders: readonly OrderState[]; readonly complete: boolean }> {
    const { keeper } = this.#options;
    const life = keeper.lifeOfOrder(id);
    // An order of which nothing is written down here has a symbol that nobody knows, and cannot be asked for.
    if (life === undefined) return { orders: [], complete: false };
    const { symbol, plannedMs, clientOrderId } = life.plan;
    const isOver = keeper.life(clientOrderId) === undefined;
    if (isOver) {
      const problem = await life.refresh();
      if (problem !== undefined) throw new Error(problem);
      life.isOver = true;
    }
    const seen = await keeper.look.order(symbol, { origClientOrderId: id });
    if (seen.kind === 'blind') throw new Error(seen.problem);
    if (seen.kind === 'absent') return { orders: [], complete: Date.now() - plannedMs > RULES.absentAfterMs };
    const isEntry = id === clientOrderId && life.entry !== undefined;
    return { orders: isEntry ? await keeper.statesOf(life) : [stateOf(seen.value)], complete: true };
  }
}
