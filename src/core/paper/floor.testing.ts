import { Books } from '../delivery/books.ts';
import { asJson } from '../delivery/scene.testing.ts';
import type { Effect } from '../engine/effect.ts';
import { Engine } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/event.ts';
import { clock, Dial, ETH, quote, settingsFor } from '../engine/scripted.testing.ts';
import type { TradingSettings } from '../engine/settings.ts';
import type { Quote } from '../market/quote.ts';
import { TRADING } from './paper.testing.ts';

/** An engine that trades on paper, with one strategy that thinks what it is told to. */
export class Floor {
  readonly dial = new Dial();
  readonly effects: Effect[] = [];
  readonly settings;
  books = new Books();
  engine: Engine;
  nowMs = 0;

  constructor(changes: Partial<TradingSettings> = {}) {
    this.settings = settingsFor([this.dial.definition], { trading: { ...TRADING, ...changes } });
    this.engine = this.begin(true);
  }

  begin(isListed: boolean): Engine {
    const engine = new Engine(this.settings, this.books);
    if (isListed) engine.apply({ kind: 'instrument', instrument: ETH });
    return engine;
  }

  /** The process ends and comes back: what it knows is what the effects tell. */
  restart(isListed = true): this {
    this.books = new Books();
    for (const effect of this.effects) this.books.apply(asJson(effect));
    this.engine = this.begin(isListed);
    return this;
  }

  apply(...events: readonly EngineEvent[]): this {
    for (const event of events) this.effects.push(...this.engine.apply(event));
    return this;
  }

  /** A quote every half second, ten deep, and a clock every second. */
  until(untilMs: number, bid = 3500, shows = this.dial.opinion): this {
    this.dial.opinion = shows;
    for (; this.nowMs < untilMs; this.nowMs += 500) {
      if (this.nowMs % 1000 === 0) this.apply(clock(this.nowMs));
      this.apply(deep(this.nowMs, bid));
    }
    return this.apply(clock(untilMs));
  }

  get told(): string[] {
    return this.effects.flatMap((effect) => {
      if (effect.kind !== 'delivery_reported') return [];
      const { type, leg, cumQty, avgPrice, reason } = effect.report;
      return [[type, leg, cumQty, avgPrice, reason].filter((each) => each !== undefined).join(' ')];
    });
  }

  get positions() {
    return this.books.deliveries.positions;
  }
}

export const deep = (atMs: number, bid: number): Quote => ({
  ...quote(atMs, bid, bid + 0.01),
  bidSize: 10,
  askSize: 10,
});
