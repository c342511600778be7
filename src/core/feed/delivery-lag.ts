/** Seconds that are looked at together. */
const SECONDS = 3;
const DELAYED_AFTER_MS = 1_000;
const AHEAD_AFTER_MS = 500;
/** Weight of the newest pause between two frames in the mean. */
const PAUSE_WEIGHT = 0.01;
/** What comes with pauses longer than this may well be silent when a second settles. */
const BUSY_PAUSE_MS = 150;

/**
 * How long the frames of one kind on one connection are on their way: our receive time, in the venue's clock, minus the time the
 * venue sent them. The fastest frame of each second counts, so that one slow frame says nothing and three slow seconds
 * say something.
 */
class ConnectionLag {
  readonly #fastest: number[] = [];
  #current = Number.POSITIVE_INFINITY;

  #latestMs = 0;
  #meanPauseMs = 0;

  note(lagMs: number, eventTimeMs: number): void {
    if (lagMs < this.#current) this.#current = lagMs;
    if (eventTimeMs <= this.#latestMs) return;
    if (this.#latestMs > 0) this.#meanPauseMs += (eventTimeMs - this.#latestMs - this.#meanPauseMs) * PAUSE_WEIGHT;
    this.#latestMs = eventTimeMs;
  }

  /** Something that happened at `timeMs` or later has arrived, or so little comes here that its absence says nothing. */
  hasPassed(timeMs: number): boolean {
    return this.#latestMs >= timeMs || this.#meanPauseMs > BUSY_PAUSE_MS;
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

/** What frames carry. A venue may stall in one kind alone, while the others go on. */
export type FrameKind = 'trades' | 'quotes' | 'depth' | 'marks';

const KINDS: readonly FrameKind[] = ['trades', 'quotes', 'depth', 'marks'];

/** The lag of every connection that is open, kind by kind. */
export class DeliveryLag {
  readonly #lags = new Map<number, ConnectionLag>();

  note(kind: FrameKind, connection: number, lagMs: number, eventTimeMs: number): void {
    const key = keyOf(kind, connection);
    let lag = this.#lags.get(key);
    if (lag === undefined) {
      lag = new ConnectionLag();
      this.#lags.set(key, lag);
    }
    lag.note(lagMs, eventTimeMs);
  }

  /** Whether everything that happened before `timeMs` can be believed to have been delivered. */
  allHavePassed(timeMs: number): boolean {
    for (const lag of this.#lags.values()) if (!lag.hasPassed(timeMs)) return false;
    return true;
  }

  /** The same of one kind on one connection. */
  hasPassed(kind: FrameKind, connection: number, timeMs: number): boolean {
    return this.#lags.get(keyOf(kind, connection))?.hasPassed(timeMs) === true;
  }

  forget(connection: number): void {
    for (const kind of KINDS) this.#lags.delete(keyOf(kind, connection));
  }

  closeSecond(): void {
    for (const lag of this.#lags.values()) lag.closeSecond();
  }

  /** The worst of the last second; `undefined` before the first. */
  get lastMs(): number | undefined {
    let worst: number | undefined;
    for (const { lastMs } of this.#lags.values()) {
      if (lastMs !== undefined && (worst === undefined || lastMs > worst)) worst = lastMs;
    }
    return worst;
  }

  /** Frames of some kind on some connection come late. */
  get delayed(): boolean {
    return [...this.#lags.values()].some(({ delayed }) => delayed);
  }

  /** Some come from the future: one of the two clocks was set. */
  get ahead(): boolean {
    return [...this.#lags.values()].some(({ ahead }) => ahead);
  }
}

const keyOf = (kind: FrameKind, connection: number): number => connection * KINDS.length + KINDS.indexOf(kind);
