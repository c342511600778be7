/**
 * The exchange id that a client means: `eth/usdt`, `ETH-USDT` and `ETH/USDT:USDT` are all `ETHUSDT`.
 * Normalises case, `/`, `-` and the settlement suffix `:USDT`; anything else stays, and then matches nothing.
 */
export function normaliseSymbol(text: string): string {
  return text
    .toUpperCase()
    .replace(/:USDT$/, '')
    .replace(/[/-]/g, '');
}
