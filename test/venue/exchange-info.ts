import type { Contract } from './contract.ts';
import type { VenueLimits } from './limits.ts';

/** A perpetual is "delivered" in the year 2100. */
const NEVER_MS = 4_133_404_800_000;

/** `GET /fapi/v1/exchangeInfo`. */
export function exchangeInfo(contracts: Iterable<Contract>, limits: VenueLimits, nowMs: number): unknown {
  return {
    timezone: 'UTC',
    serverTime: nowMs,
    futuresType: 'U_MARGINED',
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: 1_200 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 300 },
    ],
    exchangeFilters: [],
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    symbols: [...[...contracts].map(symbolRow), ...STRANGERS],
  };
}

function symbolRow(contract: Contract): unknown {
  const { symbol, tickSize, stepSize, status } = contract;
  const tick = tickSize.toFixed(contract.priceDecimals);
  const step = stepSize.toFixed(contract.sizeDecimals);
  const base = symbol.replace(/USDT$/, '');
  return {
    ...{
      symbol,
      pair: symbol,
      contractType: 'PERPETUAL',
      deliveryDate: NEVER_MS,
      onboardDate: 1_569_398_400_000,
      status,
    },
    ...{ maintMarginPercent: '2.5000', requiredMarginPercent: '5.0000', baseAsset: base, quoteAsset: 'USDT' },
    ...{ marginAsset: 'USDT', pricePrecision: contract.priceDecimals, quantityPrecision: contract.sizeDecimals },
    ...{
      baseAssetPrecision: 8,
      quotePrecision: 8,
      underlyingType: 'COIN',
      underlyingSubType: [],
      triggerProtect: '0.0500',
    },
    ...{ liquidationFee: '0.012500', marketTakeBound: '0.05', maxMoveOrderLimit: 10_000 },
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '10000000', tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: step, maxQty: '100000000', stepSize: step },
      { filterType: 'MARKET_LOT_SIZE', minQty: step, maxQty: '10000000', stepSize: step },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: symbol === 'BTCUSDT' ? '100' : '5' },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.0500', multiplierDown: '0.9500', multiplierDecimal: '4' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
  };
}

/** What else the real list holds: a quarterly contract, one that is settled, a name that is not ASCII. None trades here. */
const STRANGERS = [
  stranger('BTCUSDT_261225', 'BTCUSDT', 'CURRENT_QUARTER', 'TRADING', 1_798_185_600_000),
  stranger('GONEUSDT', 'GONEUSDT', 'PERPETUAL', 'SETTLING', 1_763_971_200_000),
  stranger('币安人生USDT', '币安人生USDT', 'PERPETUAL', 'PENDING_TRADING', NEVER_MS),
];

function stranger(symbol: string, pair: string, contractType: string, status: string, deliveryDate: number): unknown {
  return {
    ...{ symbol, pair, contractType, deliveryDate, onboardDate: 1_569_398_400_000, status },
    ...{ baseAsset: pair.replace(/USDT$/, ''), quoteAsset: 'USDT', marginAsset: 'USDT' },
    ...{ pricePrecision: 1, quantityPrecision: 3, underlyingType: 'COIN', underlyingSubType: [] },
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: '0.1', maxPrice: '10000000', tickSize: '0.1' },
      { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    ],
  };
}
