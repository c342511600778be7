import type { Stage } from './stage.ts';

type Json = ReturnType<typeof JSON.parse>;

/** Executes on `default` as ATAS would, by hand: what it is told to claim and to report. */
export class HandExecutor {
  readonly #stage: Stage;
  readonly #instance = crypto.randomUUID().replaceAll('-', '');
  #reports = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @returns the delivery as it was claimed */
  async claim(signalId: string): Promise<Json> {
    const body = { ...(await this.#session()), account: 'default' };
    return (await this.#stage.ask('POST', `/api/v1/signals/${signalId}/claim`, body)).delivery;
  }

  /** Claims a signal and reports that all of it was filled at its own price. */
  async fill({ id, entry_price: price }: Json, qty = 2): Promise<Json> {
    const delivery = await this.claim(id);
    await this.report(delivery, { type: 'SUBMITTED', order_id: id, qty });
    const filled = { order_id: id, qty, cum_qty: qty, leaves_qty: 0, fee: 0.2, avg_price: price };
    await this.report(delivery, { type: 'FILLED', ...filled });
    return delivery;
  }

  /** Reports are taken from whoever claimed, whether or not its lease has lapsed since. */
  async report({ id, fence, session, epoch }: Json, what: object): Promise<void> {
    this.#reports += 1;
    const who = { report_id: `hand-${this.#reports}`, session, epoch, fence };
    await this.#stage.ask('POST', `/api/v1/deliveries/${id}/reports`, { ...who, leg: 'ENTRY', ...what });
  }

  /** The one that it holds, or another one: it has no heartbeat, and the test may take longer than a lease. */
  async #session(): Promise<{ readonly session: string; readonly epoch: number }> {
    const asked = { consumer: 'hand', account: 'default', instance: this.#instance, takeover: true };
    const { session, epoch } = await this.#stage.ask('POST', '/api/v1/sessions', asked);
    return { session, epoch };
  }
}
