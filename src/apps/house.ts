import type { Effect } from '../core/engine/effect.ts';
import { Engine } from '../core/engine/engine.ts';
import type { EngineEvent } from '../core/engine/event.ts';
import type { EngineSettings } from '../core/engine/settings.ts';
import type { SignalBook } from '../core/signals/signal-book.ts';
import type { MarketClock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { EventBatch } from '../ports/market-feed.ts';
import type { Outlet } from '../ports/outlet.ts';

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
  readonly past: SignalBook;
  readonly clock: MarketClock;
  readonly outlets: readonly Outlet[];
}

/**
 * Decide, remember, tell. One turn after the other: the engine decides at once, in memory; its effects are told only
 * after the journal has them on disk, so whatever a listener has heard survives a restart. A turn without effects
 * waits for nothing.
 */
export class House {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #clock: MarketClock;
  readonly #outlets: readonly Outlet[];
  #lastTurn: Promise<unknown> = Promise.resolve();
  #journalFault: JournalFault | undefined;
  /** A bug of ours in the middle of a decision: whatever came next would stand on sand. */
  #broken: Error | undefined;

  constructor({ settings, journal, past, clock, outlets }: HouseParts) {
    this.#engine = new Engine(settings, past.copy());
    this.#journal = journal;
    this.#clock = clock;
    this.#outlets = outlets;
  }

  get census(): Engine['census'] {
    return this.#engine.census;
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
    const turn = this.#lastTurn.then(() => this.#turn(batch));
    this.#lastTurn = turn.catch(ignoreHere);
    return turn;
  }

  async #turn(batch: EventBatch): Promise<readonly Effect[]> {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#journalFault !== undefined) throw new Error(`the journal failed: ${this.#journalFault.reason}`);
    const effects = this.#decide(batch);
    if (effects.length === 0) return effects;
    try {
      await this.#journal.append(effects);
    } catch (error) {
      this.distrustJournal(messageOf(error));
      throw error;
    }
    for (const outlet of this.#outlets) outlet.publish(effects);
    return effects;
  }

  #decide(batch: EventBatch): readonly Effect[] {
    const effects: Effect[] = [];
    try {
      batch((event) => {
        for (const effect of this.#engine.apply(event)) effects.push(effect);
      });
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
    return effects;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whoever gave the batch hears of the failure; the queue behind it only has to know that the turn is over. */
function ignoreHere(): undefined {
  return undefined;
}
