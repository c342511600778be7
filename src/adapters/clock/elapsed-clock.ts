import { assert } from '../../core/assert.ts';
import type { MarketClock } from '../../ports/clock.ts';

export interface ElapsedClockOptions {
  /** Market time at this moment, UTC milliseconds. */
  readonly marketTimeMs: number;
  /** Market seconds per wall second, > 0. */
  readonly speed: number;
  /** UTC milliseconds; may step either way. */
  readonly wall: () => number;
  /** Milliseconds that never go back; may stand still while the machine is suspended. */
  readonly monotonic: () => number;
  /** Market time stands still until `release`: a run that is to be repeated must not depend on how long it prepares. */
  readonly held?: boolean;
}

/** Further back than this, the wall clock did not drift: it was set. */
const STEP_MS = 250;

/**
 * Market time from elapsed time, which is the larger of what the two clocks say: the wall clock counts through a
 * suspend, the monotonic one through a wall clock that is set back. Too fast is the safe side, because what has
 * expired stays expired.
 *
 * Both are read from an anchor. How far the wall clock was ahead of the monotonic one at most is never taken back, so
 * that market time passes at least as fast as the monotonic clock, whatever the wall clock does. After a step back the
 * anchor moves up to that moment: a clock set ahead and back again costs one jump, and a suspend after it is still seen.
 */
export class ElapsedClock implements MarketClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #speed: number;
  #topSpeed: number;
  #anchor: { readonly marketTimeMs: number; readonly wallMs: number; readonly monotonicMs: number };
  /** The most that the wall clock was ahead of the monotonic one since the anchor, milliseconds. */
  #leadMs = 0;
  #lastMs: number;
  #held: boolean;

  constructor({ marketTimeMs, speed, wall, monotonic, held = false }: ElapsedClockOptions) {
    assert(Number.isSafeInteger(marketTimeMs), 'clock: market time must be whole milliseconds');
    assert(Number.isFinite(speed) && speed > 0, 'clock: speed must be > 0');
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#speed = speed;
    this.#topSpeed = speed;
    this.#anchor = { marketTimeMs, wallMs: wall(), monotonicMs: monotonic() };
    this.#lastMs = marketTimeMs;
    this.#held = held;
  }

  get speed(): number {
    return this.#speed;
  }

  get topSpeed(): number {
    return this.#topSpeed;
  }

  nowMs(): number {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#read()));
    return this.#lastMs;
  }

  /** Lets a held clock run. Nothing happens to one that runs already. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#anchorAt(this.#anchor.marketTimeMs, this.#wall(), this.#monotonic());
  }

  /** From now on market time runs at `rate` market seconds per wall second: no jump, only another slope. */
  setRate(rate: number): void {
    assert(Number.isFinite(rate) && rate > 0, 'clock: rate must be > 0');
    this.#anchorAt(this.#read(), this.#wall(), this.#monotonic());
    this.#speed = rate;
    this.#topSpeed = Math.max(this.#topSpeed, rate);
  }

  /** Market time with its fraction, so that moving the anchor loses nothing. */
  #read(): number {
    if (this.#held) return this.#anchor.marketTimeMs;
    const [wallMs, monotonicMs] = [this.#wall(), this.#monotonic()];
    const monotonicElapsedMs = monotonicMs - this.#anchor.monotonicMs;
    const leadMs = wallMs - this.#anchor.wallMs - monotonicElapsedMs;
    this.#leadMs = Math.max(this.#leadMs, leadMs);
    const elapsedMs = monotonicElapsedMs + this.#leadMs;
    const marketTimeMs = this.#anchor.marketTimeMs + elapsedMs * this.#speed;
    if (this.#leadMs - leadMs > STEP_MS) this.#anchorAt(marketTimeMs, wallMs, monotonicMs);
    return marketTimeMs;
  }

  #anchorAt(marketTimeMs: number, wallMs: number, monotonicMs: number): void {
    this.#anchor = { marketTimeMs, wallMs, monotonicMs };
    this.#leadMs = 0;
  }
}
