import type { MarketEvent } from '../engine/event.ts';
import type { Quote } from '../market/quote.ts';

/** Seconds of a bin in which flow is compared with the move of the price. */
const BIN_SECONDS = 10;

/** What is known about real markets, measured on one instrument. R2 are squared correlations, `ic` correlations. */
export interface StylisedFacts {
  readonly seconds: number;
  /** Variance of 60 s returns over 60 times the variance of 1 s returns: 1 for a martingale. */
  readonly varianceRatio: number;
  readonly kurtosisMinute: number;
  readonly absoluteReturnAcf1: number;
  readonly absoluteReturnAcf10: number;
  readonly tradeSignAcf1: number;
  readonly ofiR2: number;
  readonly tfiR2: number;
  readonly ofiNextR2: number;
  readonly tfiNextR2: number;
  /** Annualised volatility of 1 min returns, percent. */
  readonly volatilityPercent: number;
}

/**
 * Watches the events of one symbol and remembers one row per second: the middle price, order flow imbalance (Cont,
 * Kukanov, Stoikov 2014, best level), bought minus sold volume, and the imbalance of the best sizes.
 */
export class FactsRecorder {
  readonly mid: number[] = [];
  readonly ofi: number[] = [];
  readonly tfi: number[] = [];
  readonly imbalance: number[] = [];
  readonly #symbol: string;
  #bid = 0;
  #bidSize = 0;
  #ask = 0;
  #askSize = 0;
  #ofi = 0;
  #tfi = 0;
  #lastSign = 0;
  #signPairs = 0;
  #signSum = 0;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  add(event: MarketEvent): void {
    if (event.kind === 'clock') this.#close();
    else if (event.kind === 'quote' && event.symbol === this.#symbol) this.#follow(event);
    else if (event.kind === 'trade' && event.symbol === this.#symbol) {
      const sign = event.aggressor === 'buy' ? 1 : -1;
      this.#tfi += sign * event.size;
      if (this.#lastSign !== 0) this.#signPairs += 1;
      this.#signSum += sign * this.#lastSign;
      this.#lastSign = sign;
    }
  }

  facts(): StylisedFacts {
    const { mid } = this;
    const minutes = returns(mid, 60);
    const size = minutes.map(Math.abs);
    const move = returns(mid, BIN_SECONDS);
    const ofi = sums(this.ofi, BIN_SECONDS);
    const tfi = sums(this.tfi, BIN_SECONDS);
    const minuteVariance = moment(minutes, 2);
    return {
      seconds: mid.length,
      varianceRatio: varianceRatio(mid, 60),
      kurtosisMinute: moment(minutes, 4) / (minuteVariance * minuteVariance),
      absoluteReturnAcf1: correlation(size.slice(0, -1), size.slice(1)),
      absoluteReturnAcf10: correlation(size.slice(0, -10), size.slice(10)),
      tradeSignAcf1: this.#signSum / this.#signPairs,
      ofiR2: correlation(ofi, move) ** 2,
      tfiR2: correlation(tfi, move) ** 2,
      ofiNextR2: correlation(ofi.slice(0, -1), move.slice(1)) ** 2,
      tfiNextR2: correlation(tfi.slice(0, -1), move.slice(1)) ** 2,
      volatilityPercent: 100 * Math.sqrt(minuteVariance * 525_600),
    };
  }

  #follow(quote: Quote): void {
    const { bidPrice, bidSize, askPrice, askSize } = quote;
    if (this.#bid > 0) {
      if (bidPrice >= this.#bid) this.#ofi += bidSize;
      if (bidPrice <= this.#bid) this.#ofi -= this.#bidSize;
      if (askPrice <= this.#ask) this.#ofi -= askSize;
      if (askPrice >= this.#ask) this.#ofi += this.#askSize;
    }
    this.#bid = bidPrice;
    this.#bidSize = bidSize;
    this.#ask = askPrice;
    this.#askSize = askSize;
  }

  #close(): void {
    if (this.#bid === 0) return;
    this.mid.push((this.#bid + this.#ask) / 2);
    this.ofi.push(this.#ofi);
    this.tfi.push(this.#tfi);
    this.imbalance.push((this.#bidSize - this.#askSize) / (this.#bidSize + this.#askSize));
    this.#ofi = 0;
    this.#tfi = 0;
  }
}

/** Returns over `span` rows, one after the other, not overlapping: row 0 to `span`, `span` to `2 * span`, … */
function returns(levels: readonly number[], span: number): number[] {
  const out: number[] = [];
  for (let i = span; i < levels.length; i += span) out.push(levels[i]! / levels[i - span]! - 1);
  return out;
}

/** Sums of rows 1 to `span`, `span + 1` to `2 * span`, …: what happened during the returns of the same span. */
function sums(rows: readonly number[], span: number): number[] {
  const out: number[] = [];
  for (let i = span; i < rows.length; i += span) {
    let sum = 0;
    for (let k = i - span + 1; k <= i; k += 1) sum += rows[k]!;
    out.push(sum);
  }
  return out;
}

/** With overlapping windows, which makes the estimate steadier. */
export function varianceRatio(levels: readonly number[], span: number): number {
  let short = 0;
  let long = 0;
  for (let i = 1; i < levels.length; i += 1) short += (levels[i]! / levels[i - 1]! - 1) ** 2;
  for (let i = span; i < levels.length; i += 1) long += (levels[i]! / levels[i - span]! - 1) ** 2;
  return long / (levels.length - span) / ((span * short) / (levels.length - 1));
}

/** Pearson's. The shorter of the two decides how many pairs there are. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const n = Math.min(xs.length, ys.length);
  let [sumX, sumY, sumXX, sumYY, sumXY] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i += 1) {
    const x = xs[i]!;
    const y = ys[i]!;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
  }
  const covariance = sumXY - (sumX * sumY) / n;
  return covariance / Math.sqrt((sumXX - (sumX * sumX) / n) * (sumYY - (sumY * sumY) / n));
}

function moment(values: readonly number[], power: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
}
