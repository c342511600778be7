import type { Refusal } from '../../contract/refusal.ts';
import { parseReceivedStamp } from '../../contract/stamp.ts';
import type { ApiHouse } from './api-house.ts';
import { stampMeant } from './stamp-meant.ts';

/**
 * Takes acknowledgements. Each is answered only when the journal has it, and a repetition that arrives while the
 * first is still being written waits for the same write.
 */
export class Acknowledgements {
  readonly #house: ApiHouse;
  readonly #underway = new Map<number, Promise<Refusal | undefined>>();
  readonly #onJournalFailure: (error: unknown) => void;

  constructor(house: ApiHouse, onJournalFailure: (error: unknown) => void) {
    this.#house = house;
    this.#onJournalFailure = onJournalFailure;
  }

  /** @returns why it was refused, or `undefined` once it is on disk. */
  async take(timestamp: string): Promise<Refusal | undefined> {
    const meant = this.#stampMeant(timestamp);
    if (typeof meant !== 'number') return meant;
    const underway = this.#underway.get(meant);
    if (underway !== undefined) return underway;
    if (!this.#house.book.knows(meant)) {
      return { code: 'unknown_stamp', message: `No signal was issued with the timestamp ${timestamp}` };
    }
    const written = this.#write(meant).finally(() => this.#underway.delete(meant));
    this.#underway.set(meant, written);
    return written;
  }

  async #write(stampUs: number): Promise<Refusal | undefined> {
    const eventTimeMs = this.#house.clock.nowMs();
    // What has ended stays as it ended: the first acknowledgement, or its expiry, is already the answer.
    const live = this.#house.book.open.some((signal) => signal.stampUs === stampUs && signal.expiresAtMs > eventTimeMs);
    if (!live) return undefined;
    try {
      await this.#house.submit([{ kind: 'acknowledge', stampUs, eventTimeMs }]);
      return undefined;
    } catch (error) {
      this.#onJournalFailure(error);
      const message = 'The acknowledgement could not be written to the journal. See GET /api/health.';
      return { code: 'journal_failed', message };
    }
  }

  #stampMeant(timestamp: string): number | Refusal {
    const received = parseReceivedStamp(timestamp);
    if (!received.ok) return { code: 'malformed_request', message: received.problem };
    const meant = stampMeant(received.value, this.#house.book, this.#house.clock.nowMs());
    if (meant.ok) return meant.value;
    const message = `${meant.problem} issued in the second ${timestamp}: send the six digits after the point.`;
    return { code: 'ambiguous_stamp', message: message.charAt(0).toUpperCase() + message.slice(1) };
  }
}
