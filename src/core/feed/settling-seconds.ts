import { assert } from '../assert.ts';
import type { MarketEvent } from '../engine/event.ts';
import { SECOND_MS } from '../market/timeframe.ts';

interface Held {
  readonly event: MarketEvent;
  readonly timeMs: number;
}

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

  begin(nowMs: number): void {
    this.#closedMs = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
  }

  /** Delivers it now or when its second has come. @returns false when its second is over: it was not delivered */
  offer(event: MarketEvent, timeMs: number): boolean {
    const closedMs = this.closedMs;
    if (timeMs < closedMs) return false;
    if (timeMs < closedMs + SECOND_MS) this.#deliver(event);
    else this.#held.push({ event, timeMs });
    return true;
  }

  /** Closes the open second: what was held for the next is delivered behind it. */
  closeSecond(): void {
    const nextMs = this.closedMs + SECOND_MS;
    this.#closedMs = nextMs;
    this.#deliver({ kind: 'clock', eventTimeMs: nextMs });
    const held = this.#held;
    this.#held = [];
    for (const { event, timeMs } of held) this.offer(event, timeMs);
  }

  /** Seconds were lost: goes on at `nowMs`. What was held for them is given up. */
  skipTo(nowMs: number): void {
    this.begin(nowMs);
    const closedMs = this.closedMs;
    this.#held = this.#held.filter(({ timeMs }) => timeMs >= closedMs);
    this.#deliver({ kind: 'clock', eventTimeMs: closedMs });
  }
}
