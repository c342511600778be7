import type { Answer, ApiClient, SessionRequest } from './api-client.ts';
import { backoffMs } from './backoff.ts';
import { Deadline, momentOf } from './deadline.ts';
import type { Notify } from './notice.ts';
import type { Clock } from './ports.ts';
import { fieldsOf, type OpenedSession } from './wire.ts';

export interface SessionListener {
  /** A session was opened. What it lists as in doubt is to be reconciled. */
  opened(session: OpenedSession): void;
  /** The lease ran out unrenewed, or the account is another's: entries must come off the venue. */
  lost(): void;
  /** The lease was renewed after all. */
  regained(): void;
  /** The account's kill switch was thrown, or put back. */
  halted(isHalted: boolean): void;
}

/** How long the answer to giving the account back is waited for: without it the lease runs out by itself. */
const RELEASE_MS = 2_000;
/** How long a lease is waited for that somebody else holds, at most, before asking again. */
const ASK_AGAIN_MS = 5_000;

/**
 * Holds the account's lease. Whoever does not hold it must not trade, and this side finds that out by itself: a lease
 * runs from the moment its renewal was SENT, on this machine's clocks, so it ends here before it ends at the server.
 */
export class SessionKeeper {
  readonly #api: ApiClient;
  readonly #clock: Clock;
  readonly #request: SessionRequest;
  readonly #reopen: boolean;
  readonly #listener: SessionListener;
  readonly #notify: Notify;
  readonly #stop: AbortSignal;
  #session: OpenedSession | undefined;
  #lease: Deadline | undefined;
  #end = new AbortController();
  #isLapsed = false;
  #isHalted = false;
  #isReleasing = false;

  constructor(tools: {
    readonly api: ApiClient;
    readonly clock: Clock;
    readonly request: SessionRequest;
    readonly reopen: boolean;
    readonly listener: SessionListener;
    readonly notify: Notify;
    readonly stop: AbortSignal;
  }) {
    this.#api = tools.api;
    this.#clock = tools.clock;
    this.#request = tools.request;
    this.#reopen = tools.reopen;
    this.#listener = tools.listener;
    this.#notify = tools.notify;
    this.#stop = tools.stop;
    this.#stop.addEventListener('abort', () => this.#end.abort(), { once: true });
  }

  /** The session of which nobody has said that it is over. Its lease may have lapsed: ask `holds`. */
  get current(): OpenedSession | undefined {
    return this.#session;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** The server says that this session is over there: its lease lapsed, or somebody gave the account back. */
  heardOver(session: string): void {
    if (this.#session?.id === session) this.#fence(`${session} is over at the server`);
  }

  /**
   * Gives the account back, once nothing of this executor rests at the venue: clients of the guide see signals again at once,
   * and the next executor need not wait for the lease. Tried once, and not for long; the session is over here either way.
   */
  async release(): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#isReleasing) return;
    this.#isReleasing = true;
    const answered = this.#api.release(session.id);
    const answer = await Promise.race([answered, this.#clock.sleep(RELEASE_MS, this.#stop)]);
    if (answer?.kind === 'ok') this.#notify('released', `account ${this.#request.account}`);
    this.#session = undefined;
    this.#end.abort();
  }

  /** By an event, which is sooner than by the next heartbeat. */
  heardHalted(isHalted: boolean): void {
    if (isHalted === this.#isHalted) return;
    this.#isHalted = isHalted;
    this.#notify(isHalted ? 'halted' : 'resumed', `account ${this.#request.account}`);
    this.#listener.halted(isHalted);
  }

  /** Whether this session may trade at this very moment. */
  holds({ session, epoch }: { readonly session: string; readonly epoch: number }): boolean {
    return this.isCurrent({ session, epoch }) && this.#lease?.isOver === false;
  }

  /** Whether the server, as far as this side has heard, still has this session for the account's. */
  isCurrent({ session, epoch }: { readonly session: string; readonly epoch: number }): boolean {
    return this.#session?.id === session && this.#session.epoch === epoch;
  }

  /** Somebody opened a session with this epoch. A higher one than ours fences us, and hearing of it early is better. */
  heardOf(session: string, epoch: number): void {
    if (this.#session === undefined || session === this.#session.id || epoch <= this.#session.epoch) return;
    this.#fence(`session ${session} has epoch ${epoch}`);
  }

  /** Opens, keeps, and opens again where that is wanted. @returns why it ended */
  async run(): Promise<'fenced' | 'stopped'> {
    // Only the first time: two executors that both take over whenever they are fenced would do nothing else.
    for (let takeover = this.#request.takeover; !this.#stop.aborted; takeover = false) {
      const session = await this.#open(takeover);
      if (session === undefined) return 'stopped';
      await Promise.all([this.#beat(session), this.#watch(session)]);
      if (this.#isReleasing) return 'stopped';
      if (!this.#reopen && !this.#stop.aborted) return 'fenced';
    }
    return 'stopped';
  }

  async #open(takeover: boolean): Promise<OpenedSession | undefined> {
    for (let failures = 1; !this.#stop.aborted; failures += 1) {
      const sentAt = momentOf(this.#clock);
      const answer = await this.#api.openSession({ ...this.#request, takeover });
      if (answer.kind === 'ok') {
        const session = answer.value;
        this.#session = session;
        this.#lease = new Deadline(this.#clock, sentAt, session.leaseMs);
        this.#end = new AbortController();
        this.#isLapsed = false;
        this.heardHalted(session.halted);
        this.#notify('session_opened', `${session.id}, epoch ${session.epoch}`);
        this.#listener.opened(session);
        return session;
      }
      await this.#clock.sleep(this.#waitAfter(answer, failures), this.#stop);
    }
    return undefined;
  }

  #waitAfter(answer: Exclude<Answer<unknown>, { kind: 'ok' }>, failures: number): number {
    if (answer.kind === 'unanswered') {
      this.#notify('session_refused', answer.problem);
      return backoffMs(failures);
    }
    const { code, detail, body } = answer.refusal;
    if (code !== 'ACCOUNT_HELD') {
      this.#notify('session_refused', `${code}: ${detail}`);
      return backoffMs(failures);
    }
    // After a crash this is our own predecessor, whose lease has a few seconds left.
    this.#notify('account_held', detail);
    const { remaining_ms: remainingMs } = fieldsOf(body);
    return typeof remainingMs === 'number' && remainingMs > 0
      ? Math.min(remainingMs, ASK_AGAIN_MS)
      : backoffMs(failures);
  }

  /** Renews until the session is over. A lapsed lease is still asked for: the server may have slept, not given it away. */
  async #beat(session: OpenedSession): Promise<void> {
    for (let failures = 0; !this.#isOver; ) {
      await this.#sleep(failures === 0 ? session.heartbeatMs : Math.min(backoffMs(failures), session.heartbeatMs));
      if (this.#isOver) return;
      const sentAt = momentOf(this.#clock);
      const answer = await this.#api.heartbeat(session.id, session.epoch);
      if (this.#isOver) return;
      if (answer.kind === 'ok') {
        failures = 0;
        // A clock that was set may have ended it before the watch looked again; what was passed by meanwhile is looked for.
        const hadLapsed = this.#isLapsed || this.#lease?.isOver === true;
        this.#lease = new Deadline(this.#clock, sentAt, session.leaseMs);
        this.heardHalted(answer.value.halted);
        if (hadLapsed && !this.#lease.isOver) this.#regain();
      } else if (answer.kind === 'refused' && answer.refusal.code === 'STALE_EPOCH') {
        this.#fence(answer.refusal.detail);
      } else {
        failures += 1;
      }
    }
  }

  /** Dead-man's switch. Apart from the heartbeats, because one of those may hang for longer than the lease. */
  async #watch(session: OpenedSession): Promise<void> {
    while (!this.#isOver) {
      const leftMs = this.#lease!.leftMs;
      if (leftMs === 0 && !this.#isLapsed) {
        this.#isLapsed = true;
        this.#notify('lease_lapsed', `no heartbeat of ${session.id} was answered for ${session.leaseMs} ms`);
        this.#listener.lost();
      }
      await this.#sleep(leftMs === 0 ? session.heartbeatMs : leftMs);
    }
  }

  #regain(): void {
    this.#isLapsed = false;
    this.#notify('lease_regained', 'a heartbeat was answered after the lease had run out here');
    this.#listener.regained();
  }

  #fence(detail: string): void {
    // Its own doing.
    if (this.#isReleasing) return;
    this.#session = undefined;
    this.#end.abort();
    this.#notify('fenced', detail);
    this.#listener.lost();
  }

  get #isOver(): boolean {
    return this.#stop.aborted || this.#end.signal.aborted;
  }

  #sleep(ms: number): Promise<void> {
    return this.#clock.sleep(ms, this.#end.signal);
  }
}
