export type OrderSide = 'BUY' | 'SELL';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
export type AlgoStatus = 'NEW' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED';

/** An order in the matching engine. */
export interface VenueOrder {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'MARKET' | 'LIMIT';
  readonly timeInForce: string;
  /** Of a LIMIT order, else 0. */
  readonly price: number;
  readonly quantity: number;
  readonly reduceOnly: boolean;
  /** What it was made of, when it was triggered. */
  readonly algo: AlgoOrder | undefined;
  readonly timeMs: number;
  status: OrderStatus;
  executed: number;
  quote: number;
  updateMs: number;
}

/** A conditional order: it waits beside the matching engine, and becomes an order there. */
export interface AlgoOrder {
  readonly algoId: number;
  readonly clientAlgoId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: 'STOP_MARKET' | 'TAKE_PROFIT_MARKET';
  readonly triggerPrice: number;
  readonly workingType: 'CONTRACT_PRICE' | 'MARK_PRICE';
  /** 0 with `closePosition`. */
  readonly quantity: number;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly timeMs: number;
  status: AlgoStatus;
  actual: VenueOrder | undefined;
  updateMs: number;
}

export interface AccountTrade {
  readonly id: number;
  readonly order: VenueOrder;
  readonly price: number;
  readonly quantity: number;
  readonly realizedPnl: number;
  readonly commission: number;
  readonly timeMs: number;
}

export interface Position {
  /** Base units, negative when short. */
  amount: number;
  entryPrice: number;
  leverage: number;
  marginType: 'isolated' | 'cross';
}

export const isOpen = ({ status }: VenueOrder): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';

/** Eight decimals are all that the wire has. */
export const clean = (value: number): number => Number(value.toFixed(8));

export function orderJson(order: VenueOrder): Readonly<Record<string, unknown>> {
  const { orderId, clientOrderId, symbol, side, type, timeInForce, reduceOnly, status, timeMs, updateMs } = order;
  return {
    ...{ orderId, clientOrderId, symbol, side, type, origType: order.algo?.type ?? type, timeInForce, reduceOnly },
    ...{ status, positionSide: 'BOTH', closePosition: false, stopPrice: '0', workingType: 'CONTRACT_PRICE' },
    ...{ price: String(order.price), origQty: String(order.quantity), executedQty: String(order.executed) },
    ...{
      cumQuote: String(clean(order.quote)),
      avgPrice: String(averagePrice(order)),
      time: timeMs,
      updateTime: updateMs,
    },
  };
}

export function algoJson(algo: AlgoOrder): Readonly<Record<string, unknown>> {
  const { algoId, clientAlgoId, symbol, side, type, workingType, reduceOnly, closePosition, status, actual } = algo;
  return {
    ...{ algoId, clientAlgoId, algoType: 'CONDITIONAL', orderType: type, symbol, side, positionSide: 'BOTH' },
    ...{
      timeInForce: 'GTC',
      quantity: String(algo.quantity),
      algoStatus: status,
      workingType,
      reduceOnly,
      closePosition,
    },
    ...{
      triggerPrice: String(algo.triggerPrice),
      price: '0',
      actualOrderId: actual === undefined ? '' : String(actual.orderId),
    },
    ...{ actualPrice: actual === undefined ? '0' : String(averagePrice(actual)) },
    ...{ createTime: algo.timeMs, updateTime: algo.updateMs, triggerTime: actual?.timeMs ?? 0 },
  };
}

export const averagePrice = ({ executed, quote }: VenueOrder): number => (executed === 0 ? 0 : clean(quote / executed));
