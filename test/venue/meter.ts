import type { VenueLimits } from './limits.ts';

const MINUTE_MS = 60_000;
const FIVE_MINUTES_MS = 300_000;
const LONGEST_BAN_MS = 3 * 86_400_000;

/** Whether a request is let in; if not, with which status and for how many seconds not to come again. */
export type Admission =
  | { readonly ok: true; readonly usedWeight: number }
  | {
      readonly ok: false;
      readonly usedWeight: number;
      readonly status: 429 | 418;
      readonly retryAfterS: number;
      readonly untilMs: number;
    };

/** Counts the weight of one client per clock minute, and bans it when it does not stop. */
export class Meter {
  /** The most that was used in any minute so far. */
  highestWeight = 0;
  readonly #limits: VenueLimits;
  #minute = -1;
  #used = 0;
  #violations = 0;
  #fiveMinutes = -1;
  #fundings = 0;
  #bannedUntilMs = 0;
  #bans = 0;

  constructor(limits: VenueLimits) {
    this.#limits = limits;
  }

  admit(weight: number, isFunding: boolean, nowMs: number): Admission {
    this.#turn(nowMs);
    if (nowMs < this.#bannedUntilMs) return this.#refuse(418, this.#bannedUntilMs, nowMs);
    this.#used += weight;
    this.highestWeight = Math.max(this.highestWeight, this.#used);
    if (isFunding) this.#fundings += 1;
    if (this.#used > this.#limits.weightPerMinute) return this.#violate((this.#minute + 1) * MINUTE_MS, nowMs);
    if (isFunding && this.#fundings > this.#limits.fundingPerFiveMinutes) {
      return this.#violate((this.#fiveMinutes + 1) * FIVE_MINUTES_MS, nowMs);
    }
    return { ok: true, usedWeight: this.#used };
  }

  /** Bans the client from now on. */
  ban(forMs: number, nowMs: number): void {
    this.#bannedUntilMs = nowMs + forMs;
  }

  #violate(untilMs: number, nowMs: number): Admission {
    this.#violations += 1;
    if (this.#violations <= this.#limits.violationsBeforeBan) return this.#refuse(429, untilMs, nowMs);
    this.#violations = 0;
    this.ban(Math.min(LONGEST_BAN_MS, this.#limits.firstBanMs * 2 ** this.#bans), nowMs);
    this.#bans += 1;
    return this.#refuse(418, this.#bannedUntilMs, nowMs);
  }

  #refuse(status: 429 | 418, untilMs: number, nowMs: number): Admission {
    const retryAfterS = Math.max(1, Math.ceil((untilMs - nowMs) / 1_000));
    return { ok: false, usedWeight: this.#used, status, retryAfterS, untilMs };
  }

  #turn(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
      this.#violations = 0;
    }
    const fiveMinutes = Math.floor(nowMs / FIVE_MINUTES_MS);
    if (fiveMinutes === this.#fiveMinutes) return;
    this.#fiveMinutes = fiveMinutes;
    this.#fundings = 0;
  }
}
