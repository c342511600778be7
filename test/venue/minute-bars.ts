import { MINUTE_MS } from '../../src/core/market/timeframe.ts';

/** What a kline is made of. */
export interface MinuteBar {
  readonly openTimeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: number;
  count: number;
  takerBuyVolume: number;
  takerBuyQuoteVolume: number;
}

/** Minutes that are remembered; older ones are forgotten. */
const REMEMBERED = 3_000;

/** Minutes out of trades, as the venue makes them: a minute without trades is flat, and there. */
export class MinuteBars {
  readonly #bars: MinuteBar[] = [];

  add(timeMs: number, price: number, size: number, takerBuys: boolean): void {
    const openTimeMs = timeMs - (timeMs % MINUTE_MS);
    let bar = this.#bars.at(-1);
    if (bar === undefined || bar.openTimeMs < openTimeMs) {
      this.#fillTo(openTimeMs - MINUTE_MS);
      bar = flatBar(openTimeMs, price);
      this.#bars.push(bar);
      if (this.#bars.length > REMEMBERED) this.#bars.shift();
    }
    // Somebody asked for the minute before it was traded in: it was flat at the last close until now.
    if (bar.count === 0) [bar.open, bar.high, bar.low] = [price, price, price];
    bar.high = Math.max(bar.high, price);
    bar.low = Math.min(bar.low, price);
    bar.close = price;
    bar.volume += size;
    bar.quoteVolume += size * price;
    bar.count += 1;
    if (!takerBuys) return;
    bar.takerBuyVolume += size;
    bar.takerBuyQuoteVolume += size * price;
  }

  /** Minutes that open in `[fromMs, toMs]`, and not after `nowMs`. */
  between(fromMs: number, toMs: number, nowMs: number): MinuteBar[] {
    this.#fillTo(nowMs - (nowMs % MINUTE_MS));
    return this.#bars.filter((bar) => bar.openTimeMs >= fromMs && bar.openTimeMs <= toMs);
  }

  /** What the price is until the first trade. */
  begin(openTimeMs: number, price: number): void {
    if (this.#bars.length === 0) this.#bars.push(flatBar(openTimeMs, price));
  }

  #fillTo(openTimeMs: number): void {
    for (let last = this.#bars.at(-1); last !== undefined && last.openTimeMs < openTimeMs; last = this.#bars.at(-1)) {
      this.#bars.push(flatBar(last.openTimeMs + MINUTE_MS, last.close));
      if (this.#bars.length > REMEMBERED) this.#bars.shift();
    }
  }
}

function flatBar(openTimeMs: number, price: number): MinuteBar {
  return {
    openTimeMs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0,
    count: 0,
    takerBuyVolume: 0,
    takerBuyQuoteVolume: 0,
  };
}

/** Longer klines out of minutes; each opens at a multiple of its length. `Infinity`: all of them are one. */
export function aggregate(minutes: readonly MinuteBar[], intervalMs: number): MinuteBar[] {
  const longer: MinuteBar[] = [];
  for (const minute of minutes) {
    const openTimeMs = intervalMs === Infinity ? 0 : minute.openTimeMs - (minute.openTimeMs % intervalMs);
    const last = longer.at(-1);
    if (last === undefined || last.openTimeMs !== openTimeMs) {
      longer.push({ ...minute, openTimeMs });
      continue;
    }
    last.high = Math.max(last.high, minute.high);
    last.low = Math.min(last.low, minute.low);
    last.close = minute.close;
    last.volume += minute.volume;
    last.quoteVolume += minute.quoteVolume;
    last.count += minute.count;
    last.takerBuyVolume += minute.takerBuyVolume;
    last.takerBuyQuoteVolume += minute.takerBuyQuoteVolume;
  }
  return longer;
}
