import type { ApiClient } from './api-client.ts';
import { backoffMs } from './backoff.ts';
import type { Ledger, QueuedReport } from './ledger.ts';
import { type Notify, wordsOf } from './notice.ts';
import type { Clock } from './ports.ts';

/** A key that is missing or too weak is put right by a person; the facts wait for it. */
const A_PERSON_CAN_HELP = new Set([401, 403]);

/**
 * Reports on their way to the server. Each is on disk, id and all, before it is sent, and is sent until the server has
 * taken it or said that it never will; what was refused is kept and named. Order does not matter to the server, so one
 * at a time is only kinder.
 */
export class Outbox {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #notify: Notify;
  readonly #stop: AbortSignal;
  readonly #queue: QueuedReport[];
  #draining: Promise<void> | undefined;

  constructor(tools: {
    readonly api: ApiClient;
    readonly clock: Clock;
    readonly ledger: Ledger;
    readonly notify: Notify;
    readonly stop: AbortSignal;
  }) {
    this.#api = tools.api;
    this.#clock = tools.clock;
    this.#ledger = tools.ledger;
    this.#notify = tools.notify;
    this.#stop = tools.stop;
    this.#queue = [...tools.ledger.pendingReports()];
  }

  /** Resolves when the report is on disk. Sending goes on by itself. */
  async add(signalId: string, report: QueuedReport): Promise<void> {
    try {
      await this.#ledger.write({ kind: 'report', signalId, report });
    } catch (error) {
      // Told without being remembered: should the process die now, the next one asks the venue, as after any crash.
      this.#notify('store_failed', `a report is not on disk: ${wordsOf(error)}`, signalId);
      this.#ledger.remember({ kind: 'report', signalId, report });
    }
    this.#queue.push(report);
    this.start();
  }

  start(): void {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
      // One that came in between the last look at the queue and here found somebody at work, who was not any more.
      if (this.#queue.length > 0 && !this.#stop.aborted) this.start();
    });
  }

  /** Resolves when everything is delivered, or sending has stopped. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    for (let failures = 0; this.#queue.length > 0 && !this.#stop.aborted; ) {
      const { delivery, body } = this.#queue[0]!;
      const answer = await this.#api.report(delivery, body);
      if (answer.kind === 'ok') {
        await this.#done(body.report_id);
        failures = 0;
        continue;
      }
      if (answer.kind === 'refused' && !A_PERSON_CAN_HELP.has(answer.refusal.status)) {
        const { code, detail } = answer.refusal;
        this.#notify('report_refused', `${body.type} of ${delivery}: ${code}, ${detail}`);
        await this.#done(body.report_id, { code, detail });
        continue;
      }
      failures += 1;
      // The others do not wait for one that the server cannot answer.
      this.#queue.push(this.#queue.shift()!);
      const why = answer.kind === 'refused' ? answer.refusal.detail : answer.problem;
      this.#notify('report_waits', `${body.type} of ${delivery}: ${why}`);
      await this.#clock.sleep(backoffMs(failures), this.#stop);
    }
  }

  async #done(reportId: string, refusal?: { code: string; detail: string }): Promise<void> {
    this.#queue.shift();
    try {
      await this.#ledger.write({ kind: 'reported', reportId, ...(refusal === undefined ? {} : { refusal }) });
    } catch (error) {
      // Sent again after a restart, and recognised there by its id.
      this.#notify('store_failed', `a delivered report stays queued on disk: ${wordsOf(error)}`);
    }
  }
}
