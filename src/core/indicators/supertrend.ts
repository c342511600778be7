import { assert } from '../assert.ts';
import type { Side } from '../market/trade.ts';
import { Atr, type PriceRange } from './atr.ts';
import type { Indicator } from './indicator.ts';

export interface SupertrendReading {
  /** The trailing line, in price units: below the close while the side is buy, above it while it is sell. */
  readonly line: number;
  readonly side: Side;
}

/**
 * Supertrend (Seban's definition, as TradingView publishes `ta.supertrend`):
 *
 *   basic bands   (high + low) / 2 ± multiplier * ATR
 *   lower'        basic lower, unless it fell while the previous close held the old band: then the old band
 *   upper'        basic upper, unless it rose while the previous close held the old band: then the old band
 *   side          sell turns to buy when the close is above upper', buy to sell when it is below lower'
 *
 * The definition leaves the first side open; TradingView starts with sell. Here it is the direction of the close over
 * the warm-up, so that a mirrored market gets the mirrored reading.
 */
export class Supertrend implements Indicator<PriceRange, SupertrendReading> {
  readonly warmup: number;
  readonly #multiplier: number;
  readonly #atr: Atr;
  #firstClose: number | undefined;
  #previousClose = 0;
  #lower = 0;
  #upper = 0;
  #side: Side | undefined;

  /**
   * @param period Length of the ATR in bars, a whole number of at least 1.
   * @param multiplier Distance of the bands in ATRs, > 0.
   */
  constructor({ period, multiplier }: { readonly period: number; readonly multiplier: number }) {
    assert(Number.isFinite(multiplier) && multiplier > 0, 'supertrend: multiplier must be > 0');
    this.#multiplier = multiplier;
    this.#atr = new Atr({ period });
    this.warmup = this.#atr.warmup;
  }

  get value(): SupertrendReading | undefined {
    return this.#side === undefined ? undefined : readingOf(this.#side, this.#lower, this.#upper);
  }

  peek(bar: PriceRange): SupertrendReading | undefined {
    const atr = this.#atr.peek(bar);
    if (atr === undefined) return undefined;
    const lower = this.#lowerAfter(bar, atr);
    const upper = this.#upperAfter(bar, atr);
    return readingOf(this.#sideAfter(bar.close, lower, upper), lower, upper);
  }

  add(bar: PriceRange): SupertrendReading | undefined {
    const atr = this.#atr.add(bar);
    this.#firstClose ??= bar.close;
    if (atr !== undefined) {
      const lower = this.#lowerAfter(bar, atr);
      const upper = this.#upperAfter(bar, atr);
      this.#side = this.#sideAfter(bar.close, lower, upper);
      this.#lower = lower;
      this.#upper = upper;
    }
    this.#previousClose = bar.close;
    return this.value;
  }

  #lowerAfter(bar: PriceRange, atr: number): number {
    const basic = (bar.high + bar.low) / 2 - this.#multiplier * atr;
    return this.#side === undefined || this.#previousClose < this.#lower ? basic : Math.max(basic, this.#lower);
  }

  #upperAfter(bar: PriceRange, atr: number): number {
    const basic = (bar.high + bar.low) / 2 + this.#multiplier * atr;
    return this.#side === undefined || this.#previousClose > this.#upper ? basic : Math.min(basic, this.#upper);
  }

  #sideAfter(close: number, lower: number, upper: number): Side {
    if (this.#side === undefined) return close >= (this.#firstClose ?? close) ? 'buy' : 'sell';
    if (this.#side === 'sell') return close > upper ? 'buy' : 'sell';
    return close < lower ? 'sell' : 'buy';
  }
}

function readingOf(side: Side, lower: number, upper: number): SupertrendReading {
  return { line: side === 'buy' ? lower : upper, side };
}
