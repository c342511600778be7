import { performance } from 'node:perf_hooks';
import { type EngineSettings, signalTtlMs } from '../core/engine/settings.ts';
import type { MarketClock } from '../ports/clock.ts';
import { type EventBatch, isMarketData, type MarketFeed } from '../ports/market-feed.ts';
import type { House } from './house.ts';

/** A decision may be this old when it becomes a signal: five seconds, or half of the shortest life of a signal. */
export function latenessOf({ timeframes, signals }: Pick<EngineSettings, 'timeframes' | 'signals'>): number {
  return Math.min(5_000, ...timeframes.map((timeframe) => signalTtlMs(timeframe, signals) / 2));
}

export interface PlayerParts {
  readonly feed: MarketFeed;
  readonly house: Pick<House, 'submit' | 'take'>;
  readonly clock: MarketClock;
  /** Market milliseconds. */
  readonly lateMs: number;
  /** Market time of which somebody has heard already: nothing is decided about it a second time. */
  readonly livedMs: number;
}

/** Plays a feed into the house, keeps it from deciding about the past, and knows when market data last came. */
export class Player {
  readonly #parts: PlayerParts;
  #lastDataMs: number | undefined;
  #sawPresent = false;

  constructor(parts: PlayerParts) {
    this.#parts = parts;
  }

  /** Wall milliseconds; `undefined` before the first. */
  get dataAgeMs(): number | undefined {
    return this.#lastDataMs === undefined ? undefined : performance.now() - this.#lastDataMs;
  }

  /** Whether anything came that was not over before the play began. */
  get sawPresent(): boolean {
    return this.#sawPresent;
  }

  async play(stop: AbortSignal): Promise<void> {
    const { feed, house, clock, livedMs } = this.#parts;
    const beganMs = clock.nowMs();
    await house.submit([{ kind: 'catch_up', untilMs: Math.max(beganMs, livedMs + 1) }]);
    await feed.run((batch) => this.#take(batch, beganMs), stop);
  }

  async #take(batch: EventBatch, beganMs: number): Promise<void> {
    const { house, clock, lateMs } = this.#parts;
    let data = false;
    await house.take((deliver) => {
      // Asked when the turn comes: whatever held the house up until now counts.
      deliver({ kind: 'catch_up', untilMs: Math.floor(clock.nowMs() - lateMs) });
      batch((event) => {
        if (event.kind === 'clock') this.#sawPresent ||= event.eventTimeMs > beganMs;
        else data ||= isMarketData(event);
        deliver(event);
      });
    });
    if (data) this.#lastDataMs = performance.now();
  }
}
