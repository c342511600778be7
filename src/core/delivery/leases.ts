import { LEASE_MS, type Session } from './session.ts';

/**
 * How long each session still holds its account, in house time. Heartbeats are not journaled: a session that the
 * journal knows has one full lease from the moment it is first asked about, which is what a restart gives it.
 */
export class Leases {
  readonly #untilMs = new Map<string, number>();
  readonly #held: ReadonlySet<string>;

  /** @param held Accounts whose executor lives in this process: its lease never lapses. */
  constructor(held: ReadonlySet<string> = new Set()) {
    this.#held = held;
  }

  /** Nobody else may have it. */
  isHeld(account: string): boolean {
    return this.#held.has(account);
  }

  renew({ sessionId }: Session, wallMs: number): void {
    this.#untilMs.set(sessionId, wallMs + LEASE_MS);
  }

  /** House milliseconds; 0 or less when it has lapsed. */
  remainingMs(session: Session, wallMs: number): number {
    if (this.#held.has(session.account)) return LEASE_MS;
    const untilMs = this.#untilMs.get(session.sessionId);
    if (untilMs !== undefined) return untilMs - wallMs;
    this.renew(session, wallMs);
    return LEASE_MS;
  }

  forget({ sessionId }: Session): void {
    this.#untilMs.delete(sessionId);
  }
}
