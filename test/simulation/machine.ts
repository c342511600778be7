import type { VirtualTime } from './virtual-time.ts';

/** UTC milliseconds at which every world begins. */
export const BEGIN_MS = Date.UTC(2026, 0, 1);

/**
 * A computer with its two clocks: the monotonic one never goes back, and may stand still while the machine is suspended;
 * the wall clock goes on, and may be set.
 */
export class Machine {
  readonly #time: VirtualTime;
  #wallOffsetMs: number;
  #stoodMs = 0;
  #asleepUntilMs = 0;

  /** @param wallOffsetMs how far its wall clock is off: nobody's clocks agree */
  constructor(time: VirtualTime, wallOffsetMs: number) {
    this.#time = time;
    this.#wallOffsetMs = wallOffsetMs;
  }

  get time(): VirtualTime {
    return this.#time;
  }

  wallMs(): number {
    return Math.floor(BEGIN_MS + this.#time.nowMs + this.#wallOffsetMs);
  }

  /** Its zero means nothing. */
  monotonicMs(): number {
    return this.#time.nowMs - this.#stoodMs;
  }

  setWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Nothing runs here for so long; then everything that was due meanwhile does. */
  suspend(forMs: number, monotonicStands: boolean): void {
    const { nowMs } = this.#time;
    // One that sleeps already only sleeps longer: its clock cannot stand twice at a time.
    const from = Math.max(this.#asleepUntilMs, nowMs);
    this.#asleepUntilMs = Math.max(this.#asleepUntilMs, nowMs + forMs);
    if (monotonicStands) this.#stoodMs += this.#asleepUntilMs - from;
  }

  /** In the past when it is awake. */
  get asleepUntilMs(): number {
    return this.#asleepUntilMs;
  }
}

/** What runs on a machine until it is killed. What was due is then due no more, and nobody is told. */
export class Process {
  readonly machine: Machine;
  #isAlive = true;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  kill(): void {
    this.#isAlive = false;
  }

  after(ms: number, run: () => void): void {
    this.at(this.machine.time.nowMs + ms, run);
  }

  at(atMs: number, run: () => void): void {
    this.machine.time.at(atMs, () => this.#wake(run));
  }

  /** Every so often, from now on. */
  every(ms: number, run: () => void): void {
    this.after(ms, () => {
      run();
      this.every(ms, run);
    });
  }

  #wake(run: () => void): void {
    if (!this.#isAlive) return;
    const { asleepUntilMs, time } = this.machine;
    if (asleepUntilMs > time.nowMs) time.at(asleepUntilMs, () => this.#wake(run));
    else run();
  }
}
