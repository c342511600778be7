import { backoffMs } from './backoff.ts';
import type { Ledger } from './ledger.ts';
import { type Notify, wordsOf } from './notice.ts';
import type { Broker, Clock } from './ports.ts';
import type { Reporter } from './reporter.ts';

/** Tries per order. A venue that refuses so often is a matter for a person. */
const TRIES = 8;

/**
 * Takes resting entries off the venue, and nothing else: protective orders stay, because a position without a stop is
 * the one thing worse than a position nobody looks after.
 */
export class EntryCanceller {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #reporter: Reporter;
  readonly #notify: Notify;
  readonly #stop: AbortSignal;
  readonly #cancelling = new Map<string, Promise<void>>();

  constructor(tools: {
    readonly broker: Broker;
    readonly clock: Clock;
    readonly ledger: Ledger;
    readonly reporter: Reporter;
    readonly notify: Notify;
    readonly stop: AbortSignal;
  }) {
    this.#broker = tools.broker;
    this.#clock = tools.clock;
    this.#ledger = tools.ledger;
    this.#reporter = tools.reporter;
    this.#notify = tools.notify;
    this.#stop = tools.stop;
  }

  async cancelAll(): Promise<void> {
    await Promise.all(this.#ledger.restingEntries().map(({ signalId }) => this.cancel(signalId)));
  }

  /** Does nothing when there is no entry order of that signal, or it rests no more. */
  cancel(signalId: string): Promise<void> {
    const cancelling =
      this.#cancelling.get(signalId) ??
      this.#cancel(signalId).finally(() => {
        this.#cancelling.delete(signalId);
      });
    this.#cancelling.set(signalId, cancelling);
    return cancelling;
  }

  async #cancel(signalId: string): Promise<void> {
    for (let tries = 1; tries <= TRIES && !this.#stop.aborted; tries += 1) {
      const resting = this.#ledger.restingEntries().find((entry) => entry.signalId === signalId);
      if (resting === undefined) return;
      const { clientOrderId } = resting.submission!;
      try {
        const state = await this.#broker.cancelEntry(clientOrderId);
        return state === undefined ? undefined : await this.#reporter.tell(state);
      } catch (error) {
        this.#notify('cancel_failed', `${clientOrderId}: ${wordsOf(error)}`, signalId);
      }
      await this.#clock.sleep(backoffMs(tries), this.#stop);
    }
  }
}
