import { LEASE_MS, type Session } from './session.ts';

/**
 * How long each session still holds its account, in house time. Heartbeats are not journaled: a session that the
 * journal knows has one full lease from the moment it is first asked about, which is what a restart gives it.
 */
export class Leases {
  readonly #untilMs = new Map<string, number>();

  renew({ sessionId }: Session, wallMs: number): void {
    this.#untilMs.set(sessionId, wallMs + LEASE_MS);
  }

  /** House milliseconds; 0 or less when it has lapsed. */
  remainingMs(session: Session, wallMs: number): number {
    const untilMs = this.#untilMs.get(session.sessionId);
    if (untilMs !== undefined) return untilMs - wallMs;
    this.renew(session, wallMs);
    return LEASE_MS;
  }

  forget({ sessionId }: Session): void {
    this.#untilMs.delete(sessionId);
  }
}
