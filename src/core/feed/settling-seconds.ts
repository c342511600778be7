import { assert } from '../assert.ts';
import type { MarketEvent } from '../engine/event.ts';
import { SECOND_MS } from '../market/timeframe.ts';

/** A held second is not waited for any longer when more than this is held: somebody's clock is wrong. */
const HELD_MAX = 500_000;

type Held = Extract<MarketEvent, { readonly eventTimeMs: number }>;

/**
 * Exchange time in whole seconds. Several connections deliver the end of a second at slightly different moments, and an
 * aggregate of trades is published up to a tenth of a second after its first trade: so a second is closed a settling
 * time after its end, and what already belongs to the next waits until then. Inside a second nothing waits.
 */
export class SettlingSeconds {
  readonly #deliver: (event: MarketEvent) => void;
  /** Everything before this has been decided on; `undefined` before the first. */
  #closedMs: number | undefined;
  #held: Held[] = [];

  constructor(deliver: (event: MarketEvent) => void) {
    this.#deliver = deliver;
  }

  get begun(): boolean {
    return this.#closedMs !== undefined;
  }

  /** What is before this has been decided on. */
  get closedMs(): number {
    assert(this.#closedMs !== undefined, 'settling seconds: time has not begun');
    return this.#closedMs;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  get overflows(): boolean {
    return this.#held.length > HELD_MAX;
  }

  begin(nowMs: number): void {
    this.#closedMs = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
  }

  /** Delivers it now or when its second has come. @returns false when its second is over: it was not delivered */
  offer(event: Held): boolean {
    const closedMs = this.closedMs;
    if (event.eventTimeMs < closedMs) return false;
    if (event.eventTimeMs < closedMs + SECOND_MS) this.#deliver(event);
    else this.#held.push(event);
    return true;
  }

  /** Closes the open second: what was held for the next is delivered behind it. */
  closeSecond(): void {
    const nextMs = this.closedMs + SECOND_MS;
    this.#closedMs = nextMs;
    this.#deliver({ kind: 'clock', eventTimeMs: nextMs });
    const held = this.#held;
    this.#held = [];
    for (const event of held) this.offer(event);
  }

  /** Seconds were lost: goes on at `nowMs`. What was held for them is given up. */
  skipTo(nowMs: number): void {
    this.begin(nowMs);
    const closedMs = this.closedMs;
    this.#held = this.#held.filter((event) => event.eventTimeMs >= closedMs);
    this.#deliver({ kind: 'clock', eventTimeMs: closedMs });
  }
}
