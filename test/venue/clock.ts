/** The two times of a venue, and its timers. */
export interface VenueClock {
  /** What the venue says the time is, UTC milliseconds: `serverTime`, and the time of the events. */
  marketMs(): number;
  /** What limits, pings and lifetimes are measured with, UTC milliseconds. It does not know the speed of the market. */
  hostMs(): number;
  /** Calls back every `everyMs` of host time. @returns what ends it */
  every(everyMs: number, callback: () => void): () => void;
  /** Calls back once, after `afterMs` of host time. @returns what prevents it */
  after(afterMs: number, callback: () => void): () => void;
}

/**
 * The machine's clock; the market runs `speed` times as fast from `marketStartMs` on, once it plays. Where it follows the
 * host, market time is `Date.now()` at every moment: a clock that starts from a reading stays behind by whatever was
 * computed since, and goes its own way when the host's is set.
 */
export class WallClock implements VenueClock {
  readonly #speed: number;
  #marketStartMs: number | undefined;
  #playedSinceMs: number | undefined;

  /** @param marketStartMs `undefined` to follow the host */
  constructor(marketStartMs: number | undefined, speed: number) {
    this.#marketStartMs = marketStartMs;
    this.#speed = speed;
  }

  /** Whether market time runs by itself. Without a pace it is held, and goes from moment to moment. */
  get paced(): boolean {
    return Number.isFinite(this.#speed);
  }

  /** Lets market time run. */
  play(): void {
    this.#playedSinceMs ??= this.hostMs();
  }

  /** Holds market time at `marketMs`. */
  jump(marketMs: number): void {
    this.#marketStartMs = marketMs;
    this.#playedSinceMs = undefined;
  }

  marketMs(): number {
    if (this.#marketStartMs === undefined) return Date.now();
    if (this.#playedSinceMs === undefined) return this.#marketStartMs;
    return Math.floor(this.#marketStartMs + (this.hostMs() - this.#playedSinceMs) * this.#speed);
  }

  hostMs(): number {
    return performance.timeOrigin + performance.now();
  }

  every(everyMs: number, callback: () => void): () => void {
    const timer = setInterval(callback, everyMs);
    return () => clearInterval(timer);
  }

  after(afterMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, afterMs);
    return () => clearTimeout(timer);
  }
}

interface Alarm {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly callback: () => void;
}

/** Time that only goes on when it is told to. Both times are one. */
export class VirtualClock implements VenueClock {
  #nowMs: number;
  readonly #alarms = new Set<Alarm>();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  marketMs(): number {
    return this.#nowMs;
  }

  hostMs(): number {
    return this.#nowMs;
  }

  every(everyMs: number, callback: () => void): () => void {
    return this.#set({ atMs: this.#nowMs + everyMs, everyMs, callback });
  }

  after(afterMs: number, callback: () => void): () => void {
    return this.#set({ atMs: this.#nowMs + afterMs, everyMs: undefined, callback });
  }

  /** Goes on to `untilMs`; what was due on the way is called in the order of its time, at its time. */
  runTo(untilMs: number): void {
    for (;;) {
      let next: Alarm | undefined;
      for (const alarm of this.#alarms)
        if (alarm.atMs <= untilMs && alarm.atMs < (next?.atMs ?? Infinity)) next = alarm;
      if (next === undefined) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      if (next.everyMs === undefined) this.#alarms.delete(next);
      else next.atMs += next.everyMs;
      next.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #set(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => void this.#alarms.delete(alarm);
  }
}
