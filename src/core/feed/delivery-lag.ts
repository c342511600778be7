/** Seconds that are looked at together. */
const SECONDS = 3;
const DELAYED_AFTER_MS = 1_000;
const AHEAD_AFTER_MS = 500;
/** Weight of the newest pause between two frames in the mean. */
const PAUSE_WEIGHT = 0.01;
/** A connection with pauses longer than this may well be silent when a second settles. */
const BUSY_PAUSE_MS = 40;

/**
 * How long the frames of one connection are on their way: our receive time, in the venue's clock, minus the time the
 * venue sent them. The fastest frame of each second counts, so that one slow frame says nothing and three slow seconds
 * say something.
 */
class ConnectionLag {
  readonly #fastest: number[] = [];
  #current = Number.POSITIVE_INFINITY;

  #latestSentMs = 0;
  #meanPauseMs = 0;

  note(lagMs: number, sentMs: number): void {
    if (lagMs < this.#current) this.#current = lagMs;
    if (sentMs <= this.#latestSentMs) return;
    if (this.#latestSentMs > 0) this.#meanPauseMs += (sentMs - this.#latestSentMs - this.#meanPauseMs) * PAUSE_WEIGHT;
    this.#latestSentMs = sentMs;
  }

  /** Something that was sent at `timeMs` or later has arrived, or so little is sent here that this says nothing. */
  hasPassed(timeMs: number): boolean {
    return this.#latestSentMs >= timeMs || this.#meanPauseMs > BUSY_PAUSE_MS;
  }

  /** A second is over; one without frames says nothing. */
  closeSecond(): void {
    if (this.#current === Number.POSITIVE_INFINITY) return;
    this.#fastest.push(this.#current);
    this.#current = Number.POSITIVE_INFINITY;
    if (this.#fastest.length > SECONDS) this.#fastest.shift();
  }

  get lastMs(): number | undefined {
    return this.#fastest.at(-1);
  }

  get delayed(): boolean {
    return this.#fastest.length === SECONDS && Math.min(...this.#fastest) > DELAYED_AFTER_MS;
  }

  get ahead(): boolean {
    return this.#fastest.length === SECONDS && Math.max(...this.#fastest) < -AHEAD_AFTER_MS;
  }
}

/** The lag of every connection that is open. */
export class DeliveryLag {
  readonly #connections = new Map<number, ConnectionLag>();

  note(connection: number, lagMs: number, sentMs: number): void {
    let lag = this.#connections.get(connection);
    if (lag === undefined) {
      lag = new ConnectionLag();
      this.#connections.set(connection, lag);
    }
    lag.note(lagMs, sentMs);
  }

  /** Whether everything that the venue sent on it before `timeMs` can be believed to have arrived. */
  hasPassed(connection: number, timeMs: number): boolean {
    return this.#connections.get(connection)?.hasPassed(timeMs) === true;
  }

  forget(connection: number): void {
    this.#connections.delete(connection);
  }

  closeSecond(): void {
    for (const lag of this.#connections.values()) lag.closeSecond();
  }

  /** The worst connection's of the last second; `undefined` before the first. */
  get lastMs(): number | undefined {
    let worst: number | undefined;
    for (const { lastMs } of this.#connections.values()) {
      if (lastMs !== undefined && (worst === undefined || lastMs > worst)) worst = lastMs;
    }
    return worst;
  }

  /** Frames of some connection come late. */
  get delayed(): boolean {
    return [...this.#connections.values()].some(({ delayed }) => delayed);
  }

  /** Frames of some connection come from the future: one of the two clocks was set. */
  get ahead(): boolean {
    return [...this.#connections.values()].some(({ ahead }) => ahead);
  }
}
