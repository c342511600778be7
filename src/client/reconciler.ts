import { backoffMs } from './backoff.ts';
import type { Entry, Ledger } from './ledger.ts';
import { type Notify, wordsOf } from './notice.ts';
import type { Broker, Clock, OrderState } from './ports.ts';
import type { Reporter } from './reporter.ts';
import type { Delivery } from './wire.ts';

/** How often a venue is asked again about an order that it does not show. */
const ASK_AGAIN_MS = 30_000;

/**
 * Ends doubt by facts: the orders at the venue that carry our id. Never by sending again, and never by guessing: what
 * cannot be found out stays in doubt, with a name, until somebody knows.
 */
export class Reconciler {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #reporter: Reporter;
  readonly #notify: Notify;
  readonly #stop: AbortSignal;
  /** Orders being asked for, by signal. */
  readonly #asking = new Map<string, Promise<void>>();
  readonly #inDoubt = new Set<string>();

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

  /** Signals of which nobody here can say whether they were traded. */
  get inDoubt(): readonly string[] {
    return [...this.#inDoubt];
  }

  /** An order of ours may be at the venue: asks until the venue has said so or so. */
  find(entry: Entry): Promise<void> {
    const asking =
      this.#asking.get(entry.signalId) ??
      this.#findOwn(entry).finally(() => {
        this.#asking.delete(entry.signalId);
      });
    this.#asking.set(entry.signalId, asking);
    return asking;
  }

  /** The server waits for news of this delivery. Nobody in this process is working on it. */
  async settle(delivery: Delivery): Promise<void> {
    if (this.#ledger.isOver(delivery.signalId)) return;
    const entry = this.#ledger.entry(delivery.signalId);
    const isOpen = entry?.outcome === undefined || entry.outcome === 'SUBMITTED' || entry.outcome === 'PARTIAL';
    // On its way: the outbox has it.
    if (!isOpen) return;
    if (entry?.submission !== undefined) return this.#news(entry);
    const { fence, session, epoch, clientOrderId } = delivery;
    const origin =
      fence === undefined || session === undefined || epoch === undefined
        ? undefined
        : { delivery: delivery.id, fence, session, epoch, leg: delivery.intent };
    if (origin === undefined) return this.#doubt(delivery.signalId, 'the server does not say whose claim it was');
    // Of our own claims it is written down before an order leaves, and this one never was. Of the claim of another
    // executor that wanted the same signal our disk knows nothing.
    if (entry?.intent !== undefined && entry.intent.session === session && entry.intent.epoch === epoch) {
      return this.#reporter.tellNotDone(entry.signalId, origin, { type: 'NOT_SENT', reason: 'never submitted' });
    }
    if (clientOrderId === undefined) return this.#doubt(delivery.signalId, 'the server does not name its order');
    // Somebody else's, on another disk. That it is not there now says nothing about whether they will still send it.
    const { orders } = await this.#look(clientOrderId);
    if (orders.length === 0)
      return this.#doubt(delivery.signalId, `${clientOrderId} is not at the venue, and was not sent from here`);
    const submission = { ...origin, clientOrderId };
    await this.#ledger.write({ kind: 'submitting', signalId: delivery.signalId, submission });
    await this.#tellAll(delivery.signalId, orders);
  }

  async #findOwn({ signalId, submission }: Entry): Promise<void> {
    for (let looks = 1; !this.#stop.aborted; looks += 1) {
      const { orders, complete } = await this.#look(submission!.clientOrderId);
      if (orders.length > 0) return this.#tellAll(signalId, orders);
      // Heard of by another way meanwhile.
      if (this.#ledger.entry(signalId)?.outcome !== undefined) return this.#noDoubt(signalId);
      if (complete) {
        this.#noDoubt(signalId);
        const no = { type: 'NOT_SENT', reason: 'not at the venue' } as const;
        return this.#reporter.tellNotDone(signalId, submission!, no);
      }
      this.#doubt(signalId, `${submission!.clientOrderId} is not listed, and the listing is not complete`);
      await this.#clock.sleep(looks < 6 ? backoffMs(looks) : ASK_AGAIN_MS, this.#stop);
    }
  }

  /** What became of an order while nobody listened. */
  async #news(entry: Entry): Promise<void> {
    if (entry.outcome === undefined) return this.find(entry);
    const { orders } = await this.#look(entry.submission!.clientOrderId);
    await this.#tellAll(entry.signalId, orders);
  }

  async #look(clientOrderId: string): Promise<{ orders: readonly OrderState[]; complete: boolean }> {
    try {
      return await this.#broker.findOrders([clientOrderId]);
    } catch (error) {
      this.#notify('in_doubt', `the venue could not be asked for ${clientOrderId}: ${wordsOf(error)}`);
      return { orders: [], complete: false };
    }
  }

  async #tellAll(signalId: string, orders: readonly OrderState[]): Promise<void> {
    this.#noDoubt(signalId);
    for (const state of orders) {
      this.#notify('reconciled', `${state.clientOrderId} is ${state.status} at the venue`, signalId);
      await this.#reporter.tell(state);
    }
  }

  #doubt(signalId: string, detail: string): void {
    if (!this.#inDoubt.has(signalId)) this.#notify('in_doubt', detail, signalId);
    this.#inDoubt.add(signalId);
  }

  #noDoubt(signalId: string): void {
    this.#inDoubt.delete(signalId);
  }
}
