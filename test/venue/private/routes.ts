import type { VenueMarket } from '../market.ts';
import { VenueError } from '../routes.ts';
import type { Account } from './account.ts';
import { type AlgoOrder, algoJson, clean, type OrderSide, orderJson, type VenueOrder } from './orders.ts';

/** What a key may do, as `apiRestrictions` says it. */
export interface KeyPermissions {
  readonly enableWithdrawals: boolean;
  readonly enableFutures: boolean;
}

export interface PrivateSource {
  readonly account: Account;
  readonly market: VenueMarket;
  readonly permissions: KeyPermissions;
  nowMs(): number;
  /** Cancels the open orders of a symbol after that long, unless it is called again; never with 0. */
  countdown(symbol: string, afterMs: number): void;
  listenKey(action: 'POST' | 'PUT' | 'DELETE'): string;
}

type Route = (source: PrivateSource, params: URLSearchParams) => unknown;

const LISTEN_KEY = '/fapi/v1/listenKey';

/** By method and path. All of them are signed but those of the listen key, which want the key alone. */
export const PRIVATE_ROUTES: Readonly<Record<string, Route>> = {
  [`POST ${LISTEN_KEY}`]: (source) => ({ listenKey: source.listenKey('POST') }),
  [`PUT ${LISTEN_KEY}`]: (source) => ({ listenKey: source.listenKey('PUT') }),
  [`DELETE ${LISTEN_KEY}`]: (source) => ({ listenKey: source.listenKey('DELETE') }),
  'GET /sapi/v1/account/apiRestrictions': ({ permissions, nowMs }) => ({
    ...{ ipRestrict: true, createTime: nowMs(), enableReading: true, ...permissions },
    ...{ enableInternalTransfer: false, permitsUniversalTransfer: false, enableSpotAndMarginTrading: false },
  }),
  'GET /fapi/v1/positionSide/dual': ({ account }) => ({ dualSidePosition: account.isHedged }),
  'GET /fapi/v1/multiAssetsMargin': ({ account }) => ({ multiAssetsMargin: account.isMultiAsset }),
  'GET /fapi/v3/balance': ({ account, nowMs }) => [
    {
      ...{ accountAlias: 'SgsR', asset: 'USDT', balance: String(account.wallet), marginAvailable: true },
      ...{ availableBalance: String(clean(account.available)), updateTime: nowMs() },
    },
  ],
  'GET /fapi/v3/account': ({ account }) => ({
    ...{ totalWalletBalance: String(account.wallet), availableBalance: String(clean(account.available)) },
    ...{ totalUnrealizedProfit: '0', totalMarginBalance: String(account.wallet), assets: [], positions: [] },
  }),
  'GET /fapi/v3/positionRisk': ({ account, market, nowMs }, params) =>
    [...account.positions]
      .filter(([symbol, { amount }]) => (params.get('symbol') ?? symbol) === symbol && amount !== 0)
      .map(([symbol, { amount, entryPrice }]) => ({
        ...{ symbol, positionSide: 'BOTH', positionAmt: String(amount), entryPrice: String(clean(entryPrice)) },
        ...{ markPrice: market.mark(symbol)?.mark ?? '0', unRealizedProfit: '0', updateTime: nowMs() },
      })),
  'POST /fapi/v1/leverage': ({ account }, params) => {
    const symbol = wanted(params, 'symbol');
    const leverage = number(params, 'leverage');
    if (!(leverage >= 1 && leverage <= 125)) throw new VenueError(-4028, `Leverage ${leverage} is not valid`);
    account.position(symbol).leverage = leverage;
    return { symbol, leverage, maxNotionalValue: '1000000' };
  },
  'POST /fapi/v1/marginType': ({ account }, params) => {
    const position = account.position(wanted(params, 'symbol'));
    const marginType = wanted(params, 'marginType') === 'ISOLATED' ? 'isolated' : 'cross';
    if (position.marginType === marginType) throw new VenueError(-4046, 'No need to change margin type.');
    if (position.amount !== 0) throw new VenueError(-4048, 'Margin type cannot be changed if there exists position.');
    position.marginType = marginType;
    return { code: 200, msg: 'success' };
  },
  'POST /fapi/v1/order': ({ account }, params) => {
    const type = wanted(params, 'type');
    if (type !== 'MARKET' && type !== 'LIMIT') {
      throw new VenueError(
        -4120,
        'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
      );
    }
    return orderJson(
      account.place({
        ...{ symbol: wanted(params, 'symbol'), side: sideOf(params), type, quantity: number(params, 'quantity') },
        ...{ timeInForce: params.get('timeInForce') ?? 'GTC', price: type === 'LIMIT' ? number(params, 'price') : 0 },
        ...{ reduceOnly: params.get('reduceOnly') === 'true', clientOrderId: idOf(params, 'newClientOrderId') },
      }),
    );
  },
  'GET /fapi/v1/order': ({ account }, params) => orderJson(orderOf(account, params)),
  'DELETE /fapi/v1/order': ({ account }, params) => {
    const order = orderOf(account, params, -2011);
    account.cancel(order);
    return orderJson(order);
  },
  'GET /fapi/v1/openOrders': ({ account }, params) =>
    account.openOrders(params.get('symbol') ?? undefined).map(orderJson),
  'GET /fapi/v1/allOrders': ({ account }, params) =>
    account.orders
      .filter(({ symbol }) => symbol === wanted(params, 'symbol'))
      .slice(-500)
      .map(orderJson),
  'DELETE /fapi/v1/allOpenOrders': ({ account }, params) => {
    for (const order of account.openOrders(wanted(params, 'symbol'))) account.cancel(order);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  },
  'POST /fapi/v1/countdownCancelAll': ({ countdown }, params) => {
    const [symbol, countdownTime] = [wanted(params, 'symbol'), number(params, 'countdownTime')];
    countdown(symbol, countdownTime);
    return { symbol, countdownTime: String(countdownTime) };
  },
  'GET /fapi/v1/userTrades': ({ account }, params) =>
    account.trades
      .filter(({ order: { symbol, orderId } }) => {
        return symbol === wanted(params, 'symbol') && orderId === Number(params.get('orderId') ?? orderId);
      })
      .slice(-500)
      .map(({ id, order, price, quantity, realizedPnl, commission, timeMs }) => ({
        ...{ id, symbol: order.symbol, orderId: order.orderId, side: order.side, positionSide: 'BOTH' },
        ...{ price: String(price), qty: String(quantity), quoteQty: String(clean(price * quantity)) },
        ...{ realizedPnl: String(realizedPnl), commission: String(commission), commissionAsset: 'USDT', time: timeMs },
        ...{ buyer: order.side === 'BUY', maker: false },
      })),
  'POST /fapi/v1/algoOrder': ({ account }, params) => {
    if (wanted(params, 'algoType') !== 'CONDITIONAL')
      throw new VenueError(-1130, 'Data sent for algoType is not valid.');
    const type = wanted(params, 'type');
    if (type !== 'STOP_MARKET' && type !== 'TAKE_PROFIT_MARKET') throw new VenueError(-1116, 'Invalid orderType.');
    const closePosition = params.get('closePosition') === 'true';
    if (closePosition && params.has('quantity'))
      throw new VenueError(-4137, 'Quantity must be zero with closePosition equals true');
    if (closePosition && params.has('reduceOnly'))
      throw new VenueError(-1106, "Parameter 'reduceonly' sent when not required.");
    return algoJson(
      account.placeAlgo({
        ...{
          symbol: wanted(params, 'symbol'),
          side: sideOf(params),
          type,
          triggerPrice: number(params, 'triggerPrice'),
        },
        ...{ quantity: closePosition ? 0 : number(params, 'quantity'), closePosition },
        ...{ reduceOnly: params.get('reduceOnly') === 'true', clientAlgoId: idOf(params, 'clientAlgoId') },
        workingType: params.get('workingType') === 'MARK_PRICE' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      }),
    );
  },
  'GET /fapi/v1/algoOrder': ({ account }, params) => algoJson(algoOf(account, params, -2013)),
  'DELETE /fapi/v1/algoOrder': ({ account }, params) => {
    const algo = algoOf(account, params, -2011);
    account.cancelAlgo(algo);
    const { algoId, clientAlgoId } = algo;
    return { algoId, clientAlgoId, code: '200', msg: 'success' };
  },
  'GET /fapi/v1/openAlgoOrders': ({ account }, params) =>
    account.openAlgos(params.get('symbol') ?? undefined).map(algoJson),
  'DELETE /fapi/v1/algoOpenOrders': ({ account }, params) => {
    for (const algo of account.openAlgos(wanted(params, 'symbol'))) account.cancelAlgo(algo);
    return { code: 200, msg: 'The operation of cancel all open order is done.' };
  },
};

function orderOf(account: Account, params: URLSearchParams, missing = -2013): VenueOrder {
  const [id, orderId] = [params.get('origClientOrderId'), params.get('orderId')];
  const isIt = (order: VenueOrder): boolean =>
    orderId === null ? order.clientOrderId === id : order.orderId === Number(orderId);
  const found = account.orders.findLast((order) => order.symbol === wanted(params, 'symbol') && isIt(order));
  if (found === undefined)
    throw new VenueError(missing, missing === -2013 ? 'Order does not exist.' : 'Unknown order sent.');
  return found;
}

function algoOf(account: Account, params: URLSearchParams, missing: number): AlgoOrder {
  const [id, algoId] = [params.get('clientAlgoId'), params.get('algoId')];
  const found = account.algos.findLast((algo) =>
    algoId === null ? algo.clientAlgoId === id : algo.algoId === Number(algoId),
  );
  if (found === undefined)
    throw new VenueError(missing, missing === -2013 ? 'Order does not exist.' : 'Unknown order sent.');
  return found;
}

function idOf(params: URLSearchParams, name: string): string | undefined {
  const id = params.get(name);
  if (id === null) return undefined;
  if (!/^[.A-Z:/a-z0-9_-]{1,36}$/.test(id)) throw new VenueError(-4015, 'Client order id is not valid.');
  return id;
}

function sideOf(params: URLSearchParams): OrderSide {
  const side = wanted(params, 'side');
  if (side !== 'BUY' && side !== 'SELL') throw new VenueError(-1117, 'Invalid side.');
  return side;
}

function wanted(params: URLSearchParams, name: string): string {
  const text = params.get(name) ?? '';
  if (text !== '') return text;
  throw new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

function number(params: URLSearchParams, name: string): number {
  const text = wanted(params, name);
  const value = Number(text);
  if (!/^-?\d+(\.\d+)?$/.test(text) || !Number.isFinite(value)) {
    throw new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  }
  return value;
}
