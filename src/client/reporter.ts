import { fitting } from './fitting.ts';
import { type Ledger, reportOf, type Submission } from './ledger.ts';
import type { Notify } from './notice.ts';
import type { Outbox } from './outbox.ts';
import type { OrderState } from './ports.ts';
import type { ReportBody } from './wire.ts';

/** What a report says about whose delivery it is. */
export type Origin = Omit<Submission, 'clientOrderId'> & { readonly clientOrderId?: string };

/** Makes reports: of what the venue said, and of what was not done. Each gets its id here, once and for all. */
export class Reporter {
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;
  readonly #newId: () => string;
  readonly #notify: Notify;

  constructor(ledger: Ledger, outbox: Outbox, newId: () => string, notify: Notify) {
    this.#ledger = ledger;
    this.#outbox = outbox;
    this.#newId = newId;
    this.#notify = notify;
  }

  /** Resolves when it is on disk. */
  async tell(state: OrderState, latency: Readonly<Record<string, number>> = {}): Promise<void> {
    const entry = this.#ledger.entryOfOrder(state.clientOrderId);
    if (entry?.submission === undefined) {
      this.#notify('unknown_order', `${state.status} of ${state.clientOrderId}, which is no order of a signal here`);
      return;
    }
    const body = fitting(reportOf(state, entry.submission, this.#newId(), latency));
    await this.#outbox.add(entry.signalId, { delivery: entry.submission.delivery, body });
  }

  /** Says that nothing was sent and why. Resolves when it is on disk. */
  async tellNotDone(
    signalId: string,
    { delivery, fence, session, epoch, leg, clientOrderId }: Origin,
    no: { readonly type: 'NACK' | 'NOT_SENT'; readonly reason: string },
    latency: Readonly<Record<string, number>> = {},
  ): Promise<void> {
    const body: ReportBody = {
      report_id: this.#newId(),
      session,
      epoch,
      fence,
      type: no.type,
      leg,
      ...(clientOrderId === undefined ? {} : { client_order_id: clientOrderId }),
      reason: no.reason,
      ...(Object.keys(latency).length === 0 ? {} : { latency }),
    };
    this.#notify('not_submitted', `${no.type}: ${no.reason}`, signalId);
    await this.#outbox.add(signalId, { delivery, body: fitting(body) });
  }
}
