import type { Trade } from '../market/trade.ts';
import { EwScale } from './ew-scale.ts';
import { grade } from './lean.ts';

/**
 * Aggressors who press hard and do not move the price run into somebody who absorbs them. On every market second:
 *
 *   pressure   bought - sold, exponentially averaged over `seconds`, in its usual size
 *   move       mid minus its exponential average over `seconds`, in its usual size
 *   reading    against the pressure: grade(|pressure|, 1, 3) * (1 - grade(move in its direction, 0, 1))
 *
 * The reading is in [-1, 1]: -1 says that all buying is absorbed. 0 without trades.
 */
export class Absorption {
  readonly #seconds: number;
  readonly #warmupSeconds: number;
  readonly #staleMs: number;
  readonly #usualPressure: EwScale;
  readonly #usualMove: EwScale;
  #bought = 0;
  #sold = 0;
  #pressure = 0;
  #meanMid: number | undefined;
  #lastTradeMs = Number.NEGATIVE_INFINITY;

  constructor(lengths: {
    readonly seconds: number;
    readonly memorySeconds: number;
    readonly warmupSeconds: number;
    readonly staleSeconds: number;
  }) {
    this.#seconds = lengths.seconds;
    this.#warmupSeconds = lengths.warmupSeconds;
    this.#staleMs = lengths.staleSeconds * 1_000;
    this.#usualPressure = new EwScale({ seconds: lengths.memorySeconds });
    this.#usualMove = new EwScale({ seconds: lengths.memorySeconds });
  }

  onTrade(trade: Trade): void {
    this.#lastTradeMs = trade.eventTimeMs;
    if (trade.aggressor === 'buy') this.#bought += trade.size;
    else this.#sold += trade.size;
  }

  /** Closes a market second with the middle of the book at its end. */
  onSecond(secondMs: number, mid: number): number {
    const net = this.#bought - this.#sold;
    this.#bought = 0;
    this.#sold = 0;
    this.#meanMid ??= mid;
    this.#meanMid += (mid - this.#meanMid) / this.#seconds;
    if (secondMs - this.#lastTradeMs > this.#staleMs) {
      this.#pressure = 0;
      return 0;
    }
    this.#pressure += (net - this.#pressure) / this.#seconds;
    const isWarm = this.#usualPressure.count >= this.#warmupSeconds;
    const pressure = this.#usualPressure.measure(this.#pressure);
    const move = this.#usualMove.measure(mid - this.#meanMid);
    this.#usualPressure.learn(this.#pressure);
    this.#usualMove.learn(mid - this.#meanMid);
    if (!isWarm || pressure === 0) return 0;
    const direction = pressure > 0 ? 1 : -1;
    return -direction * grade(direction * pressure, 1, 3) * (1 - grade(direction * move, 0, 1));
  }

  /** Forgets what is going on now, not what is usual. */
  forget(): void {
    this.#bought = 0;
    this.#sold = 0;
    this.#pressure = 0;
    this.#meanMid = undefined;
  }
}
