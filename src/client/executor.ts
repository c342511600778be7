import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ApiClient } from './api-client.ts';
import { untilAnswered } from './backoff.ts';
import { EntryCanceller } from './entry-canceller.ts';
import { EventSource } from './event-source.ts';
import { type Decision, type ExecutionTools, execute, type Job } from './execution.ts';
import { type Intent, Ledger, StoreFailed } from './ledger.ts';
import type { Notice, Notify } from './notice.ts';
import { Outbox } from './outbox.ts';
import type { Broker, Clock, OrderState, ServerEvent, Store, Transport } from './ports.ts';
import { Reconciler } from './reconciler.ts';
import { Reporter } from './reporter.ts';
import { SessionKeeper } from './session-keeper.ts';
import { decodeDelivery, decodeSignal, fieldsOf, type OpenedSession, type Signal } from './wire.ts';

export interface ExecutorOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly store: Store;
  readonly broker: Broker;
  /** What people will read beside the session: the name of your program. */
  readonly consumer: string;
  readonly account: string;
  /** Asked before a signal is claimed, again when a declined one is seen again. For a CLOSE: the quantity of the position that is to go. */
  readonly decide: (signal: Signal) => Decision | Promise<Decision>;
  /** Only these; all when there are none. */
  readonly symbols?: readonly string[];
  readonly capabilities?: readonly string[];
  /** Take the account from whoever holds it, once, at the start. Only when you know that the other one is dead. */
  readonly takeover?: boolean;
  /** After being fenced wait until the account is free, and go on. Otherwise `run` ends. */
  readonly reopen?: boolean;
  readonly onNotice?: (notice: Notice) => void;
  /** 32 hex digits, never the same twice. */
  readonly newId?: () => string;
}

/** Not the server's word: what its list of open deliveries shows by leaving a claim out. */
const NOT_GRANTED = 'NOT_GRANTED';
/** How long `stop` waits for reports to be delivered. They are on disk; the next start sends the rest. */
const FLUSH_MS = 3_000;

/**
 * Trades the signals of one account at most once, never after their time, and says what became of each.
 * `docs/executor.md` gives the rules and the reasons.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #notify: Notify;
  readonly #api: ApiClient;
  readonly #jobs = new Map<string, { readonly job: Job; readonly done: Promise<void> }>();
  /** No new work. */
  readonly #closing = new AbortController();
  /** No sign of life any more. */
  readonly #halt = new AbortController();
  #parts: Parts | undefined;
  #events: Promise<void> | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#api = new ApiClient(options.transport);
    // As many as there are signals under way; Node warns of more than ten.
    setMaxListeners(0, this.#closing.signal, this.#halt.signal);
    // Told in a turn of its own: a listener that throws must not break off a step halfway.
    this.#notify = (name, detail, signalId) =>
      queueMicrotask(() => options.onNotice?.({ name, detail, ...(signalId === undefined ? {} : { signalId }) }));
  }

  /** Signals of which nobody here can say whether they were traded. A person should look. */
  get inDoubt(): readonly string[] {
    return this.#parts?.reconciler.inDoubt ?? [];
  }

  /** Reports that the server will never take. A person should look. */
  get refusedReports(): ReturnType<Ledger['refusedReports']> {
    return this.#parts?.ledger.refusedReports() ?? [];
  }

  /**
   * Trades until `stop`, or until the account is another's and `reopen` is not wanted. Once.
   * @throws when the store cannot be read
   */
  async run(): Promise<'fenced' | 'stopped'> {
    const parts = await this.#assemble();
    this.#parts = parts;
    this.#options.broker.listen?.((state) => void this.#guarded(this.#heardFromVenue(state)));
    parts.outbox.start();
    const why = await parts.keeper.run();
    this.#closing.abort();
    await this.#settleDown(parts);
    this.#halt.abort();
    await this.#events;
    return why;
  }

  /** Takes nothing new, finishes what is under way, takes resting entries off, delivers what it can, and gives the account back. */
  async stop(): Promise<void> {
    this.#closing.abort();
    if (this.#parts !== undefined) {
      await this.#settleDown(this.#parts);
      const { keeper, ledger } = this.#parts;
      // An entry that the venue would not take off is still this executor's to look after.
      if (ledger.restingEntries().length === 0) await keeper.release();
    }
    this.#halt.abort();
  }

  async #settleDown({ canceller, outbox }: Parts): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
    await canceller.cancelAll();
    await Promise.race([outbox.idle(), this.#options.clock.sleep(FLUSH_MS, this.#halt.signal)]);
  }

  async #assemble(): Promise<Parts> {
    const { account, broker, clock, consumer, symbols = [], capabilities = [], takeover = false } = this.#options;
    const { newId = () => randomBytes(16).toString('hex'), reopen = false, decide } = this.#options;
    const ledger = await Ledger.open(this.#options.store);
    const common = { api: this.#api, broker, clock, ledger, notify: this.#notify, stop: this.#closing.signal };
    const outbox = new Outbox({ ...common, stop: this.#halt.signal });
    const reporter = new Reporter(ledger, outbox, newId, this.#notify);
    const reconciler = new Reconciler({ ...common, reporter });
    const canceller = new EntryCanceller({ ...common, reporter, stop: this.#halt.signal });
    const instance = newId();
    const keeper = new SessionKeeper({
      ...common,
      request: { consumer, account, instance, symbols, capabilities, takeover },
      reopen,
      listener: {
        opened: (session) => void this.#guarded(this.#opened(session)),
        lost: () => void this.#guarded(canceller.cancelAll()),
        regained: () => void this.#guarded(this.#catchUp()),
        halted: (isHalted) => void this.#guarded(isHalted ? canceller.cancelAll() : this.#catchUp()),
      },
      stop: this.#halt.signal,
    });
    const leftAtMs = new Map<string, number>();
    const tools = { ...common, account, instance, decide, newId, keeper, reconciler, reporter, leftAtMs };
    return { ...tools, outbox, canceller };
  }

  /** What the account's last holder left open is settled first; it may have been this executor, before a crash. */
  async #opened(session: OpenedSession): Promise<void> {
    const { ledger, reconciler } = this.#parts!;
    const isIdle = ({ signalId }: { readonly signalId: string }): boolean => !this.#jobs.has(signalId);
    for (const entry of ledger.withoutOutcome().filter(isIdle)) {
      void this.#guarded(reconciler.find(entry).then(() => this.#dropIfForsaken(entry.signalId)));
    }
    for (const intent of ledger.openIntents().filter(isIdle)) await this.#settleIntent(intent);
    for (const delivery of session.inDoubt.filter(isIdle)) {
      void this.#guarded(reconciler.settle(delivery).then(() => this.#dropIfForsaken(delivery.signalId)));
    }
    for (const { signalId } of ledger.restingEntries().filter(isIdle))
      void this.#guarded(this.#dropIfForsaken(signalId));
    this.#events ??= this.#follow(session.cursor);
    await this.#catchUp();
  }

  /** An entry that outlived its session rests without anybody to look after it: the dead man's hand is off the switch. */
  async #dropIfForsaken(signalId: string): Promise<void> {
    const { canceller, keeper, ledger } = this.#parts!;
    const { submission } = ledger.entry(signalId) ?? {};
    if (submission !== undefined && !keeper.holds(submission)) await canceller.cancel(signalId);
  }

  /**
   * A claim of an older session, and nobody knows whether it was granted. No grant can come of it any more, and whatever
   * did come is in the list that the new session began with.
   *
   * @returns true when it was not granted, so that the signal may be claimed anew
   */
  async #settleIntent(intent: Intent): Promise<boolean> {
    const { account, keeper, ledger, reconciler } = this.#parts!;
    const session = keeper.current;
    if (session === undefined || session.id === intent.session || intent.account !== account) return false;
    const delivery = session.inDoubt.find(({ signalId }) => signalId === intent.signalId);
    if (delivery !== undefined) await reconciler.settle(delivery);
    else await ledger.write({ kind: 'refused', signalId: intent.signalId, code: NOT_GRANTED });
    return delivery === undefined;
  }

  #follow(after: string): Promise<void> {
    const { clock } = this.#options;
    const tools = { api: this.#api, transport: this.#options.transport, clock, notify: this.#notify };
    const source = new EventSource({ ...tools, stop: this.#closing.signal }, after, (event) => this.#heard(event));
    return source.run();
  }

  #heard({ type, data }: ServerEvent): void {
    const { account, keeper } = this.#parts!;
    const fields = fieldsOf(data);
    const isOurs = fields.account === account;
    if (type === 'signal.issued') this.#heardSignal(fields.signal);
    if (type === 'signal.ended' && fields.state === 'CANCELLED') this.#heardCancelled(String(fields.id));
    if (type === 'session.opened' && isOurs) keeper.heardOf(String(fields.session), Number(fields.epoch));
    const isOver = type === 'account.stale' || type === 'session.ended';
    if (isOver && isOurs) keeper.heardOver(String(fields.session));
    if (type === 'delivery.reported') this.#heardReport(fields.delivery);
    if (type === 'delivery.in_doubt') void this.#guarded(this.#heardInDoubt(fields.delivery));
    if (type === 'account.halted' && isOurs) keeper.heardHalted(true);
    if (type === 'account.resumed' && isOurs) keeper.heardHalted(false);
    if (type === 'reset') void this.#guarded(this.#catchUp());
  }

  #heardSignal(value: unknown): void {
    const decoded = decodeSignal(value);
    if (decoded.ok) this.#consider(decoded.value);
    else this.#notify('unreadable_event', decoded.problem);
  }

  #heardCancelled(signalId: string): void {
    const running = this.#jobs.get(signalId);
    if (running !== undefined) running.job.isCancelled = true;
    void this.#guarded(this.#parts!.canceller.cancel(signalId));
  }

  /** What was given back is on offer again; its signal is not told a second time. */
  #heardReport(value: unknown): void {
    const decoded = decodeDelivery(value);
    if (!decoded.ok || decoded.value.account !== this.#options.account || decoded.value.state !== 'OFFERED') return;
    void this.#guarded(this.#catchUp());
  }

  async #heardInDoubt(value: unknown): Promise<void> {
    const decoded = decodeDelivery(value);
    if (!decoded.ok) return this.#notify('unreadable_event', decoded.problem);
    const { account, signalId } = decoded.value;
    if (account === this.#options.account && !this.#jobs.has(signalId))
      await this.#parts!.reconciler.settle(decoded.value);
  }

  async #heardFromVenue(state: OrderState): Promise<void> {
    const { clock, leftAtMs, reporter } = this.#parts!;
    const leftMs = leftAtMs.get(state.clientOrderId);
    const isFill = state.status === 'FILLED' && leftMs !== undefined;
    await reporter.tell(state, isFill ? { submit_to_fill_ms: clock.monotonicMs() - leftMs } : {});
    if (state.status !== 'SUBMITTED' && state.status !== 'PARTIAL') leftAtMs.delete(state.clientOrderId);
  }

  /** For the time in which nobody listened: what is live now, and which resting entries were cancelled meanwhile. */
  async #catchUp(): Promise<void> {
    const { ledger, clock } = this.#parts!;
    const patience = { clock, stop: this.#closing.signal };
    const active = await untilAnswered(() => this.#api.activeSignals(), patience);
    if (active?.kind === 'refused') this.#notify('snapshot_refused', active.refusal.detail);
    for (const { signal, deliveries } of active?.kind === 'ok' ? active.value : []) {
      const ours = deliveries.find(({ account }) => account === this.#options.account);
      if (ours === undefined || ours.state === 'OFFERED') this.#consider(signal);
    }
    for (const { signalId } of ledger.restingEntries()) {
      const state = await untilAnswered(() => this.#api.signalState(signalId), patience);
      if (state?.kind === 'ok' && state.value === 'CANCELLED') this.#heardCancelled(signalId);
    }
  }

  /** Events repeat and snapshots overlap with them; a signal is taken up once. */
  #consider(signal: Signal): void {
    const { keeper, ledger } = this.#parts!;
    const { account, symbols = [], clock } = this.#options;
    if (this.#closing.signal.aborted || this.#jobs.has(signal.id) || ledger.hasTaken(signal.id)) return;
    if (symbols.length > 0 && !symbols.includes(signal.symbol)) return;
    if (signal.accounts?.includes(account) === false) return;
    if (keeper.isHalted && signal.intent === 'ENTRY') return;
    const job: Job = { signal, receivedAtMs: clock.monotonicMs(), isCancelled: false };
    let mayClaimAnew = false;
    const work = async (): Promise<void> => {
      mayClaimAnew = await this.#work(job);
    };
    const done = this.#guarded(work(), signal.id).then(() => {
      this.#jobs.delete(signal.id);
      // This claim went down with its session, and the next session's look may have come before. What an earlier one came to
      // is no reason: looking again would bring the same signal at once, and so on for as long as nothing may be claimed.
      if (mayClaimAnew) void this.#guarded(this.#catchUp());
    });
    this.#jobs.set(signal.id, { job, done });
  }

  /** @returns true when its claim came to nothing with its session, so that the signal may be claimed anew */
  async #work(job: Job): Promise<boolean> {
    const parts = this.#parts!;
    const isResolved = await execute(job, parts);
    const { intent } = parts.ledger.entry(job.signal.id) ?? {};
    if (intent === undefined) return false;
    if (!isResolved) return this.#settleIntent(intent);
    // While the order was on its way to the venue.
    const mustGo = job.isCancelled || parts.keeper.isHalted;
    await (mustGo ? parts.canceller.cancel(job.signal.id) : this.#dropIfForsaken(job.signal.id));
    return false;
  }

  /** Ends what a full disk has stopped; what was not written has not been done. Anything else is a bug and is not caught. */
  async #guarded(work: Promise<void>, signalId?: string): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      this.#notify('store_failed', error.message, signalId);
    }
  }
}

interface Parts extends ExecutionTools {
  readonly outbox: Outbox;
  readonly canceller: EntryCanceller;
}
