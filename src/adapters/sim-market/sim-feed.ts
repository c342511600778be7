import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedMarket } from '../../core/simulation/simulated-market.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventSink, FeedStatus, MarketFeed } from '../../ports/market-feed.ts';

/** A day: more than the longest warm-up, 200 bars of five minutes. */
const HISTORY_MINUTES = 1_440;
/** How often the market is asked for what has happened since, wall milliseconds. */
const STEP_MS = 25;
/** A batch should not keep the API waiting longer than this, wall milliseconds. */
const BATCH_BUDGET_MS = 20;
const HISTORY_BATCH = 4_000;
/** Further behind than this, wall milliseconds, something held the market up: health says so until it is over. */
const HURRY_AFTER_MS = 2_000;
/** Further behind than this, wall milliseconds, the machine cannot follow the speed it was asked for. */
const SLOW_DOWN_AFTER_MS = 400;

/** A clock whose slope a feed can lower when it cannot keep up. */
export interface PacedClock extends MarketClock {
  setRate(rate: number): void;
  /** Lets a clock run that was held until the market is warm. */
  release(): void;
}

export interface SimFeedOptions {
  readonly market: SimulatedMarket;
  readonly scenario: string;
  /** Market time the market starts at. */
  readonly startTimeMs: number;
  readonly clock: PacedClock;
  /** Market time that nobody watched before this start, if there was an earlier one. */
  readonly gap: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Paces the embedded market: history at once, what lies between start and now quickly, then as time passes. */
export class SimFeed implements MarketFeed {
  readonly kind = 'SIMULATED';
  readonly label: string;
  readonly symbols: readonly string[];
  readonly #options: SimFeedOptions;
  readonly #speed: number;
  #status: FeedStatus;
  #deliveredMs: number;
  /** Market time per batch, adapted so that a batch stays within its budget. */
  #batchMs = 1_000;

  constructor(options: SimFeedOptions) {
    this.#options = options;
    this.#speed = options.clock.speed;
    this.label = `SIMULATED ${options.scenario}`;
    this.symbols = options.market.instruments.map((instrument) => instrument.symbol);
    this.#deliveredMs = options.startTimeMs;
    this.#status = this.#statusOf('warming', 'the indicators are warming up on simulated history');
  }

  get status(): FeedStatus {
    return this.#status;
  }

  /** Prices to go on from after a restart. */
  lastPrices(): Record<string, number> {
    return this.#options.market.lastPrices();
  }

  async run(sink: EventSink, stop: AbortSignal): Promise<void> {
    await this.#warmUp(sink, stop);
    await this.#catchUp(sink, stop);
    this.#options.clock.release();
    while (!stop.aborted) {
      await this.#catchUp(sink, stop);
      await sleep(STEP_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  async #warmUp(sink: EventSink, stop: AbortSignal): Promise<void> {
    const { market, gap } = this.#options;
    await sink((deliver) => {
      if (gap !== undefined) {
        deliver({ kind: 'gap', symbol: undefined, ...gap, reason: 'the program was not running' });
      }
      for (const instrument of market.instruments) deliver({ kind: 'instrument', instrument });
    });
    const history = market.history(HISTORY_MINUTES)[Symbol.iterator]();
    for (let done = false; !done && !stop.aborted; ) {
      await sink((deliver) => {
        for (let count = 0; count < HISTORY_BATCH; count += 1) {
          const bar = history.next();
          if (bar.done === true) {
            done = true;
            return;
          }
          deliver(bar.value);
        }
      });
      await breathe();
    }
  }

  /** Delivers up to now, in batches short enough that the API answers in between. */
  async #catchUp(sink: EventSink, stop: AbortSignal): Promise<void> {
    const { market, clock } = this.#options;
    for (let targetMs = clock.nowMs(); this.#deliveredMs < targetMs && !stop.aborted; targetMs = clock.nowMs()) {
      this.#judgeLag((targetMs - this.#deliveredMs) / clock.speed);
      const untilMs = Math.min(targetMs, this.#deliveredMs + this.#batchMs);
      const beganMs = performance.now();
      await sink((deliver) => market.advance(untilMs, deliver));
      this.#adaptBatch(performance.now() - beganMs);
      this.#deliveredMs = untilMs;
      await breathe();
    }
    this.#judgeLag(0);
  }

  #adaptBatch(tookMs: number): void {
    if (tookMs > BATCH_BUDGET_MS) this.#batchMs = Math.max(100, this.#batchMs / 2);
    else if (tookMs < BATCH_BUDGET_MS / 4) this.#batchMs = Math.min(60_000, this.#batchMs * 2);
  }

  /** @param lagMs How far the market is behind its clock, wall milliseconds. */
  #judgeLag(lagMs: number): void {
    const { clock } = this.#options;
    if (lagMs > HURRY_AFTER_MS) {
      this.#become('degraded', `the market is ${Math.round(lagMs / 1000)} s behind and hurries`);
      return;
    }
    if (this.#status.state === 'flowing') {
      if (lagMs > SLOW_DOWN_AFTER_MS) clock.setRate(clock.speed * 0.9);
      else if (lagMs === 0 && clock.speed < this.#speed) clock.setRate(Math.min(this.#speed, clock.speed * 1.02));
    }
    if (lagMs > 0 && this.#status.state !== 'flowing') return;
    const slow = clock.speed < this.#speed * 0.95;
    this.#become('flowing', slow ? `this machine follows at ${clock.speed.toFixed(1)}x of ${this.#speed}x` : undefined);
  }

  #become(state: FeedStatus['state'], reason: string | undefined): void {
    if (this.#status.state === state) this.#status = { ...this.#status, reason };
    else this.#status = this.#statusOf(state, reason);
  }

  #statusOf(state: FeedStatus['state'], reason: string | undefined): FeedStatus {
    return { state, reason, sinceMs: this.#options.clock.nowMs(), problems: {} };
  }
}

/** Lets sockets and timers have their turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
