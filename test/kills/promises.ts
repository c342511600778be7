import type { Said } from './executor-process.ts';
import type { Arrival } from './venue.ts';

/** Rounding of the two clocks' milliseconds against each other. */
const ROUNDING_MS = 2;

type Claim = Extract<Said, { kind: 'claim' }>;
type Report = Extract<Said, { kind: 'report' }>;

/**
 * Everything that was ever promised to anybody, and everything that happened at the venue: kept where no kill reaches.
 * Whatever contradicts an earlier promise becomes a problem at once.
 */
export class Promises {
  /** Signals whose publication was answered with 2xx. */
  readonly published = new Set<string>();
  readonly claims: Claim[] = [];
  readonly reports: Report[] = [];
  /** Signals that a client of the guide was shown live, with their stamps. */
  readonly shown = new Map<string, string>();
  /** Events by `seq`, as the follower read them: the id of the signal where one was issued. */
  readonly issued = new Set<string>();
  readonly problems: string[] = [];
  doubles = 0;
  late = 0;
  /** Left in time and came after it: the way to the venue is nobody's to shorten. */
  arrivedLate = 0;
  lost = 0;
  shownAndExecuted = 0;
  /** Upper bounds of the wall time at which each signal is over, the lowest. */
  readonly #overMs = new Map<string, number>();
  readonly #submitted = new Map<string, Arrival>();
  readonly #granted = new Map<string, Claim>();

  problem(sentence: string): void {
    this.problems.push(sentence);
  }

  /** Something acknowledged is not there. */
  isLost(sentence: string): void {
    this.lost += 1;
    this.problem(`lost: ${sentence}`);
  }

  /** The server has just said that so many wall milliseconds are left of the signal, so it cannot last longer. */
  hasLeft(signalId: string, leftMs: number): void {
    const overMs = Date.now() + leftMs;
    this.#overMs.set(signalId, Math.min(overMs, this.#overMs.get(signalId) ?? Number.POSITIVE_INFINITY));
  }

  hear(said: Said): void {
    if (said.kind === 'claim') this.#granting(said);
    if (said.kind === 'report') this.reports.push(said);
  }

  #granting(claim: Claim): void {
    this.claims.push(claim);
    const before = this.#granted.get(claim.signalId);
    this.#granted.set(claim.signalId, claim);
    if (before !== undefined && before.clientOrderId !== claim.clientOrderId) {
      this.problem(`${claim.signalId} was granted as ${before.clientOrderId} and as ${claim.clientOrderId}`);
    }
  }

  /** At the end, when every bound is known. @param arrivals everything that came to the venue */
  judge(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const { signalId, leg, clientOrderId } = arrival.order;
      const key = `${signalId} ${leg}`;
      if (this.#submitted.has(key)) {
        this.doubles += 1;
        this.problem(`${key} was sent twice: by executor ${this.#submitted.get(key)?.sender} and ${arrival.sender}`);
      }
      this.#submitted.set(key, arrival);
      if (this.shown.has(signalId)) {
        this.shownAndExecuted += 1;
        this.problem(`${signalId} was shown to a client of the guide and sent as ${clientOrderId}`);
      }
      if (leg === 'ENTRY') this.#judgeTime(arrival);
    }
  }

  #judgeTime({ order: { signalId }, leftMs, arrivedMs }: Arrival): void {
    const overMs = this.#overMs.get(signalId);
    if (overMs === undefined) {
      this.problem(`${signalId} was sent and nobody was told of it`);
    } else if (leftMs > overMs + ROUNDING_MS) {
      this.late += 1;
      this.problem(`${signalId} was sent ${leftMs - overMs} ms after its end`);
    } else if (arrivedMs > overMs + ROUNDING_MS) this.arrivedLate += 1;
  }
}
