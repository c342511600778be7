import type { Effect } from '../../src/core/engine/effect.ts';

/** Something that somebody was told is done: it must be in the journal whatever happens. */
export type Promised =
  | { readonly what: 'signal'; readonly id: string }
  | { readonly what: 'grant'; readonly fence: number; readonly clientOrderId: string }
  | { readonly what: 'report'; readonly id: string }
  | { readonly what: 'session'; readonly id: string; readonly epoch: number }
  | { readonly what: 'shown'; readonly id: string }
  | { readonly what: 'event'; readonly seq: number; readonly type: string };

/** An order that an executor let go, whether or not it reached the venue. */
export interface Submission {
  readonly signalId: string;
  readonly account: string;
  readonly leg: string;
  readonly clientOrderId: string;
  readonly who: string;
  /** Virtual time of the last look at the deadline. */
  readonly lookedMs: number;
  /** Later than that when the process stood still in between. */
  readonly leftMs: number;
}

/** What was seen from outside of everything: in virtual time, which no clock in the world tells. */
export class Witness {
  readonly promises: Promised[] = [];
  readonly submissions: Submission[] = [];
  /** Virtual time at which a signal is over, by its id. */
  readonly overAtMs = new Map<string, number>();
  /** Signals that a client of the guide has read. */
  readonly readByGuide = new Set<string>();
  /** Claims that were refused though their very key holds the grant. */
  readonly grantsDenied: string[] = [];
  readonly counts = { claims: 0, serverKills: 0, clientKills: 0, diskFaults: 0, restarts: 0 };

  /** An event that was sent to a reader. */
  pushed({ cursor, type }: { readonly cursor: string; readonly type: string }): void {
    this.promises.push({ what: 'event', seq: Number(cursor.slice(cursor.indexOf(':') + 1)), type });
  }

  /** @param marketMsPerMs speed of the market clock */
  decided(effects: readonly Effect[], nowMs: number, marketMsPerMs: number): void {
    for (const effect of effects) {
      if (effect.kind !== 'signal_issued') continue;
      const { signalId, expiresAtMs, stampUs } = effect.signal;
      // A stamp may be pushed ahead by those before it; the life begins with the decision.
      const lifeMs = (expiresAtMs - Math.floor(stampUs / 1000)) / marketMsPerMs;
      this.overAtMs.set(signalId, nowMs + lifeMs);
    }
  }
}
