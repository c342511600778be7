import type { ServerLatency } from '../../../core/delivery/delivery.ts';
import type { Effect } from '../../../core/engine/effect.ts';
import type { TurnWatch } from '../../../ports/turn-watch.ts';

/** How many of the newest signals are remembered: long enough for every one that can still be claimed. */
const SIGNALS = 4_096;

/**
 * When the newest signals were decided, written down and sent out: house time in microseconds. In memory until a claim
 * takes it along into the journal.
 */
export class LatencyLedger implements TurnWatch {
  readonly #stages = new Map<string, { -readonly [stage in keyof ServerLatency]: ServerLatency[stage] }>();
  readonly #nowUs: () => number;

  /** @param nowUs UTC microseconds of house time */
  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  decided(effects: readonly Effect[]): void {
    for (const id of idsOf(effects)) {
      this.#stages.set(id, { decidedUs: this.#nowUs() });
      if (this.#stages.size <= SIGNALS) continue;
      for (const oldest of this.#stages.keys()) {
        this.#stages.delete(oldest);
        break;
      }
    }
  }

  journaled(effects: readonly Effect[]): void {
    for (const id of idsOf(effects)) {
      const stages = this.#stages.get(id);
      if (stages !== undefined) stages.journaledUs = this.#nowUs();
    }
  }

  /** They were handed to the system for everybody who reads along. */
  pushed(effects: readonly Effect[]): void {
    for (const id of idsOf(effects)) {
      const stages = this.#stages.get(id);
      if (stages !== undefined) stages.pushedUs = this.#nowUs();
    }
  }

  of(signalId: string): ServerLatency {
    return { ...this.#stages.get(signalId) };
  }
}

/** Signals and orders to close that begin with these effects. */
export function idsOf(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.kind === 'signal_issued') return [effect.signal.signalId];
    return effect.kind === 'close_issued' ? [effect.closeId] : [];
  });
}
