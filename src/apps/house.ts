import { setImmediate } from 'node:timers/promises';
import type { Books } from '../core/delivery/books.ts';
import type { Command } from '../core/delivery/command.ts';
import type { Moment } from '../core/delivery/moment.ts';
import type { Replies } from '../core/delivery/reply.ts';
import type { Effect } from '../core/engine/effect.ts';
import { Engine } from '../core/engine/engine.ts';
import type { EngineEvent } from '../core/engine/event.ts';
import type { EngineSettings } from '../core/engine/settings.ts';
import type { Instrument } from '../core/market/instrument.ts';
import type { MarketClock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { EventBatch } from '../ports/market-feed.ts';
import type { MarketTap } from '../ports/market-tap.ts';
import type { Outlet } from '../ports/outlet.ts';
import type { Recorder } from '../ports/recorder.ts';
import type { TurnWatch } from '../ports/turn-watch.ts';

/** The journal refused to write. Nothing is decided any more; what was told before still holds. */
export interface JournalFault {
  readonly reason: string;
  /** Market time. */
  readonly sinceMs: number;
}

export interface HouseParts {
  readonly settings: EngineSettings;
  readonly journal: Journal;
  /** The journal, folded: start-up has no other way to know the past, and neither has a restart. */
  readonly past: Books;
  readonly clock: MarketClock;
  /** House time: wall time that never goes back, from the last one that the journal knows of. */
  readonly houseClock: Pick<MarketClock, 'nowMs'>;
  readonly outlets: readonly Outlet[];
  /** Sees every event behind the engine. */
  readonly tap?: MarketTap;
  /** Writes down what the engine is told, in its order. */
  readonly recorder?: Recorder | undefined;
  readonly watch?: TurnWatch;
  /** How long turns wait for others to share their write: a round of the event loop, unless time is not real. */
  readonly gather?: () => Promise<unknown>;
}

/** Something to decide, waiting for its turn. */
interface Job {
  decide(): readonly Effect[];
  done(): void;
  failed(error: unknown): void;
}

/** How many turns share one write to disk at most. */
const GROUP_MAX = 256;

/**
 * Decide, remember, tell. One turn after the other: the engine decides at once, in memory; its effects are told only
 * after the journal has them on disk, so whatever a listener has heard survives a restart. Turns that wait at the same
 * time are decided in their order and written together. A turn without effects waits for nothing but those before it.
 */
export class House {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #clock: MarketClock;
  readonly #houseClock: Pick<MarketClock, 'nowMs'>;
  readonly #outlets: readonly Outlet[];
  readonly #tap: MarketTap | undefined;
  readonly #recorder: Recorder | undefined;
  readonly #watch: TurnWatch | undefined;
  readonly #gather: () => Promise<unknown>;
  #waiting: Job[] = [];
  #working = false;
  #journalFault: JournalFault | undefined;
  /** A bug of ours in the middle of a decision: whatever came next would stand on sand. */
  #broken: Error | undefined;

  constructor(parts: HouseParts) {
    const { settings, journal, past, clock, houseClock, outlets, tap, recorder, watch, gather = setImmediate } = parts;
    this.#engine = new Engine(settings, past.copy());
    this.#journal = journal;
    this.#clock = clock;
    this.#houseClock = houseClock;
    this.#outlets = outlets;
    this.#tap = tap;
    this.#recorder = recorder;
    this.#watch = watch;
    this.#gather = gather;
  }

  get census(): Engine['census'] {
    return this.#engine.census;
  }

  /** What the market has said of an instrument, `undefined` before it did. */
  instrument(symbol: string): Instrument | undefined {
    return this.#engine.instrument(symbol);
  }

  get symbols(): readonly string[] {
    return this.#engine.symbols;
  }

  /** As `Engine.look`: between two turns, and nobody waits for it. */
  look(symbol: string, nowMs: number): ReturnType<Engine['look']> {
    return this.#engine.look(symbol, nowMs);
  }

  bars(...asked: Parameters<Engine['bars']>): ReturnType<Engine['bars']> {
    return this.#engine.bars(...asked);
  }

  /** The paper account and the market as they are at this moment. */
  get account(): Pick<Engine, 'equity' | 'exitPrice' | 'statement' | 'symbols'> {
    return this.#engine;
  }

  /** Set once the journal has failed, and then for good: a person must look before anything is decided again. */
  get journalFault(): JournalFault | undefined {
    return this.#journalFault;
  }

  /**
   * Somebody else found the journal lost, such as who writes the position: nothing is decided on it any more, even
   * before the next effect would have found out.
   */
  distrustJournal(reason: string): void {
    this.#journalFault ??= { reason, sinceMs: this.#clock.nowMs() };
  }

  /** @returns the effects, which are on disk by then. Rejects when the journal cannot write. */
  submit(events: readonly EngineEvent[]): Promise<readonly Effect[]> {
    return this.take((deliver) => {
      for (const event of events) deliver(event);
    });
  }

  /** As `submit`, for sources that reuse their event objects: the batch is produced when its turn comes. */
  take(batch: EventBatch): Promise<readonly Effect[]> {
    return this.#turn((effects: Effect[]) => {
      // Asked once: what the paper venue does in a batch happens to the house at one moment.
      const time = this.#moment();
      batch((event) => {
        const told = this.#engine.apply(event, time);
        for (const effect of told) effects.push(effect);
        this.#recorder?.applied(event, told);
        if (this.#tap?.listening === true) this.#tap.see(event);
      });
      return effects;
    });
  }

  /**
   * @returns the answer, when everything it rests on is on disk. Rejects when the journal cannot write, and then
   * nobody knows whether the command took place: asked again after a restart it is answered as if it were the first time.
   */
  ask<C extends Command>(command: C): Promise<Replies[C['kind']]> {
    return this.#turn((effects) => {
      const moment = this.#moment();
      const reply = this.#engine.take(command, moment);
      const told = this.#engine.drain();
      for (const effect of told) effects.push(effect);
      this.#recorder?.took(command, moment, told);
      return reply;
    });
  }

  #moment(): Moment {
    return {
      atMs: this.#clock.nowMs(),
      wallMs: this.#houseClock.nowMs(),
      speed: this.#clock.topSpeed ?? this.#clock.speed,
    };
  }

  #turn<T>(decide: (effects: Effect[]) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const effects: Effect[] = [];
      let answer: T;
      this.#waiting.push({
        decide: () => {
          answer = decide(effects);
          return effects;
        },
        done: () => resolve(answer),
        failed: reject,
      });
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    // Until every socket that has something to say was read: a sync to disk costs the same for one turn as for all.
    await this.#gather();
    while (this.#waiting.length > 0) await this.#group(this.#waiting.splice(0, GROUP_MAX));
    this.#working = false;
  }

  async #group(jobs: readonly Job[]): Promise<void> {
    const decided: Job[] = [];
    const effects: Effect[] = [];
    for (const job of jobs) {
      const refusal = this.#refusal();
      if (refusal !== undefined) {
        job.failed(refusal);
        continue;
      }
      try {
        for (const effect of job.decide()) effects.push(effect);
        decided.push(job);
      } catch (error) {
        this.#broken = error instanceof Error ? error : new Error(String(error));
        job.failed(error);
      }
    }
    if (effects.length > 0) this.#watch?.decided(effects);
    try {
      if (effects.length > 0) await this.#journal.append(effects);
    } catch (error) {
      this.distrustJournal(messageOf(error));
      for (const job of decided) job.failed(error);
      return;
    }
    if (effects.length > 0) this.#watch?.journaled(effects);
    if (effects.length > 0) for (const outlet of this.#outlets) outlet.publish(effects);
    for (const job of decided) job.done();
  }

  #refusal(): Error | undefined {
    if (this.#broken !== undefined) return this.#broken;
    return this.#journalFault && new Error(`the journal failed: ${this.#journalFault.reason}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
