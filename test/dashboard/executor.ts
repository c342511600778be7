import type { Stage } from './stage.ts';

type Json = ReturnType<typeof JSON.parse>;

/** Executes on `default` as ATAS would, by hand: what it is told to claim and to report. */
export class HandExecutor {
  readonly #stage: Stage;
  readonly #session: Json;
  #reports = 0;

  private constructor(stage: Stage, session: Json) {
    this.#stage = stage;
    this.#session = session;
  }

  static async open(stage: Stage): Promise<HandExecutor> {
    const instance = crypto.randomUUID().replaceAll('-', '');
    const asked = { consumer: 'hand', account: 'default', instance, takeover: true };
    return new HandExecutor(stage, await stage.ask('POST', '/api/v1/sessions', asked));
  }

  async claim(signalId: string): Promise<Json> {
    const { session, epoch } = this.#session;
    const body = { session, epoch, account: 'default' };
    return (await this.#stage.ask('POST', `/api/v1/signals/${signalId}/claim`, body)).delivery;
  }

  /** @param delivery As it was claimed. */
  async report(delivery: Json, what: object): Promise<void> {
    const { session, epoch } = this.#session;
    this.#reports += 1;
    const who = { report_id: `hand-${this.#reports}`, session, epoch, fence: delivery.fence };
    await this.#stage.ask('POST', `/api/v1/deliveries/${delivery.id}/reports`, { ...who, leg: 'ENTRY', ...what });
  }
}
