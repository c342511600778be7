import type { Decoded } from '../../core/decoded.ts';
import { type ExitFact, type ExitLeg, exitId } from './bracket.ts';
import { type AlgoFact, decodeAlgo, decodeAlgos, decodeOrder, decodePositions, type OrderFact } from './facts.ts';
import { type Answer, CODES, type Params, type VenueApi } from './venue-api.ts';

/** What a question came to: a fact, that there is no such thing, or nothing. */
export type Seen<T> = { readonly kind: 'seen'; readonly value: T } | { readonly kind: 'absent' } | Blind;
export interface Blind {
  readonly kind: 'blind';
  readonly problem: string;
}

/** Asks the venue about orders. Every answer is read before it is believed; what cannot be read is no answer. */
export class VenueLook {
  readonly #api: VenueApi;

  constructor(api: VenueApi) {
    this.#api = api;
  }

  order(
    symbol: string,
    which: { readonly origClientOrderId: string } | { readonly orderId: string },
  ): Promise<Seen<OrderFact>> {
    return this.#ask('fapiPrivateGetOrder', { symbol, ...which }, decodeOrder);
  }

  algo(clientAlgoId: string): Promise<Seen<AlgoFact>> {
    return this.#ask('fapiPrivateGetAlgoOrder', { clientAlgoId }, decodeAlgo);
  }

  openAlgos(symbol: string): Promise<Seen<readonly AlgoFact[]>> {
    return this.#ask('fapiPrivateGetOpenAlgoOrders', { symbol }, decodeAlgos);
  }

  /** All of the account's. */
  positions(): Promise<Seen<ReadonlyMap<string, number>>> {
    return this.#ask('fapiPrivateV3GetPositionRisk', {}, decodePositions);
  }

  /** An attempt at an exit, followed into the matching engine when it was triggered. */
  async exit(symbol: string, clientOrderId: string, leg: ExitLeg, attempt: number): Promise<Seen<ExitFact>> {
    const id = exitId(clientOrderId, leg, attempt);
    const name = { id, leg, attempt };
    if (leg === 'C') {
      const order = await this.order(symbol, { origClientOrderId: id });
      return order.kind === 'seen' ? { kind: 'seen', value: { ...name, ...filled(order.value) } } : order;
    }
    const algo = await this.algo(id);
    if (algo.kind !== 'seen') return algo;
    const { status, qty, actualOrderId } = algo.value;
    const nothing = { executed: 0, avgPrice: 0, orderId: undefined };
    if (status === 'working') return { kind: 'seen', value: { ...name, status: 'working', qty, ...nothing } };
    if (status === 'over') return { kind: 'seen', value: { ...name, status: 'over', qty, ...nothing } };
    // Triggered and not yet in the matching engine: it fills in a moment.
    if (actualOrderId === undefined) return { kind: 'seen', value: { ...name, status: 'filling', qty, ...nothing } };
    const order = await this.order(symbol, { orderId: actualOrderId });
    return order.kind === 'seen' ? { kind: 'seen', value: { ...name, ...filled(order.value) } } : order;
  }

  async #ask<T>(
    call: Parameters<VenueApi['call']>[0],
    params: Params,
    read: (body: unknown) => Decoded<T>,
  ): Promise<Seen<T>> {
    const answer = await this.#api.call(call, params);
    if (answer.kind === 'ok') {
      const fact = read(answer.body);
      return fact.ok ? { kind: 'seen', value: fact.value } : { kind: 'blind', problem: fact.problem };
    }
    if (answer.kind === 'refused' && answer.code === CODES.noSuchOrder) return { kind: 'absent' };
    if (answer.kind === 'refused' && answer.code === CODES.timestamp) await this.#api.syncTime();
    return { kind: 'blind', problem: problemOf(answer) };
  }
}

export function problemOf(answer: Exclude<Answer, { kind: 'ok' }>): string {
  return answer.kind === 'refused' ? `${answer.code}: ${answer.message}` : answer.problem;
}

function filled({ status, qty, executed, avgPrice, orderId }: OrderFact): Omit<ExitFact, 'id' | 'leg' | 'attempt'> {
  return { status: status === 'open' ? 'filling' : 'over', qty, executed, avgPrice, orderId };
}
