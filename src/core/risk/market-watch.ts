import type { RiskSettings } from './settings.ts';

/** Medians are taken over this many seconds, and not before a tenth of them was seen. */
const WINDOW_SECONDS = 300;
const SEEN_AT_LEAST = WINDOW_SECONDS / 10;
/** A jump is measured over this many seconds. */
const JUMP_SECONDS = 10;

/** What a second of the market looked like. */
export interface MarketSecond {
  readonly nowMs: number;
  readonly bidPrice: number;
  readonly askPrice: number;
  /** Sum of the displayed sizes, both sides; `undefined` where there is no book. */
  readonly depth: number | undefined;
  /** Standard deviation of the one-second return, a fraction; `undefined` while unknown. */
  readonly sigmaPerSecond: number | undefined;
}

/** The last values, and their median at any time: inserting one costs a search and a move of at most 300 numbers. */
class RollingMedian {
  readonly #order: number[] = [];
  readonly #sorted: number[] = [];

  get size(): number {
    return this.#order.length;
  }

  get value(): number {
    return this.#sorted[this.#sorted.length >> 1] ?? 0;
  }

  add(value: number): void {
    this.#order.push(value);
    this.#sorted.splice(this.#placeOf(value), 0, value);
    if (this.#order.length > WINDOW_SECONDS) this.#sorted.splice(this.#placeOf(this.#order.shift()!), 1);
  }

  #placeOf(value: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Sees when the market of one instrument is not its usual self, second by second. */
export class MarketWatch {
  readonly #settings: RiskSettings;
  readonly #spreads = new RollingMedian();
  readonly #depths = new RollingMedian();
  readonly #middles: number[] = [];
  #spread = 0;
  #crossed = false;
  #trippedMs = Number.NEGATIVE_INFINITY;

  constructor(settings: RiskSettings) {
    this.#settings = settings;
  }

  /** @returns what speaks against an entry now */
  objection(nowMs: number): 'crossed_book' | 'circuit_breaker' | 'spread_too_wide' | undefined {
    const { circuitBreakerSeconds, spreadGuardMedians } = this.#settings;
    if (this.#crossed) return 'crossed_book';
    if (nowMs - this.#trippedMs < circuitBreakerSeconds * 1000) return 'circuit_breaker';
    return exceeds(this.#spread, this.#spreads, spreadGuardMedians) ? 'spread_too_wide' : undefined;
  }

  onSecond({ nowMs, bidPrice, askPrice, depth, sigmaPerSecond }: MarketSecond): void {
    const { circuitBreakerSigmas, circuitBreakerSpreads, circuitBreakerDepthPercent } = this.#settings;
    this.#crossed = !(bidPrice < askPrice);
    if (this.#crossed || !(bidPrice > 0)) return;
    const middle = (bidPrice + askPrice) / 2;
    this.#spread = askPrice - bidPrice;
    const before = this.#middles.length < JUMP_SECONDS ? undefined : this.#middles[0];
    const sigma = (sigmaPerSecond ?? 0) * Math.sqrt(JUMP_SECONDS);
    const jumped =
      circuitBreakerSigmas > 0 &&
      before !== undefined &&
      sigma > 0 &&
      Math.abs(middle / before - 1) > circuitBreakerSigmas * sigma;
    const torn = exceeds(this.#spread, this.#spreads, circuitBreakerSpreads);
    const isThin =
      depth !== undefined &&
      this.#depths.size >= SEEN_AT_LEAST &&
      depth < (this.#depths.value * circuitBreakerDepthPercent) / 100;
    if (jumped || torn || isThin) this.#trippedMs = nowMs;
    this.#middles.push(middle);
    if (this.#middles.length > JUMP_SECONDS) this.#middles.shift();
    this.#spreads.add(this.#spread);
    if (depth !== undefined) this.#depths.add(depth);
  }
}

const exceeds = (value: number, usual: RollingMedian, times: number): boolean =>
  times > 0 && usual.size >= SEEN_AT_LEAST && value > times * usual.value * (1 + 1e-9);
