import { performance } from 'node:perf_hooks';
import type { MarketEvent } from '../../core/engine/event.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { EventSink, FeedStatus, MarketFeed } from '../../ports/market-feed.ts';
import { BinanceMarket, type BinanceMarketOptions } from './binance-market.ts';
import type { Endpoints } from './endpoints.ts';
import { FeedCondition } from './feed-condition.ts';
import { Inbox } from './inbox.ts';
import { Questions } from './questions.ts';
import type { Received } from './received.ts';
import { StreamPool } from './stream-pool.ts';
import { VenueRest } from './venue-rest.ts';
import { WeightBudget } from './weight-budget.ts';

/** How often time is looked at, at least. */
const LOOK_MS = 10;
/** Sockets and questions are looked at once for this many looks at the time. */
const TEND_EVERY = 10;
/** A look this many times too late finds sockets that have not been read for as long: they are read first. */
const LATE_FACTOR = 6;
/** A turn of the house should not keep the API waiting longer than this. */
const BATCH_BUDGET_MS = 4;
/** The clock is asked once for this many frames. */
const BATCH_STEP = 32;
/** What waits longer than this, receive time, says that this computer cannot follow. */
const BEHIND_AFTER_MS = 1_000;
/** With more frames than this waiting they are given up: ids show what was lost, and it is fetched. */
const INBOX_MAX = 250_000;

export interface BinanceFeedOptions {
  readonly endpoints: Endpoints;
  /** How every surface names it. */
  readonly label: string;
  readonly market: BinanceMarketOptions;
  readonly clock: MarketClock;
  /** Market time that nobody watched before this start, if there was an earlier one. */
  readonly gap: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** In [0, 1); only for the jitter of waiting times. */
  readonly chance: () => number;
  /** Hears everything that was received, in the order it is taken: a recorder. Must not throw. */
  readonly onReceived?: (received: Received) => void;
  /** Tells a person what went wrong with the venue. */
  readonly warn?: (sentence: string) => void;
  readonly connectionLifeMs?: number;
  /** How often time is looked at, wall milliseconds: more often where market time runs faster than the wall's. */
  readonly lookEveryMs?: number;
}

/** The live market: sockets and requests on one side, the pure market on the other, and an inbox between them. */
export class BinanceFeed implements MarketFeed {
  readonly kind = 'LIVE';
  readonly label: string;
  readonly market: BinanceMarket;
  readonly #options: BinanceFeedOptions;
  readonly #inbox = new Inbox();
  readonly #budget = new WeightBudget();
  readonly #pool: StreamPool;
  readonly #condition: FeedCondition;
  readonly #stop = new AbortController();
  readonly #questions: Questions;
  #lookedMs = performance.now();
  #tendedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #tickPending = false;
  #behind = false;

  constructor(options: BinanceFeedOptions) {
    this.#options = options;
    const { clock, chance, endpoints } = options;
    this.label = options.label;
    this.market = new BinanceMarket(options.market);
    const rest = new VenueRest(endpoints.rest, this.#budget, () => this.#venueMs());
    this.#pool = new StreamPool({
      endpoints,
      chance,
      nowMs: () => clock.nowMs(),
      ...(options.connectionLifeMs === undefined ? {} : { lifeMs: options.connectionLifeMs }),
      handlers: {
        frame: (connection, text) => this.#inbox.push({ kind: 'frame', atMs: clock.nowMs(), connection, text }),
        confirmed: (connection, method, streams) => {
          const kind = method === 'SUBSCRIBE' ? 'subscribed' : 'unsubscribed';
          this.#inbox.push({ kind, atMs: clock.nowMs(), connection, streams });
        },
        closed: (connection, reason) => {
          this.#inbox.push({ kind: 'closed', atMs: clock.nowMs(), connection, reason });
          if (!this.#stop.signal.aborted) this.#trouble(`connection ended: ${nameOf(reason)}`, reason);
        },
      },
    });
    this.#questions = new Questions({
      ask: (asked) => rest.ask(asked, this.#stop.signal),
      budget: this.#budget,
      nowMs: () => clock.nowMs(),
      chance,
      received: (received) => this.#inbox.push(received),
      failed: (name, problem) => {
        if (!this.#stop.signal.aborted) this.#trouble(name, problem);
      },
    });
    this.#condition = new FeedCondition(clock.nowMs());
  }

  get #lookEveryMs(): number {
    return this.#options.lookEveryMs ?? LOOK_MS;
  }

  get symbols(): readonly string[] {
    return [...this.market.live.lines.keys()];
  }

  get status(): FeedStatus {
    const nowMs = this.#options.clock.nowMs();
    return this.#condition.status(this.market, nowMs, {
      rest_weight_used: this.#budget.used(this.#venueMs()),
      rest_weight_limit: this.#budget.limit,
      rest_paused_seconds: Math.max(0, (this.#budget.pausedUntilMs(this.#venueMs()) ?? 0) - this.#venueMs()) / 1_000,
      connections_open: this.#pool.openCount,
      connections_wanted: this.#pool.slotCount,
      inbox_frames: this.#inbox.length,
    });
  }

  async run(sink: EventSink, stop: AbortSignal): Promise<void> {
    const { gap } = this.#options;
    if (gap !== undefined) {
      const reason = 'the program was not running';
      await sink((deliver) => deliver({ kind: 'gap', symbol: undefined, ...gap, reason }));
    }
    this.#lookAgain();
    const stopped = (): void => this.#inbox.release();
    stop.addEventListener('abort', stopped);
    try {
      while (!stop.aborted) {
        await this.#inbox.waitForSome();
        if (!stop.aborted) await sink((deliver) => this.#takeSome(deliver));
      }
    } finally {
      clearTimeout(this.#timer);
      stop.removeEventListener('abort', stopped);
      this.#stop.abort();
      this.#pool.close();
    }
  }

  #takeSome(deliver: (event: MarketEvent) => void): void {
    const untilMs = performance.now() + BATCH_BUDGET_MS;
    this.#judgeBacklog(deliver);
    do {
      for (let count = 0; count < BATCH_STEP; count += 1) {
        const received = this.#inbox.shift();
        if (received === undefined) return;
        if (received.kind === 'tick') this.#tickPending = false;
        this.#take(received, deliver);
      }
    } while (performance.now() < untilMs);
  }

  #take(received: Received, deliver: (event: MarketEvent) => void): void {
    this.#options.onReceived?.(received);
    this.market.take(received, deliver);
  }

  #judgeBacklog(deliver: (event: MarketEvent) => void): void {
    const oldest = this.#inbox.peek();
    if (oldest === undefined) return;
    const nowMs = this.#options.clock.nowMs();
    if (this.#inbox.length > INBOX_MAX) {
      this.#trouble('inbox given up', 'this computer cannot follow: what waited is given up');
      this.#inbox.dropFrames();
    }
    const behind = nowMs - oldest.atMs > BEHIND_AFTER_MS;
    if (behind === this.#behind) return;
    this.#behind = behind;
    this.#take({ kind: 'behind', atMs: oldest.atMs, behind }, deliver);
  }

  /** Looks when a second is due, and at least every so often. */
  #lookAgain(): void {
    const untilDueMs = this.market.live.dueAtMs - this.#options.clock.nowMs();
    const waitMs = untilDueMs > 0 ? Math.min(untilDueMs, this.#lookEveryMs) : this.#lookEveryMs;
    this.#timer = setTimeout(() => {
      this.#look();
      this.#lookAgain();
    }, waitMs);
  }

  #look(): void {
    const nowMs = performance.now();
    const late = nowMs - this.#lookedMs > Math.max(LOOK_MS, this.#lookEveryMs) * LATE_FACTOR;
    this.#lookedMs = nowMs;
    // What waits in the sockets is of the time before: it must come before that time is called over.
    if (late) return;
    const atMs = this.#options.clock.nowMs();
    if (!this.#tickPending && this.market.live.offset.known && atMs >= this.market.live.dueAtMs) {
      this.#tickPending = true;
      this.#inbox.push({ kind: 'tick', atMs });
    }
    if (nowMs - this.#tendedMs < this.#lookEveryMs * TEND_EVERY) return;
    this.#tendedMs = nowMs;
    this.#budget.limit = this.market.weightPerMinute ?? this.#budget.limit;
    this.#pool.want(this.market.wantedStreams);
    this.#pool.look();
    this.#questions.look(this.market.wants(atMs), this.market.listingDoubted);
  }

  #venueMs(): number {
    return this.market.live.nowMs(this.#options.clock.nowMs());
  }

  #trouble(name: string, sentence: string): void {
    if (this.#condition.count(name)) this.#options.warn?.(sentence);
  }
}

/** The part of a reason that it is counted by: no addresses, no codes. */
const nameOf = (reason: string): string => reason.split(/[:(]/, 1)[0]!.trim();
