import type { VenueClock } from './clock.ts';
import type { FaultKind, FaultOrder } from './fault-kinds.ts';

/** One thing that went wrong on command. What a client must notice, and when at the earliest. */
export interface Occurrence {
  readonly fault: number;
  readonly kind: FaultKind;
  /** UTC milliseconds. */
  readonly hostMs: number;
  readonly marketMs: number;
  readonly symbol: string | undefined;
  /** Name of the stream, path of the request, or the connection. */
  readonly where: string;
  /** For a frame: its payload as the market published it. */
  readonly payload: string | undefined;
}

/** Things hit without being logged one by one: a silence of a venue is one fault, not a million. */
const OCCURRENCES_MAX = 1_000;

/** An order that is carried out, frame by frame or request by request, until it is used up. */
export class Fault {
  readonly id: number;
  readonly order: FaultOrder;
  readonly orderedAtMs: number;
  readonly occurrences: Occurrence[] = [];
  /** How often it has struck. */
  struck = 0;
  readonly #clock: VenueClock;
  readonly #endsAtMs: number;
  readonly #most: number;
  #stopped = false;
  readonly #onStop: (() => void)[] = [];
  readonly #onStrike: (occurrence: Occurrence) => void;

  constructor(id: number, order: FaultOrder, clock: VenueClock, onStrike: (occurrence: Occurrence) => void) {
    this.#onStrike = onStrike;
    this.id = id;
    this.order = order;
    this.#clock = clock;
    this.orderedAtMs = clock.hostMs();
    this.#endsAtMs = order.forMs === undefined ? Infinity : this.orderedAtMs + order.forMs;
    this.#most = order.count ?? (order.forMs === undefined && !lasting(order.kind) ? 1 : Infinity);
    if (order.forMs !== undefined) clock.after(order.forMs, () => this.stop());
  }

  get active(): boolean {
    return !this.#stopped && this.struck < this.#most && this.#clock.hostMs() < this.#endsAtMs;
  }

  /** Ends it; what it held up goes on. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const callback of this.#onStop) callback();
  }

  onStop(callback: () => void): void {
    this.#onStop.push(callback);
  }

  strike(where: string, symbol?: string, payload?: string): void {
    this.struck += 1;
    if (this.occurrences.length >= OCCURRENCES_MAX) return;
    const { kind } = this.order;
    const [hostMs, marketMs] = [this.#clock.hostMs(), this.#clock.marketMs()];
    const occurrence = { fault: this.id, kind, hostMs, marketMs, symbol: symbol || undefined, where, payload };
    this.occurrences.push(occurrence);
    this.#onStrike(occurrence);
  }
}

/** Faults that last until they are stopped when nobody says for how long. */
function lasting(kind: FaultKind): boolean {
  return ['silence', 'freeze', 'slow', 'refuse', 'maintenance', 'skew', 'rest-slow'].includes(kind);
}

/** Every fault that was ordered, and what came of it. */
export class FaultLog {
  readonly all: Fault[] = [];
  /** Told of everything that goes wrong, as it does. */
  onStrike: ((occurrence: Occurrence) => void) | undefined;
  readonly #clock: VenueClock;

  constructor(clock: VenueClock) {
    this.#clock = clock;
  }

  order(order: FaultOrder): Fault {
    const fault = new Fault(this.all.length + 1, order, this.#clock, (occurrence) => this.onStrike?.(occurrence));
    this.all.push(fault);
    return fault;
  }

  active(...kinds: readonly FaultKind[]): Fault[] {
    return this.all.filter((fault) => kinds.includes(fault.order.kind) && fault.active);
  }

  /** In the order in which they happened. */
  get occurrences(): Occurrence[] {
    return this.all.flatMap(({ occurrences }) => occurrences).sort((a, b) => a.hostMs - b.hostMs || a.fault - b.fault);
  }
}
