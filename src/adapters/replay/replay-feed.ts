import { setTimeout as sleep } from 'node:timers/promises';
import type { MarketEvent } from '../../core/engine/event.ts';
import { SECOND_MS } from '../../core/market/timeframe.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventSink, FeedStatus, MarketFeed } from '../../ports/market-feed.ts';
import type { Playable } from '../../ports/playable.ts';

/** A clock may be stepped while we wait for it; it is looked at again at least this often, in wall time. */
const LOOK_MS_MAX = 250;

/** This far behind the clock, in wall time, something held the tape up (a disk that hung): health says so until it is over. */
const HURRY_AFTER_MS = 2_000;

/**
 * Plays a tape at the pace of a market clock: an event is delivered when the clock has reached its time, never before.
 * In the silence between events the seconds go on, so that what expires does so on time. Plays once.
 */
export class ReplayFeed implements MarketFeed {
  readonly kind = 'REPLAY';
  readonly label: string;
  readonly symbols: readonly string[];
  readonly #tape: Playable;
  readonly #clock: MarketClock;
  #state: FeedStatus['state'] = 'warming';
  #reason: string | undefined = 'the tape has not begun';
  #sinceMs: number;
  /** The last market second that was told; `undefined` before the first event. */
  #secondMs: number | undefined;

  constructor(tape: Playable, clock: MarketClock) {
    this.#tape = tape;
    this.#clock = clock;
    this.label = `REPLAY ${tape.label}`;
    this.symbols = tape.symbols;
    this.#sinceMs = tape.firstTimeMs;
  }

  get status(): FeedStatus {
    const problems = this.#tape.problems;
    return { state: this.#state, reason: this.#reason, sinceMs: this.#sinceMs, problems };
  }

  async run(sink: EventSink, stop: AbortSignal): Promise<void> {
    for await (const batch of this.#tape.batches()) {
      let from = 0;
      while (from < batch.length) {
        if (stop.aborted) return;
        const nowMs = this.#clock.nowMs();
        let to = from;
        while (to < batch.length && dueMs(batch[to]!) <= nowMs) to += 1;
        if (to > from) {
          await this.#deliver(batch.slice(from, to), nowMs, sink);
          from = to;
        } else {
          await this.#tellSecond(nowMs, sink);
          await this.#wait(dueMs(batch[from]!), stop);
        }
      }
    }
    if (!stop.aborted) this.#become('finished', 'the tape has ended');
  }

  async #deliver(events: readonly MarketEvent[], nowMs: number, sink: EventSink): Promise<void> {
    const firstMs = dueMs(events[0]!);
    const behindMs = (nowMs - Math.max(firstMs, this.#tape.firstTimeMs, this.#secondMs ?? 0)) / this.#clock.speed;
    const isLate = behindMs > HURRY_AFTER_MS;
    if (isLate) this.#become('degraded', `the tape is ${Math.round(behindMs / 1000)} s behind and hurries`);
    await sink((deliver) => {
      for (const event of events) deliver(event);
    });
    const lastMs = dueMs(events.at(-1)!);
    if (lastMs !== Number.NEGATIVE_INFINITY) {
      // A recording tells of the past once more where the program was restarted.
      this.#secondMs = Math.max(this.#secondMs ?? 0, Math.floor(lastMs / SECOND_MS) * SECOND_MS);
      if (!isLate) this.#become('flowing', undefined);
    }
    await breathe();
  }

  #become(state: FeedStatus['state'], reason: string | undefined): void {
    if (state !== this.#state) this.#sinceMs = this.#secondMs ?? this.#sinceMs;
    this.#state = state;
    this.#reason = reason;
  }

  /** The next event lies in a later second than this one, or its own `clock` event would be due already. */
  async #tellSecond(nowMs: number, sink: EventSink): Promise<void> {
    const second = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
    if (this.#secondMs === undefined || second <= this.#secondMs) return;
    this.#secondMs = second;
    await sink((deliver) => deliver({ kind: 'clock', eventTimeMs: second }));
  }

  async #wait(eventMs: number, stop: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const nextSecondMs = Math.floor(nowMs / SECOND_MS) * SECOND_MS + SECOND_MS;
    const wallMs = (Math.min(eventMs, nextSecondMs) - nowMs) / this.#clock.speed;
    const pause = sleep(Math.min(LOOK_MS_MAX, Math.max(1, Math.ceil(wallMs))), undefined, { signal: stop });
    await pause.catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
  }
}

/** The market time an event waits for. Instruments are known before everything. */
function dueMs(event: MarketEvent): number {
  switch (event.kind) {
    case 'instrument':
      return Number.NEGATIVE_INFINITY;
    case 'bar':
      return event.closeTimeMs;
    case 'gap':
      return event.toMs;
    case 'catch_up':
      return event.untilMs;
    default:
      return event.eventTimeMs;
  }
}

/** Lets sockets and timers have their turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
