import type { Signal } from '../signals/signal.ts';
import type { Effect } from './effect.ts';
import type { Engine } from './engine.ts';
import type { EngineEvent } from './event.ts';
import { applyAll, clock, Dial, engineFor, START_MS, settingsFor, trade } from './scripted.testing.ts';
import type { EngineSettings } from './settings.ts';

export const issued = (effects: readonly Effect[]): Signal[] =>
  effects.flatMap((effect) => (effect.kind === 'signal_issued' ? effect.signal : []));

/** `issued 1000`, `EXPIRED 16000`: what happened and when, in milliseconds after the start. */
export const told = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => {
    if (effect.kind === 'signal_issued') return `issued ${Math.floor(effect.signal.stampUs / 1000) - START_MS}`;
    return effect.kind === 'signal_ended' ? `${effect.state} ${effect.atMs - START_MS}` : effect.kind;
  });

/** An engine with one dial, an ETHUSDT that trades every half second, and everything that came out. */
export class Stage {
  readonly dial = new Dial();
  readonly engine: Engine;
  readonly effects: Effect[] = [];
  #atMs = 0;

  constructor(changes: Partial<EngineSettings> = {}) {
    this.engine = engineFor(settingsFor([this.dial.definition], changes));
  }

  /** Trades until `untilMs`, whose second is decided with what the dial shows now. */
  until(untilMs: number, shows = this.dial.opinion): this {
    this.dial.opinion = shows;
    for (; this.#atMs < untilMs; this.#atMs += 500) this.apply(trade(this.#atMs));
    return this.apply(clock(untilMs));
  }

  apply(...events: readonly EngineEvent[]): this {
    this.effects.push(...applyAll(this.engine, events));
    return this;
  }
}
