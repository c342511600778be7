import type { Refusal } from '../../contract/refusal.ts';
import { parseReceivedStamp } from '../../contract/stamp.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { ApiHouse } from './api-house.ts';

const SECOND_US = 1_000_000;

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
    if (!this.#live(eventTimeMs).some((signal) => signal.stampUs === stampUs)) return undefined;
    try {
      await this.#house.submit([{ kind: 'acknowledge', stampUs, eventTimeMs }]);
      return undefined;
    } catch (error) {
      this.#onJournalFailure(error);
      const message = 'The acknowledgement could not be written to the journal. See GET /api/health.';
      return { code: 'journal_failed', message };
    }
  }

  /** All of them, also those that are too many to be shown. */
  #live(nowMs: number): readonly Signal[] {
    return this.#house.book.open.filter((signal) => signal.expiresAtMs > nowMs);
  }

  /** The stamp that a client's text stands for. Where two signals could be meant, none is: never a guess. */
  #stampMeant(timestamp: string): number | Refusal {
    const received = parseReceivedStamp(timestamp);
    if (!received.ok) return { code: 'malformed_request', message: received.problem };
    const { stampUs, precision } = received.value;
    if (precision === 'microsecond') return stampUs;

    const inThatSecond = (signal: { readonly stampUs: number }) =>
      signal.stampUs >= stampUs && signal.stampUs < stampUs + SECOND_US;
    const nowMs = this.#house.clock.nowMs();
    const live = this.#live(nowMs).filter(inThatSecond);
    if (live.length === 1) return live[0]!.stampUs;
    if (live.length === 0) {
      // The repetition of an acknowledgement that was understood the first time.
      const past = this.#house.book.history(nowMs).filter(({ signal }) => inThatSecond(signal));
      if (past.length === 1 && past[0]!.end.state === 'ACKED_LEGACY') return past[0]!.signal.stampUs;
    }
    const found = live.length === 0 ? 'no live signal has' : `${live.length} live signals have`;
    const message = `${found} a timestamp in the second ${timestamp}: send the six digits after the point`;
    return { code: 'ambiguous_stamp', message };
  }
}
