import { assert } from '../assert.ts';
import type {
  CloseIssued,
  DeliveryClaimed,
  DeliveryReported,
  Effect,
  SessionOpened,
  SignalEnded,
  SignalIssued,
} from '../engine/effect.ts';
import { NO_POSITIONS, PositionBook, type PositionBookBase } from '../positions/position-book.ts';
import { NO_RISK, RiskBook, type RiskBookBase } from '../risk/risk-book.ts';
import type { SignalEnd, SignalEndState } from '../signals/signal.ts';
import { type Delivery, type DeliveryFacts, isInFlight, isOver, isSettled, type OfferEnd } from './delivery.ts';
import { known, type Move, moveOf, offered } from './delivery-move.ts';
import { type ForgottenBase, ForgottenIds } from './forgotten-ids.ts';
import type { Instruction } from './instruction.ts';
import { ACCOUNTS, type Account, DEFAULT_ACCOUNT, PAPER_ACCOUNT } from './session.ts';

/** How many instructions of which nothing more is expected are remembered, the newest. */
const SETTLED_KEPT = 10_000;
/**
 * How many positions count as open, the newest signals: an executor may never say that it closed them, and a journal's base
 * must not grow for ever. An older one is settled for the books, and can still be reported on for as long as those are.
 */
const POSITIONS_KEPT = 1_000;

/** An instruction as JSON keeps it. */
export type KeptInstruction = Omit<Instruction, 'deliveries'> & { readonly deliveries: readonly Delivery[] };

/** For a while messages tell alarms only. Plain JSON. */
export interface NoticeMute {
  /** House time, like `sinceMs`. */
  readonly untilMs: number;
  readonly by: string;
  readonly sinceMs: number;
}

/** What must still be known of effects that are gone. Plain JSON. */
export interface DeliveryBookBase {
  /** Those that ever had a session or are halted. */
  readonly accounts: readonly Account[];
  /** The latest house time that any of them speaks of, 0 when none does. */
  readonly latestWallMs: number;
  /** Everything of which something is still expected, in the order of `seq`. */
  readonly instructions: readonly KeptInstruction[];
  /** Absent in journals from before it was kept. */
  readonly forgotten?: ForgottenBase;
  /** The same. */
  readonly positions?: PositionBookBase;
  /** The same. */
  readonly risk?: RiskBookBase;
  /** Absent when nothing was muted; one whose time is over may still be here. */
  readonly mute?: NoticeMute;
}

export const NOTHING_DELIVERED: DeliveryBookBase = {
  accounts: [],
  latestWallMs: 0,
  instructions: [],
  forgotten: {},
  positions: NO_POSITIONS,
  risk: NO_RISK,
};

/**
 * All instructions with their deliveries, the accounts and who holds them, as the effects tell it. The house, the API and
 * a restart fold the same effects through this class, so none of them can know another story.
 *
 * What is settled is forgotten after a while: in memory by number, in a journal with the effects that retention drops. An
 * effect may speak of it all the same, when somebody remembered it longer (a report that came months late): it is passed over.
 */
export class DeliveryBook {
  /** In the order of `seq`. */
  readonly #instructions = new Map<string, Instruction>();
  readonly #unsettled = new Set<string>();
  /** Those of them of which only the close of a position is expected. */
  readonly #positions = new Set<string>();
  /** In the order in which they settled. */
  readonly #settled = new Set<string>();
  readonly #accounts = new Map<string, Account>();
  #positionBook: PositionBook;
  #riskBook: RiskBook;
  #forgotten: ForgottenIds;
  #latestWallMs: number;
  #mute: NoticeMute | undefined;

  constructor(base: DeliveryBookBase = NOTHING_DELIVERED) {
    const { accounts, latestWallMs, instructions, forgotten, positions, risk, mute } = base;
    this.#positionBook = new PositionBook(positions);
    this.#riskBook = new RiskBook(risk);
    this.#forgotten = new ForgottenIds(forgotten);
    this.#latestWallMs = latestWallMs;
    this.#mute = mute;
    for (const account of ACCOUNTS) {
      this.#accounts.set(account, { account, epoch: 0, session: undefined, halt: undefined });
    }
    for (const account of accounts) this.#accounts.set(account.account, account);
    for (const { deliveries, ...kept } of instructions) {
      this.#put({ ...kept, deliveries: new Map(deliveries.map((delivery) => [delivery.account, delivery])) });
    }
  }

  asBase(): DeliveryBookBase {
    return {
      accounts: [...this.#accounts.values()].filter(({ epoch, halt }) => epoch > 0 || halt !== undefined),
      latestWallMs: this.#latestWallMs,
      instructions: [...this.#instructions.values()]
        .filter(({ id }) => this.#unsettled.has(id))
        .map(({ deliveries, ...kept }) => ({ ...kept, deliveries: [...deliveries.values()] })),
      positions: this.#positionBook.asBase(this.#unsettled),
      risk: this.#riskBook.asBase(),
      forgotten: this.#forgotten.asBase([...this.#settled].map((id) => this.#known(id))),
      ...(this.#mute !== undefined && { mute: this.#mute }),
    };
  }

  /** A book that stands where this one stands and goes its own way from here. */
  copy(): DeliveryBook {
    const copy = new DeliveryBook();
    for (const [id, instruction] of this.#instructions) copy.#instructions.set(id, instruction);
    for (const id of this.#unsettled) copy.#unsettled.add(id);
    for (const id of this.#positions) copy.#positions.add(id);
    for (const id of this.#settled) copy.#settled.add(id);
    for (const [name, account] of this.#accounts) copy.#accounts.set(name, account);
    copy.#forgotten = new ForgottenIds(this.#forgotten.asBase());
    copy.#latestWallMs = this.#latestWallMs;
    copy.#mute = this.#mute;
    copy.#positionBook = this.#positionBook.copy();
    copy.#riskBook = this.#riskBook.copy();
    return copy;
  }

  /** In the order of `seq`; the oldest settled ones are forgotten. */
  get instructions(): Iterable<Instruction> {
    return this.#instructions.values();
  }

  /** Those of which something is still expected: an end, a report, the close of a position. */
  get unsettled(): readonly Instruction[] {
    return [...this.#unsettled].map((id) => this.#instructions.get(id)!);
  }

  /** What was opened and closed, on every account. */
  get positions(): Omit<PositionBook, 'learn'> {
    return this.#positionBook;
  }

  get risk(): Omit<RiskBook, 'apply' | 'rise'> {
    return this.#riskBook;
  }

  get accounts(): Iterable<Account> {
    return this.#accounts.values();
  }

  instruction(id: string): Instruction | undefined {
    return this.#instructions.get(id);
  }

  /** Whether a signal with this id of this producer may have been there, and is forgotten. */
  mayBeForgotten(id: string, producer: string): boolean {
    return this.#forgotten.mayHold(id, producer);
  }

  delivery(deliveryId: string): Delivery | undefined {
    const dot = deliveryId.indexOf('.');
    return this.#instructions.get(deliveryId.slice(0, dot))?.deliveries.get(deliveryId.slice(dot + 1));
  }

  account(name: string): Account | undefined {
    return this.#accounts.get(name);
  }

  /** Deliveries of the account that somebody executes or that are in doubt. */
  inFlight(account: string): readonly Delivery[] {
    return this.unsettled.flatMap(({ deliveries }) => {
      const delivery = deliveries.get(account);
      return delivery !== undefined && isInFlight(delivery) ? [delivery] : [];
    });
  }

  /** The latest house time that any effect speaks of, 0 before the first: a restart goes on from there at the earliest. */
  get latestWallMs(): number {
    return this.#latestWallMs;
  }

  /** What keeps messages back at this house time. It ends by its time, with no effect that says so. */
  muteAt(wallMs: number): NoticeMute | undefined {
    return this.#mute !== undefined && wallMs < this.#mute.untilMs ? this.#mute : undefined;
  }

  apply(effect: Effect): void {
    if ('wallMs' in effect) this.#latestWallMs = Math.max(this.#latestWallMs, effect.wallMs);
    switch (effect.kind) {
      case 'signal_issued':
        this.#issue(effect);
        break;
      case 'signal_ended':
        this.#end(effect);
        break;
      case 'signal_amended': {
        const { stopPrice, targetPrices, version } = effect;
        const instruction = this.#instructions.get(effect.signalId);
        if (instruction === undefined) break;
        this.#put({ ...instruction, version, signal: { ...instruction.signal, stopPrice, targetPrices } });
        break;
      }
      case 'close_issued':
        this.#close(effect);
        break;
      case 'session_opened':
        this.#openSession(effect);
        break;
      case 'session_ended':
        this.#changeAccount(effect.account, { session: undefined });
        break;
      case 'delivery_shown':
        this.#learn(effect.deliveryId, (facts) => ({ ...facts, shown: true }), moveOf(effect, 'a guide route'));
        break;
      case 'delivery_claimed':
        this.#grant(effect);
        break;
      case 'delivery_reported':
        this.#report(effect);
        this.#learnPosition(effect.deliveryId, effect.atMs);
        break;
      case 'delivery_withdrawn': {
        const offerEnd: OfferEnd = { state: 'CANCELLED', reason: effect.reason };
        this.#learn(effect.deliveryId, (facts) => ({ ...facts, offerEnd }), moveOf(effect, 'entry'));
        break;
      }
      case 'delivery_doubted': {
        const { fence, reason } = effect;
        const learn = (facts: DeliveryFacts) => ({ ...facts, doubt: { fence, reason } });
        this.#learn(effect.deliveryId, learn, moveOf(effect, 'sweeper'));
        break;
      }
      case 'delivery_resolved': {
        const { resolution } = effect;
        this.#learn(effect.deliveryId, (facts) => ({ ...facts, resolution }), moveOf(effect, resolution.by));
        this.#learnPosition(effect.deliveryId, effect.atMs);
        break;
      }
      case 'account_halted': {
        const { account, reason, by, wallMs: sinceMs } = effect;
        this.#changeAccount(account, { halt: { reason, by, sinceMs } });
        this.#withdrawOffers(account, { state: 'HALTED', reason }, moveOf(effect, by));
        break;
      }
      case 'account_resumed':
        this.#changeAccount(effect.account, { halt: undefined });
        break;
      case 'cancel_requested': {
        // The end of the offer stays what it was for the guide's clients. Here it is what executors were told last: one that
        // missed the event must find it in a snapshot, or its order rests on.
        const { signalId, reason, by, atMs } = effect;
        const instruction = this.#instructions.get(signalId);
        if (instruction === undefined) break;
        this.#put({ ...instruction, end: { state: 'CANCELLED', reason: `${reason} (${by})`, atMs } });
        break;
      }
      case 'notices_muted': {
        const { untilMs, by, wallMs: sinceMs } = effect;
        this.#mute = untilMs === undefined ? undefined : { untilMs, by, sinceMs };
        break;
      }
      case 'gap_recorded':
      case 'risk_changed':
      case 'day_turned':
        break;
    }
    this.#riskBook.apply(effect);
  }

  #learnPosition(deliveryId: string, atMs: number): void {
    const delivery = this.delivery(deliveryId);
    const own = delivery && this.#instructions.get(delivery.signalId);
    const entry = own?.closes === undefined ? own : this.#instructions.get(own.closes);
    if (delivery === undefined || entry === undefined) return;
    const position = this.#positionBook.learn(entry, delivery, atMs);
    if (position?.isOpen === false && position.account === PAPER_ACCOUNT) {
      this.#riskBook.rise(this.#positionBook.realisedNet(PAPER_ACCOUNT));
    }
  }

  #issue({ seq, signal, published }: SignalIssued): void {
    const { signalId: id, stampUs } = signal;
    const atMs = Math.floor(stampUs / 1000);
    this.#put({
      ...{ id, seq, intent: 'ENTRY', signal, closes: undefined, version: 1, end: undefined, atMs, reason: undefined },
      producer: published?.producer ?? 'bot',
      maxSlippageBps: published?.maxSlippageBps,
      bodyHash: published?.bodyHash,
      deliveries: new Map([
        [
          DEFAULT_ACCOUNT,
          offered(id, DEFAULT_ACCOUNT, 'ENTRY', signal.symbol, { seq, atMs, by: published?.producer ?? 'bot' }),
        ],
      ]),
    });
  }

  #end({ seq, signalId, state, reason, atMs }: SignalEnded): void {
    const instruction = this.#known(signalId);
    const deliveries = new Map(
      [...instruction.deliveries].map(([account, delivery]) => [
        account,
        // Told to those in flight as well: one that is given back later is not offered again.
        known(
          delivery,
          { ...delivery.facts, offerEnd: delivery.facts.offerEnd ?? offerEndOn(account, { state, reason }) },
          { seq, atMs, by: state.toLowerCase() },
        ),
      ]),
    );
    this.#put({ ...instruction, end: { state, reason, atMs }, deliveries });
  }

  #close(effect: CloseIssued): void {
    const { seq, closeId, signalId, accounts, reason, atMs, by } = effect;
    const closed = this.#instructions.get(signalId);
    if (closed === undefined) return;
    const { signal, producer } = closed;
    const deliveries = accounts.map(
      (account) => [account, offered(closeId, account, 'CLOSE', signal.symbol, moveOf(effect, by))] as const,
    );
    this.#put({
      ...{ id: closeId, seq, intent: 'CLOSE', signal, closes: signalId, producer, maxSlippageBps: undefined },
      ...{ version: 1, end: undefined, bodyHash: undefined, atMs, reason },
      deliveries: new Map(deliveries),
    });
  }

  #openSession(effect: SessionOpened): void {
    const { sessionId, account, consumer, instance, epoch, symbols, capabilities, wallMs: sinceMs } = effect;
    const session = { sessionId, account, consumer, instance, epoch, symbols, capabilities, sinceMs };
    this.#changeAccount(account, { epoch, session });
  }

  #grant(effect: DeliveryClaimed): void {
    const { seq: fence, signalId, account, key, sessionId, consumer, epoch } = effect;
    const { clientOrderId, deadlineMs, latency, wallMs: grantedMs } = effect;
    const grant = { fence, key, sessionId, consumer, epoch, clientOrderId, grantedMs, deadlineMs, latency };
    const instruction = this.#instructions.get(signalId);
    if (instruction === undefined) return;
    // A delivery beside the routed one begins with its claim.
    const before =
      instruction.deliveries.get(account) ??
      endedWith(
        instruction,
        offered(signalId, account, instruction.intent, instruction.signal.symbol, moveOf(effect, consumer)),
      );
    const after = known(before, { ...before.facts, grants: [...before.facts.grants, grant] }, moveOf(effect, consumer));
    this.#put({ ...instruction, deliveries: new Map(instruction.deliveries).set(account, after) });
  }

  #report(effect: DeliveryReported): void {
    const { deliveryId, report, flags, reoffered } = effect;
    const by = this.delivery(deliveryId)?.facts.grants.find(({ fence }) => fence === report.fence)?.consumer;
    const move = { ...moveOf(effect, by ?? 'unknown'), reportId: report.reportId };
    const learn = (facts: DeliveryFacts) => ({ ...facts, reports: [...facts.reports, { report, flags, reoffered }] });
    this.#learn(deliveryId, learn, move);
  }

  #withdrawOffers(account: string, offerEnd: OfferEnd, move: Move): void {
    for (const instruction of this.unsettled) {
      const delivery = instruction.deliveries.get(account);
      // A CLOSE must always be possible.
      if (delivery === undefined || delivery.intent === 'CLOSE') continue;
      // What a client of the guide was shown may be traded already. Told to those in flight as well: one that is given
      // back later is not offered again, not even when somebody has resumed by then.
      if (delivery.state !== 'OFFERED' && !isInFlight(delivery)) continue;
      this.#learn(delivery.deliveryId, (facts) => ({ ...facts, offerEnd: facts.offerEnd ?? offerEnd }), move);
    }
  }

  #learn(deliveryId: string, learn: (facts: DeliveryFacts) => DeliveryFacts, move: Move): void {
    const delivery = this.delivery(deliveryId);
    if (delivery === undefined) return;
    const instruction = this.#known(delivery.signalId);
    const after = known(delivery, learn(delivery.facts), move);
    this.#put({ ...instruction, deliveries: new Map(instruction.deliveries).set(delivery.account, after) });
  }

  #changeAccount(name: string, change: Partial<Account>): void {
    const account = this.#accounts.get(name);
    assert(account !== undefined, `delivery book: account ${name} is not known`);
    this.#accounts.set(name, { ...account, ...change });
  }

  #known(id: string): Instruction {
    const instruction = this.#instructions.get(id);
    assert(instruction !== undefined, `delivery book: ${id} is not known`);
    return instruction;
  }

  #put(instruction: Instruction): void {
    const { id, end, intent, deliveries } = instruction;
    this.#instructions.set(id, instruction);
    const each = [...deliveries.values()];
    const isAtRest = (intent === 'CLOSE' || end !== undefined) && each.every(isOver);
    this.#positions.delete(id);
    if (isAtRest && each.every(isSettled)) {
      this.#settle(id);
      return;
    }
    this.#unsettled.add(id);
    this.#settled.delete(id);
    if (!isAtRest) return;
    this.#positions.add(id);
    if (this.#positions.size <= POSITIONS_KEPT) return;
    const seqOf = (position: string): number => this.#instructions.get(position)!.seq;
    const oldest = [...this.#positions].reduce((a, b) => (seqOf(a) < seqOf(b) ? a : b));
    this.#positions.delete(oldest);
    this.#settle(oldest);
  }

  #settle(id: string): void {
    this.#unsettled.delete(id);
    this.#settled.add(id);
    if (this.#settled.size <= SETTLED_KEPT) return;
    for (const oldest of this.#settled) {
      this.#forgotten.note(this.#known(oldest));
      this.#settled.delete(oldest);
      this.#instructions.delete(oldest);
      break;
    }
  }
}

/** What begins after the offer has ended is not offered again when it is given back. */
function endedWith({ end }: Instruction, delivery: Delivery): Delivery {
  if (end === undefined) return delivery;
  return { ...delivery, facts: { ...delivery.facts, offerEnd: offerEndOn(delivery.account, end) } };
}

/** Clients of the guide acknowledge for the routed account: on another one, nobody acknowledged anything. */
function offerEndOn(account: string, { state, reason }: Pick<SignalEnd, 'state' | 'reason'>): OfferEnd {
  const isElsewhere = state === 'ACKED_LEGACY' && account !== DEFAULT_ACCOUNT;
  return { state: isElsewhere ? 'CANCELLED' : OFFER_ENDS[state], reason };
}

const OFFER_ENDS: Readonly<Record<SignalEndState, OfferEnd['state']>> = {
  EXPIRED: 'EXPIRED',
  CANCELLED: 'CANCELLED',
  SUPERSEDED: 'CANCELLED',
  EXHAUSTED: 'CANCELLED',
  ACKED_LEGACY: 'ACKED_LEGACY',
};
