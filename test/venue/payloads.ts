// Event payloads as the venue writes them: fields, their order, numbers as text. `st` 1 says USD-M, since the COIN-M
// contracts moved to the same hosts; `nq` is the quantity without RPI orders. Source: Binance USD-M, "Websocket Market
// Streams".
import type { Contract } from './contract.ts';
import type { AggregateTrade, BestPrices, DayStatistics, DepthUpdate, Level, MarkPrice } from './market.ts';

export function aggTradePayload(symbol: string, trade: AggregateTrade): string {
  const { id, price, quantity, firstTradeId, lastTradeId, timeMs, buyerIsMaker } = trade;
  return `{"e":"aggTrade","E":${timeMs},"s":"${symbol}","a":${id},"p":"${price}","q":"${quantity}","nq":"${quantity}","f":${firstTradeId},"l":${lastTradeId},"T":${timeMs},"m":${buyerIsMaker},"st":1}`;
}

export function bookTickerPayload(symbol: string, { updateId, bid, ask, timeMs }: BestPrices): string {
  return `{"e":"bookTicker","u":${updateId},"s":"${symbol}","b":"${bid[0]}","B":"${bid[1]}","a":"${ask[0]}","A":"${ask[1]}","T":${timeMs},"E":${timeMs},"st":1}`;
}

export function depthPayload(symbol: string, update: DepthUpdate): string {
  const { eventTimeMs, transactionTimeMs, firstId, lastId, previousId, bids, asks } = update;
  return `{"e":"depthUpdate","E":${eventTimeMs},"T":${transactionTimeMs},"s":"${symbol}","U":${firstId},"u":${lastId},"pu":${previousId},"b":${levelsText(bids)},"a":${levelsText(asks)},"st":1}`;
}

export function markPricePayload(symbol: string, price: MarkPrice): string {
  const { mark, index, fundingRate, nextFundingTimeMs, timeMs } = price;
  return `{"e":"markPriceUpdate","E":${timeMs},"s":"${symbol}","p":"${mark}","ap":"${mark}","P":"${mark}","i":"${index}","r":"${fundingRate}","T":${nextFundingTimeMs},"st":1}`;
}

/** A liquidation: the venue's order that closes somebody else's position. */
export function forceOrderPayload(symbol: string, trade: AggregateTrade): string {
  const side = trade.buyerIsMaker ? 'SELL' : 'BUY';
  const { price, quantity, timeMs } = trade;
  return `{"e":"forceOrder","E":${timeMs},"o":{"s":"${symbol}","S":"${side}","o":"LIMIT","f":"IOC","q":"${quantity}","p":"${price}","ap":"${price}","X":"FILLED","l":"${quantity}","z":"${quantity}","T":${timeMs},"st":1}}`;
}

export function tickerPayload(contract: Contract, day: DayStatistics, timeMs: number): string {
  const price = (value: number): string => value.toFixed(contract.priceDecimals);
  const change = day.last - day.open;
  return `{"e":"24hrTicker","E":${timeMs},"s":"${contract.symbol}","p":"${price(change)}","P":"${((change / day.open) * 100).toFixed(3)}","w":"${price(day.volume === 0 ? day.last : day.quoteVolume / day.volume)}","c":"${price(day.last)}","Q":"${contract.sizeText(contract.stepSize)}","o":"${price(day.open)}","h":"${price(day.high)}","l":"${price(day.low)}","v":"${contract.sizeText(day.volume)}","q":"${day.quoteVolume.toFixed(2)}","O":${timeMs - 86_400_000},"C":${timeMs},"F":1,"L":${day.count},"n":${day.count},"st":1}`;
}

export function contractInfoPayload(contract: Contract, timeMs: number): string {
  return `{"e":"contractInfo","E":${timeMs},"s":"${contract.symbol}","ps":"${contract.symbol}","ct":"PERPETUAL","dt":4133404800000,"ot":1569398400000,"cs":"${contract.status}","st":1}`;
}

export function levelsText(levels: readonly Level[]): string {
  return `[${levels.map(([price, quantity]) => `["${price}","${quantity}"]`).join(',')}]`;
}
