import type { HealthFacts } from '../../adapters/http/api-house.ts';
import { type HealthReport, judgeHealth } from '../../adapters/http/health.ts';
import { durationText, timeText } from '../../contract/notice/digits.ts';
import type { Notice } from '../../contract/notice/notice.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { MarketKind } from '../../ports/market-feed.ts';

/** Shorter troubles heal by themselves; a fault must have lasted so long, and must be gone for so long, house milliseconds. */
const SETTLED_MS = 10_000;

/** A fault that people were told of. Plain JSON: a restart must still tell its end. */
export interface ToldFault {
  readonly reason: string;
  /** House time. */
  readonly sinceMs: number;
}

export interface FaultWatchParts {
  readonly market: { readonly kind: MarketKind; readonly label: string };
  readonly clock: Pick<MarketClock, 'nowMs' | 'speed'>;
  readonly houseMs: () => number;
  readonly health: () => HealthFacts;
  /** Of the last run, when its end was not told. */
  readonly told: ToldFault | undefined;
}

/** Looks at health, as `/api/health` judges it, and says when a fault has begun and when it is over. */
export class FaultWatch {
  readonly #parts: FaultWatchParts;
  #told: ToldFault | undefined;
  /** House time since when health is on the other side than what was told. */
  #turnedMs: number | undefined;

  constructor(parts: FaultWatchParts) {
    this.#parts = parts;
    this.#told = parts.told;
  }

  get told(): ToldFault | undefined {
    return this.#told;
  }

  /** To be called about every second. @returns what there is to tell, mostly nothing */
  look(): Notice | undefined {
    const { market, clock, houseMs, health } = this.#parts;
    const facts = health();
    const report = judgeHealth(facts, { kind: market.kind, nowMs: clock.nowMs(), speed: clock.speed });
    const nowMs = houseMs();
    // A market that warms up is as it should be.
    const isFaulty = report.status !== 'healthy' && (facts.feed.state !== 'warming' || report.status === 'failed');
    if (isFaulty === (this.#told !== undefined)) {
      this.#turnedMs = undefined;
      return undefined;
    }
    this.#turnedMs ??= nowMs;
    const isSettled = nowMs - this.#turnedMs >= SETTLED_MS || report.status === 'failed';
    if (!isSettled) return undefined;
    const turnedMs = this.#turnedMs;
    this.#turnedMs = undefined;
    return isFaulty ? this.#begin(report, turnedMs) : this.#end(nowMs);
  }

  #begin({ reasons }: HealthReport, sinceMs: number): Notice {
    const reason = reasons[0]?.reason ?? 'unhealthy';
    this.#told = { reason, sinceMs };
    const remarks = reasons.slice(1).map((each) => each.reason);
    const rows: [string, string][] = [['since', timeText(reasons[0]?.sinceMs ?? sinceMs)]];
    const remedy = 'No signal is issued on it. What the API says: /api/health';
    return this.#notice('fault', 'alarm', `FAULT: ${reason}`, rows, [...remarks, remedy], sinceMs);
  }

  #end(nowMs: number): Notice {
    const { reason, sinceMs } = this.#told!;
    this.#told = undefined;
    const title = `Fault over after ${durationText(nowMs - sinceMs)}`;
    return this.#notice('fault_over', 'important', title, [['it was', reason]], [], sinceMs);
  }

  #notice(
    kind: 'fault' | 'fault_over',
    level: Notice['level'],
    title: string,
    rows: Notice['rows'],
    remarks: readonly string[],
    sinceMs: number,
  ): Notice {
    const { market, clock, houseMs } = this.#parts;
    const key = `${kind}:${Math.floor(sinceMs)}`;
    const times = { atMs: clock.nowMs(), madeMs: houseMs() };
    return { key, kind, level, market: market.label, title, rows, remarks, ...times };
  }
}
