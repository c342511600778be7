import { assert } from '../assert.ts';
import type { Side } from '../market/trade.ts';
import { exp } from '../math/exp.ts';

/**
 * Trade-flow imbalance on a grid of market seconds: which side the aggressors of the last `seconds` were on.
 *
 *   at each second   B = B * e^(-1 / seconds) + bought in the second, S alike
 *   reading          (B - S) / (B + S), in [-1, 1]; `undefined` while there is no volume
 *
 * A second counts when it is closed by `onSecond`; before that the reading stands still.
 */
export class TradeFlowImbalance {
  readonly #decay: number;
  #bought = 0;
  #sold = 0;
  #buys = 0;
  #sells = 0;

  /** @param seconds Time constant of the forgetting, > 0. */
  constructor({ seconds }: { readonly seconds: number }) {
    assert(Number.isFinite(seconds) && seconds > 0, 'trade-flow-imbalance: seconds must be > 0');
    this.#decay = exp(-1 / seconds);
  }

  get value(): number | undefined {
    const volume = this.volume;
    return volume > 0 ? (this.#buys - this.#sells) / volume : undefined;
  }

  /** Weighted volume of both sides, in base units; times 1 - e^(-1 / seconds) it is volume per second. */
  get volume(): number {
    return this.#buys + this.#sells;
  }

  /** @param size In base units, >= 0. */
  onTrade(aggressor: Side, size: number): void {
    assert(Number.isFinite(size) && size >= 0, 'trade-flow-imbalance: size must be >= 0');
    if (aggressor === 'buy') this.#bought += size;
    else this.#sold += size;
  }

  /** Closes a market second. Empty seconds count: call it for each. */
  onSecond(): void {
    this.#buys = this.#buys * this.#decay + this.#bought;
    this.#sells = this.#sells * this.#decay + this.#sold;
    this.#bought = 0;
    this.#sold = 0;
  }
}
