import type { Broker } from './ports.ts';
import type { Signal } from './wire.ts';

/**
 * Time is not enough: a price can leave in the milliseconds that are left. A buyer pays the ask, a seller gets the bid;
 * worse than `maxSlippageBps` against the signal's price and the trade is another one than was signalled.
 *
 *   slippage bps = (ask - entry) / entry * 10,000 for BUY, (entry - bid) / entry * 10,000 for SELL
 *
 * A CLOSE is not guarded: getting out late and badly is better than not getting out.
 *
 * @returns the reason not to, if there is one
 */
export function priceObjection(
  { intent, symbol, side, entryPrice, maxSlippageBps }: Signal,
  quoteOf: Broker['quote'],
): 'no_quote' | 'price_moved' | undefined {
  if (intent === 'CLOSE' || maxSlippageBps === undefined) return undefined;
  const quote = quoteOf(symbol);
  if (quote === undefined) return 'no_quote';
  const worseBy = side === 'BUY' ? quote.ask - entryPrice : entryPrice - quote.bid;
  const slippageBps = (worseBy / entryPrice) * 10_000;
  // Asked this way round, so that a quote that is no number is a price that moved.
  return slippageBps <= maxSlippageBps ? undefined : 'price_moved';
}
