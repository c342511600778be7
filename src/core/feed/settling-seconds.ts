import { assert } from '../assert.ts';
import type { MarketEvent } from '../engine/event.ts';
import { SECOND_MS } from '../market/timeframe.ts';

/** An event of one instrument, and the time that it counts for. */
interface Held {
  readonly event: MarketEvent & { readonly symbol: string };
  readonly timeMs: number;
}

/** With many instruments a second opens with thousands of events: more than these would keep the next frame waiting. */
const AT_ONCE = 1_000;

/**
 * Exchange time in whole seconds. Several connections deliver the end of a second at slightly different moments, and an
 * aggregate of trades is published up to a tenth of a second after its first trade: so a second is closed a settling
 * time after its end, and what already belongs to the next waits until then. Inside a second nothing waits.
 *
 * What waited goes out instrument by instrument, each in its order: some with the close of the second, one with every
 * later event, and each before anything newer of its instrument.
 */
export class SettlingSeconds {
  readonly #deliver: (event: MarketEvent) => void;
  /** Everything before this has been decided on; `undefined` before the first. */
  #closedMs: number | undefined;
  /** Of later seconds, by symbol. */
  #held = new Map<string, Held[]>();
  /** Of the open second, and not delivered yet. */
  #due = new Map<string, Held[]>();

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
  offer(event: Held['event'], timeMs: number): boolean {
    const closedMs = this.closedMs;
    if (timeMs < closedMs) return false;
    if (timeMs >= closedMs + SECOND_MS) {
      this.#hold({ event, timeMs });
      return true;
    }
    if (this.#due.size > 0) {
      this.flush(event.symbol);
      this.#flushNext();
    }
    this.#deliver(event);
    return true;
  }

  /** Delivers what has waited for the open second, of one instrument: before it is told anything by another way. */
  flush(symbol: string): void {
    const due = this.#due.get(symbol);
    if (due === undefined) return;
    this.#due.delete(symbol);
    for (const { event } of due) this.#deliver(event);
  }

  flushAll(): void {
    while (this.#due.size > 0) this.#flushNext();
  }

  /** An instrument has left: nothing of it is delivered any more. */
  forget(symbol: string): void {
    this.#due.delete(symbol);
    this.#held.delete(symbol);
  }

  /** Closes the open second: what was held for the next is delivered behind it. */
  closeSecond(): void {
    this.flushAll();
    const nextMs = this.closedMs + SECOND_MS;
    this.#closedMs = nextMs;
    this.#deliver({ kind: 'clock', eventTimeMs: nextMs });
    this.#open();
  }

  /** Seconds were lost: goes on at `nowMs`. What was held for them is given up. */
  skipTo(nowMs: number): void {
    this.flushAll();
    this.begin(nowMs);
    const closedMs = this.closedMs;
    for (const [symbol, held] of this.#held) {
      this.#held.set(
        symbol,
        held.filter(({ timeMs }) => timeMs >= closedMs),
      );
    }
    this.#deliver({ kind: 'clock', eventTimeMs: closedMs });
    this.#open();
  }

  /** What was held for the second that is open from now on becomes due. */
  #open(): void {
    const closeMs = this.closedMs + SECOND_MS;
    const all = this.#held;
    this.#held = new Map();
    let count = 0;
    for (const [symbol, held] of all) {
      const due = held.filter(({ timeMs }) => timeMs < closeMs);
      for (const later of held) if (later.timeMs >= closeMs) this.#hold(later);
      if (due.length > 0) this.#due.set(symbol, due);
      if (count < AT_ONCE) this.flush(symbol);
      count += due.length;
    }
  }

  #flushNext(): void {
    for (const symbol of this.#due.keys()) {
      this.flush(symbol);
      return;
    }
  }

  #hold(held: Held): void {
    const others = this.#held.get(held.event.symbol);
    if (others === undefined) this.#held.set(held.event.symbol, [held]);
    else others.push(held);
  }
}
