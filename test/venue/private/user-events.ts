import { type AccountTrade, type AlgoOrder, averagePrice, type Position, type VenueOrder } from './orders.ts';

/** `ORDER_TRADE_UPDATE`. */
export function orderEvent(order: VenueOrder, trade: AccountTrade | undefined, nowMs: number): string {
  const { symbol, clientOrderId, side, type, timeInForce, quantity, price, status, orderId, executed, reduceOnly } =
    order;
  const execution =
    trade !== undefined ? 'TRADE' : status === 'NEW' ? 'NEW' : status === 'CANCELED' ? 'CANCELED' : 'EXPIRED';
  const o = {
    ...{ s: symbol, c: clientOrderId, S: side, o: type, f: timeInForce, q: String(quantity), p: String(price) },
    ...{ ap: String(averagePrice(order)), sp: '0', x: execution, X: status, i: orderId, z: String(executed) },
    ...{ l: String(trade?.quantity ?? 0), L: String(trade?.price ?? 0), N: 'USDT', n: String(trade?.commission ?? 0) },
    ...{ T: order.updateMs, t: trade?.id ?? 0, R: reduceOnly, wt: 'CONTRACT_PRICE', ot: order.algo?.type ?? type },
    ...{
      ps: 'BOTH',
      cp: false,
      rp: String(trade?.realizedPnl ?? 0),
      m: false,
      st: order.algo === undefined ? '' : 'ALGO_CONDITION',
    },
  };
  return JSON.stringify({ e: 'ORDER_TRADE_UPDATE', E: nowMs, T: order.updateMs, o });
}

/** `ALGO_UPDATE`. */
export function algoEvent(algo: AlgoOrder, nowMs: number): string {
  const { clientAlgoId, algoId, type, symbol, side, quantity, status, actual, triggerPrice, reduceOnly } = algo;
  const o = {
    ...{ caid: clientAlgoId, aid: algoId, at: 'CONDITIONAL', o: type, s: symbol, S: side, ps: 'BOTH', f: 'GTC' },
    ...{
      q: String(quantity),
      X: status,
      ai: actual === undefined ? '' : String(actual.orderId),
      tp: String(triggerPrice),
    },
    ...{ ap: actual === undefined ? '0' : String(averagePrice(actual)), aq: String(actual?.executed ?? 0) },
    ...{ wt: algo.workingType, R: reduceOnly, cp: algo.closePosition, rm: '' },
  };
  return JSON.stringify({ e: 'ALGO_UPDATE', T: algo.updateMs, E: nowMs, o });
}

/** `ACCOUNT_UPDATE`. */
export function accountEvent(
  symbol: string,
  { amount, entryPrice, marginType }: Position,
  wallet: number,
  nowMs: number,
): string {
  const P = [{ s: symbol, pa: String(amount), ep: String(entryPrice), cr: '0', up: '0', mt: marginType, ps: 'BOTH' }];
  const a = { m: 'ORDER', B: [{ a: 'USDT', wb: String(wallet), cw: String(wallet), bc: '0' }], P };
  return JSON.stringify({ e: 'ACCOUNT_UPDATE', E: nowMs, T: nowMs, a });
}
