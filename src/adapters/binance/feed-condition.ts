import type { FeedStatus } from '../../ports/market-feed.ts';
import type { BinanceMarket } from './binance-market.ts';

/** The same trouble is told to a person at most this often, wall milliseconds. */
const TELL_EVERY_MS = 60_000;
/** With this share of the instruments in doubt the feed as a whole is degraded. */
const DEGRADED_SHARE = 0.5;

/** What health says of the live feed, measured from the market as it stands. */
export class FeedCondition {
  readonly #troubles: Record<string, number> = {};
  readonly #toldMs = new Map<string, number>();
  #state: FeedStatus['state'] = 'warming';
  #sinceMs: number;
  #lastTrouble: string | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** @returns whether a person should hear of it now */
  count(name: string): boolean {
    this.#troubles[name] = (this.#troubles[name] ?? 0) + 1;
    this.#lastTrouble = name;
    const nowMs = Date.now();
    if (nowMs - (this.#toldMs.get(name) ?? Number.NEGATIVE_INFINITY) < TELL_EVERY_MS) return false;
    this.#toldMs.set(name, nowMs);
    return true;
  }

  status(market: BinanceMarket, nowMs: number, measures: Readonly<Record<string, number>>): FeedStatus {
    const { live } = market;
    let liveCount = 0;
    for (const { phase } of live.lines.values()) if (phase === 'live') liveCount += 1;
    const { state, reason } = this.#judge(market, liveCount);
    if (state !== this.#state) {
      this.#state = state;
      this.#sinceMs = live.nowMs(nowMs);
    }
    return {
      state,
      reason,
      sinceMs: this.#sinceMs,
      problems: { ...live.problems, ...market.refusals, ...this.#troubles },
      doubts: live.doubts.standing,
      measures: {
        ...measures,
        instruments: live.lines.size,
        instruments_live: liveCount,
        instruments_in_doubt: live.doubts.symbolCount,
        clock_offset_ms: live.offset.offsetMs,
        delivery_lag_ms: live.lagMs ?? 0,
        overlapping_frames: live.overlapped,
        liquidations: market.liquidationCount,
      },
    };
  }

  #judge(market: BinanceMarket, liveCount: number): Pick<FeedStatus, 'state' | 'reason'> {
    const { doubts, lines } = market.live;
    const { standing } = doubts;
    const ofAll = standing.find(({ symbols }) => symbols === undefined);
    if (ofAll !== undefined) return { state: 'degraded', reason: ofAll.reason };
    if (liveCount === 0) {
      const waiting = lines.size === 0 ? 'the venue has not listed its instruments yet' : warming(lines.size);
      const trouble = this.#lastTrouble === undefined ? '' : `; last trouble: ${this.#lastTrouble}`;
      return { state: 'warming', reason: `${waiting}${trouble}` };
    }
    if (doubts.symbolCount >= liveCount * DEGRADED_SHARE) {
      const worst = [...standing].sort((a, b) => (b.symbols?.length ?? 0) - (a.symbols?.length ?? 0))[0];
      const count = `${worst?.symbols?.length ?? doubts.symbolCount} of ${liveCount} instruments`;
      // A doubt is over when the second in which it ended has been decided on.
      return { state: 'degraded', reason: `${count}: ${worst?.reason ?? 'what spoke against them has just ended'}` };
    }
    return { state: 'flowing', reason: undefined };
  }
}

const warming = (count: number): string =>
  `the history of ${count === 1 ? 'the instrument' : `${count} instruments`} is being fetched`;
