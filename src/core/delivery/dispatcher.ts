import { assert } from '../assert.ts';
import type { Effect, Unnumbered } from '../engine/effect.ts';
import type { SignalDraft } from '../engine/event.ts';
import type { Signal } from '../signals/signal.ts';
import { expiryOf } from '../signals/signal-book.ts';
import { hash128, signalIdOf } from '../signals/signal-id.ts';
import { amendedBracket } from './amended-bracket.ts';
import type { Books } from './books.ts';
import type {
  Amend,
  Cancel,
  Claim,
  CloseOut,
  Command,
  HaltAccount,
  Heartbeat,
  OpenSession,
  Publish,
  Report,
  Resolve,
  ResumeAccount,
  Show,
} from './command.ts';
import { currentGrant, type Delivery, deliveryIdOf, type Grant, isInFlight, isOver, NO_FENCE } from './delivery.ts';
import type { Instruction } from './instruction.ts';
import { Leases } from './leases.ts';
import type { Moment } from './moment.ts';
import type { DeliveryRefusal, DeliveryRefusalCode, Reply } from './refusal.ts';
import type { Granted, Replies } from './reply.ts';
import { judgeReport } from './report-judgement.ts';
import { sameReport } from './sameness.ts';
import { type Account, DEFAULT_ACCOUNT, PAPER_ACCOUNT, type Session } from './session.ts';

/** House milliseconds after the deadline of a grant until a missing report becomes a doubt. */
export const GRACE_MS = 10_000;
/** House milliseconds in which an order to close is expected to be at work. */
const CLOSE_WITHIN_MS = 20_000;
/** How many reports of one delivery are taken: a fill of a scalp has a few hundred parts at most. */
const REPORTS_MAX = 2_000;

/**
 * What becomes of a signal between its decision and its end: who may execute it, until when, and what was reported.
 * Pure and synchronous, like the engine that owns it: a command in, a reply and effects out. What it knows is books that
 * change by folding effects only, and the leases, which a restart renews.
 *
 * At most once rests on one rule: a claim is granted once and never offered again, whatever is heard or not heard of
 * it; only the holder itself can give it back, before it has sent anything.
 */
export class Dispatcher {
  readonly #books: Books;
  readonly #runAnchor: string;
  readonly #leases = new Leases();
  #effects: Effect[] = [];

  /** @param books What was before, folded from the journal; they belong to the dispatcher from here on. */
  constructor(books: Books, runAnchor: string) {
    this.#books = books;
    this.#runAnchor = runAnchor;
  }

  /** The effects since the last call, in order. */
  drain(): readonly Effect[] {
    if (this.#effects.length === 0) return NO_EFFECTS;
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  take<C extends Command>(command: C, moment: Moment): Replies[C['kind']];
  take(command: Command, moment: Moment): Replies[Command['kind']] {
    // Whatever is asked, it is asked of the present: what is over by now is over first.
    this.#sweep(moment);
    switch (command.kind) {
      case 'publish':
        return this.#publish(command, moment);
      case 'cancel':
        return this.#cancel(command, moment);
      case 'close':
        return this.#close(command, moment);
      case 'amend':
        return this.#amend(command, moment);
      case 'open_session':
        return this.#openSession(command, moment);
      case 'heartbeat':
        return this.#heartbeat(command, moment);
      case 'claim':
        return this.#claim(command, moment);
      case 'report':
        return this.#report(command, moment);
      case 'resolve':
        return this.#resolve(command, moment);
      case 'halt':
        return this.#halt(command, moment);
      case 'resume':
        return this.#resume(command, moment);
      case 'show':
        return this.#show(command, moment);
      case 'sweep':
        this.#doubtWhatIsOverdue(moment);
        return done(undefined);
    }
  }

  /**
   * One live signal per symbol: the newer supersedes.
   * @param ttlMs market milliseconds
   * @param identity what else makes this signal this one
   */
  issue(draft: SignalDraft, atMs: number, ttlMs: number, identity: string): void {
    const parts = [this.#runAnchor, draft.symbol, draft.timeframe, draft.side, identity];
    let signalId = signalIdOf(atMs, parts.join('|'));
    // Another signal must never inherit what became of this one.
    while (this.#books.deliveries.instruction(signalId) !== undefined) {
      parts.push('again');
      signalId = signalIdOf(atMs, parts.join('|'));
    }
    this.#issue({ signalId, draft, atMs, ttlMs });
  }

  /** Records that nobody watched the market. */
  recordGap(gap: Omit<Extract<Effect, { kind: 'gap_recorded' }>, 'seq' | 'kind'>): void {
    this.#emit({ kind: 'gap_recorded', ...gap });
  }

  /** A client of the guide says that it has processed the signal with this stamp. Nothing happens to one it cannot have seen. */
  acknowledge(stampUs: number, atMs: number): void {
    this.expire(atMs);
    const signal = this.#books.signals.open.find((open) => open.stampUs === stampUs);
    if (signal === undefined) return;
    const state = this.#books.deliveries.delivery(deliveryIdOf(signal.signalId, DEFAULT_ACCOUNT))?.state;
    if (state !== 'OFFERED' && state !== 'SHOWN') return;
    const reason = 'a client of the guide acknowledged it';
    this.#emit({ kind: 'signal_ended', signalId: signal.signalId, state: 'ACKED_LEGACY', reason, atMs });
  }

  /** Ends what is over by this market time. */
  expire(atMs: number): void {
    const { open } = this.#books.signals;
    if (open.length === 0) return;
    for (const signal of open.filter(({ expiresAtMs }) => expiresAtMs <= atMs)) {
      this.#emit({
        kind: 'signal_ended',
        signalId: signal.signalId,
        ...expiryOf(signal),
        ...this.#inExecution(signal),
      });
    }
  }

  isHalted(account: string): boolean {
    return this.#books.deliveries.account(account)?.halt !== undefined;
  }

  #publish(
    { signalId, bodyHash, producer, draft, ttlMs, maxSlippageBps }: Publish,
    moment: Moment,
  ): Replies['publish'] {
    const known = this.#books.deliveries.instruction(signalId);
    if (known !== undefined) {
      if (known.bodyHash === bodyHash) return done({ instruction: known, duplicate: true });
      return refuse('id_reused', `The signal ${signalId} is known with another content. A new signal needs a new id.`);
    }
    const problem = amendedBracket(draft);
    if (typeof problem === 'string') return refuse('bad_bracket', problem);
    const halt = this.#books.deliveries.account(DEFAULT_ACCOUNT)?.halt;
    if (halt !== undefined) return refuse('halted', `The account ${DEFAULT_ACCOUNT} is halted: ${halt.reason}`);
    assert(ttlMs !== undefined, 'dispatcher: the engine knows the default ttl');
    const published = { producer, bodyHash, ...(maxSlippageBps !== undefined && { maxSlippageBps }) };
    const { atMs, speed } = moment;
    this.#issue({ signalId, draft, atMs, ttlMs: Math.max(1, Math.floor(ttlMs * speed)), published });
    return done({ instruction: this.#instruction(signalId), duplicate: false });
  }

  #issue(signal: {
    readonly signalId: string;
    readonly draft: SignalDraft;
    readonly atMs: number;
    readonly ttlMs: number;
    readonly published?: Extract<Effect, { kind: 'signal_issued' }>['published'];
  }): void {
    const { signalId, draft, atMs, ttlMs, published } = signal;
    this.expire(atMs);
    for (const older of this.#books.signals.open.filter(({ symbol }) => symbol === draft.symbol)) {
      const reason = `a newer signal of ${draft.symbol} took its place`;
      this.#emit({ kind: 'signal_ended', signalId: older.signalId, state: 'SUPERSEDED', reason, atMs });
    }
    const stampUs = Math.max(atMs * 1000, this.#books.signals.lastStampUs + 1);
    const issued: Signal = { signalId, stampUs, ...draft, expiresAtMs: atMs + ttlMs };
    this.#emit({ kind: 'signal_issued', signal: issued, ...(published !== undefined && { published }) });
  }

  #cancel({ signalId, reason, by }: Cancel, moment: Moment): Replies['cancel'] {
    const instruction = this.#books.deliveries.instruction(signalId);
    if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
    if (instruction.end === undefined) {
      this.#emit({
        kind: 'signal_ended',
        signalId,
        state: 'CANCELLED',
        reason: `${reason} (${by})`,
        atMs: moment.atMs,
      });
    } else if ([...instruction.deliveries.values()].some(isInFlight)) {
      this.#emit({ kind: 'cancel_requested', signalId, reason, by, ...timesOf(moment) });
    } else if (instruction.end.state !== 'CANCELLED') {
      return refuse(codeOfEnd(instruction), `The signal ${signalId} is over: ${instruction.end.reason}`);
    }
    return done(this.#instruction(signalId));
  }

  #close({ signalId, reason, by }: CloseOut, moment: Moment): Replies['close'] {
    const instruction = this.#books.deliveries.instruction(signalId);
    if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
    for (const { id, closes, deliveries } of this.#books.deliveries.unsettled) {
      if (closes !== signalId || [...deliveries.values()].every(isOver)) continue;
      return done({ instruction: this.#instruction(id), duplicate: true });
    }
    const accounts = [...instruction.deliveries.values()]
      .filter((delivery) => isInFlight(delivery) || delivery.state === 'FILLED')
      .map(({ account }) => account);
    if (accounts.length === 0) {
      return refuse(
        'nothing_to_close',
        `Nothing of the signal ${signalId} is open, and nothing of it is being executed.`,
      );
    }
    const closeId = signalIdOf(moment.atMs, `close|${signalId}|${this.#books.signals.lastSeq}`);
    this.#emit({ kind: 'close_issued', closeId, signalId, accounts, reason, by, ...timesOf(moment) });
    return done({ instruction: this.#instruction(closeId), duplicate: false });
  }

  #amend(command: Amend, moment: Moment): Replies['amend'] {
    const { signalId, version, by } = command;
    const instruction = this.#books.deliveries.instruction(signalId);
    if (instruction === undefined || instruction.intent === 'CLOSE') return unknownSignal(signalId);
    if (instruction.version !== version) {
      const message = `The signal ${signalId} has version ${instruction.version} by now, not ${version}: read it again.`;
      return { ok: false, refusal: { code: 'version_conflict', message, version: instruction.version } };
    }
    const open = [...instruction.deliveries.values()].some((each) => isInFlight(each) || each.state === 'FILLED');
    if (instruction.end !== undefined && !open) {
      return refuse(codeOfEnd(instruction), `The signal ${signalId} is over: ${instruction.end.reason}`);
    }
    const bracket = amendedBracket(instruction.signal, command, open);
    if (typeof bracket === 'string') return refuse('bad_bracket', bracket);
    this.#emit({ kind: 'signal_amended', signalId, version: version + 1, ...bracket, by, ...timesOf(moment) });
    return done(this.#instruction(signalId));
  }

  #openSession(command: OpenSession, moment: Moment): Replies['open_session'] {
    const { account: name, consumer, instance, symbols, capabilities, takeover } = command;
    const account = this.#books.deliveries.account(name);
    if (account === undefined) return unknownAccount(name);
    const holder = account.session;
    if (holder?.instance === instance && holder.consumer === consumer && sameSet(holder.symbols, symbols)) {
      // Asked again because the first answer was lost: it is the holder itself.
      this.#leases.renew(holder, moment.wallMs);
      return done(this.#opened(holder));
    }
    if (holder !== undefined && holder.instance !== instance && !takeover) {
      const remainingMs = this.#leases.remainingMs(holder, moment.wallMs);
      const message =
        `The account ${name} is held by ${holder.consumer} for another ${(remainingMs / 1000).toFixed(1)} s unless it gives ` +
        'a sign of life. Wait, stop that executor, or ask with "takeover": true.';
      const { sinceMs } = holder;
      return {
        ok: false,
        refusal: { code: 'account_held', message, holder: { consumer: holder.consumer, sinceMs, remainingMs } },
      };
    }
    if (holder !== undefined) this.#leases.forget(holder);
    const { sessionId } = command;
    const epoch = account.epoch + 1;
    this.#emit({
      ...{ kind: 'session_opened', sessionId, account: name, consumer, instance, epoch, symbols, capabilities },
      ...timesOf(moment),
    });
    const session = this.#books.deliveries.account(name)!.session!;
    this.#leases.renew(session, moment.wallMs);
    return done(this.#opened(session));
  }

  #opened(session: Session) {
    const inDoubt = this.#books.deliveries
      .inFlight(session.account)
      .filter(
        (delivery) => delivery.state !== 'CLAIMED' || currentGrant(delivery.facts)?.sessionId !== session.sessionId,
      );
    return { session, inDoubt, halted: this.isHalted(session.account) };
  }

  #heartbeat({ sessionId, epoch }: Heartbeat, { wallMs }: Moment): Replies['heartbeat'] {
    const session = this.#holding(sessionId, epoch);
    if (session === undefined) return staleEpoch(sessionId);
    this.#leases.renew(session, wallMs);
    return done({ session, halted: this.isHalted(session.account) });
  }

  #claim(command: Claim, moment: Moment): Replies['claim'] {
    const { signalId, sessionId, epoch, account, key, latency } = command;
    const instruction = this.#books.deliveries.instruction(signalId);
    if (instruction === undefined) return unknownSignal(signalId);
    // First of all, and for a repetition too: whoever was fenced off must not begin anything.
    const session = this.#holding(sessionId, epoch);
    if (session === undefined || session.account !== account) return staleEpoch(sessionId);
    const delivery = instruction.deliveries.get(account);
    const grant = delivery && currentGrant(delivery.facts);
    if (delivery !== undefined && grant !== undefined && grant.key === key && grant.sessionId === sessionId) {
      return done(granted(instruction, delivery, grant, moment));
    }
    const refusal = this.#whyNotClaimed(instruction, delivery, session, key, moment);
    if (refusal !== undefined) return { ok: false, refusal };
    const seq = this.#books.signals.lastSeq + 1;
    const clientOrderId = clientOrderIdOf(this.#runAnchor, deliveryIdOf(signalId, account), seq);
    const { consumer } = session;
    const deadlineMs = moment.wallMs + (executableMs(instruction, moment) ?? CLOSE_WITHIN_MS);
    this.#emit({
      ...{
        kind: 'delivery_claimed',
        signalId,
        account,
        sessionId,
        consumer,
        epoch,
        key,
        clientOrderId,
        deadlineMs,
        latency,
      },
      ...timesOf(moment),
    });
    const now = this.#instruction(signalId);
    const claimed = now.deliveries.get(account)!;
    return done(granted(now, claimed, currentGrant(claimed.facts)!, moment));
  }

  #whyNotClaimed(
    instruction: Instruction,
    delivery: Delivery | undefined,
    { account, symbols }: Session,
    key: string,
    moment: Moment,
  ): DeliveryRefusal | undefined {
    const { id, signal, intent, end } = instruction;
    const no = (code: DeliveryRefusalCode, message: string) => ({ code, message });
    if (delivery === undefined && (account !== PAPER_ACCOUNT || intent === 'CLOSE')) {
      return no('not_routed', `The signal ${id} is not offered on the account ${account}.`);
    }
    if (symbols.length > 0 && !symbols.includes(signal.symbol)) {
      return no('not_routed', `The session trades ${symbols.join(', ')} and not ${signal.symbol}.`);
    }
    const grants = delivery?.facts.grants ?? [];
    // A claim that was given back and comes again is an echo of the network: nobody waits for its answer.
    const onOffer = delivery === undefined || delivery.state === 'OFFERED';
    if (grants.length > 0 && (!onOffer || grants.some((grant) => grant.key === key))) {
      return no('claimed', `The signal ${id} was claimed on the account ${account}: it is offered once.`);
    }
    // Somebody whose claim is not known here has spoken of it, and may be executing it.
    const known = no(
      'claimed',
      `Reports of the signal ${id} on the account ${account} came in: it is not offered any more.`,
    );
    if (intent === 'CLOSE') return onOffer ? undefined : known;
    // A superseded or cancelled signal is refused as such, an acknowledged one as shown: the reason is worth more than EXPIRED.
    if (end !== undefined) return no(codeOfEnd(instruction), `The signal ${id} is over: ${end.reason}`);
    if (delivery?.state === 'SHOWN')
      return no('shown', `A client of the guide was shown the signal ${id}, and may be trading it.`);
    const halt = this.#books.deliveries.account(account)?.halt;
    if (halt !== undefined) return no('halted', `The account ${account} is halted: ${halt.reason}`);
    if (!onOffer) return known;
    if ((executableMs(instruction, moment) ?? 1) < 1) return no('expired', `The time of the signal ${id} is over.`);
    return undefined;
  }

  #report({ deliveryId, report }: Report, moment: Moment): Replies['report'] {
    const delivery = this.#books.deliveries.delivery(deliveryId);
    if (delivery === undefined) {
      return refuse('unknown_delivery', `The delivery ${deliveryId} is not known here, or no longer.`);
    }
    const { reports } = delivery.facts;
    const same = reports.find((stored) => stored.report.reportId === report.reportId);
    if (same !== undefined) {
      if (sameReport(same.report, report)) return done({ delivery, duplicate: true });
      return refuse(
        'report_id_reused',
        `The report ${report.reportId} is known with another content. A new report needs a new id.`,
      );
    }
    if (reports.length >= REPORTS_MAX) {
      return refuse(
        'too_many_reports',
        `The delivery ${deliveryId} has ${REPORTS_MAX} reports already: more cannot be true.`,
      );
    }
    const session = this.#holding(report.session, report.epoch);
    const judgement = judgeReport(delivery, report, session?.account === delivery.account ? session : undefined);
    this.#emit({ kind: 'delivery_reported', deliveryId, report, ...judgement, ...timesOf(moment) });
    this.#exhaust(delivery.signalId, moment);
    return done({ delivery: this.#books.deliveries.delivery(deliveryId)!, duplicate: false });
  }

  #resolve({ deliveryId, resolution }: Resolve, moment: Moment): Replies['resolve'] {
    const delivery = this.#books.deliveries.delivery(deliveryId);
    if (delivery === undefined) {
      return refuse('unknown_delivery', `The delivery ${deliveryId} is not known here, or no longer.`);
    }
    if (delivery.state !== 'IN_DOUBT') {
      return refuse(
        'not_in_doubt',
        `The delivery ${deliveryId} is not in doubt: it is ${delivery.state}, ${delivery.reason}.`,
      );
    }
    this.#emit({ kind: 'delivery_resolved', deliveryId, resolution, ...timesOf(moment) });
    this.#exhaust(delivery.signalId, moment);
    return done(this.#books.deliveries.delivery(deliveryId)!);
  }

  #halt({ account: name, reason, by }: HaltAccount, moment: Moment): Replies['halt'] {
    const account = this.#books.deliveries.account(name);
    if (account === undefined) return unknownAccount(name);
    if (account.halt !== undefined) return done(account);
    this.#emit({ kind: 'account_halted', account: name, reason, by, ...timesOf(moment) });
    for (const { signalId } of [...this.#books.signals.open]) this.#exhaust(signalId, moment);
    return done(this.#account(name));
  }

  #resume({ account: name, by }: ResumeAccount, moment: Moment): Replies['resume'] {
    const account = this.#books.deliveries.account(name);
    if (account === undefined) return unknownAccount(name);
    if (account.halt !== undefined) this.#emit({ kind: 'account_resumed', account: name, by, ...timesOf(moment) });
    return done(this.#account(name));
  }

  #show({ signalIds }: Show, moment: Moment): Replies['show'] {
    const { session: holder, halt } = this.#account(DEFAULT_ACCOUNT);
    if (holder !== undefined || halt !== undefined) return done({ signalIds: [], holder });
    const shown = signalIds.filter((signalId) => {
      const instruction = this.#books.deliveries.instruction(signalId);
      const delivery = instruction?.deliveries.get(DEFAULT_ACCOUNT);
      if (instruction?.end !== undefined || delivery === undefined) return false;
      if (delivery.state === 'SHOWN') return true;
      // Once granted, never shown: not even when it was given back and is offered again.
      if (delivery.state !== 'OFFERED' || delivery.facts.grants.length > 0) return false;
      this.#emit({ kind: 'delivery_shown', deliveryId: delivery.deliveryId, ...timesOf(moment) });
      return true;
    });
    return done({ signalIds: shown, holder });
  }

  #sweep(moment: Moment): void {
    const { atMs, wallMs } = moment;
    this.expire(atMs);
    for (const { session } of [...this.#books.deliveries.accounts]) {
      if (session === undefined || this.#leases.remainingMs(session, wallMs) > 0) continue;
      this.#leases.forget(session);
      const { sessionId, account, consumer } = session;
      const reason = `no sign of life from ${consumer}`;
      this.#emit({ kind: 'session_ended', sessionId, account, reason, ...timesOf(moment) });
    }
  }

  #doubtWhatIsOverdue(moment: Moment): void {
    for (const { deliveries } of this.#books.deliveries.unsettled) {
      for (const delivery of deliveries.values()) this.#doubt(delivery, moment);
    }
  }

  #doubt({ state, deliveryId, facts }: Delivery, moment: Moment): void {
    if (state !== 'CLAIMED' && state !== 'WORKING' && state !== 'PARTIAL') return;
    const grant = currentGrant(facts);
    if (grant === undefined) {
      // Such as after a journal was restored: what the executor was granted is not known any more.
      const reason = 'it was reported on without a claim that is known here';
      this.#emit({ kind: 'delivery_doubted', deliveryId, fence: NO_FENCE, reason, ...timesOf(moment) });
      return;
    }
    if (moment.wallMs < grant.deadlineMs + GRACE_MS) return;
    const what = state === 'CLAIMED' ? 'no report came' : 'no final report came';
    const reason = `${what} from ${grant.consumer} within ${GRACE_MS / 1000} s of the deadline`;
    this.#emit({ kind: 'delivery_doubted', deliveryId, fence: grant.fence, reason, ...timesOf(moment) });
  }

  /** A signal whose routed delivery is over can be claimed by nobody any more. */
  #exhaust(signalId: string, { atMs }: Moment): void {
    const instruction = this.#books.deliveries.instruction(signalId);
    const routed = instruction?.deliveries.get(DEFAULT_ACCOUNT);
    if (instruction === undefined || instruction.intent === 'CLOSE' || instruction.end !== undefined) return;
    if (routed === undefined || !isOver(routed)) return;
    const reason = `${routed.state.toLowerCase()} on ${DEFAULT_ACCOUNT}: ${routed.reason}`;
    this.#emit({ kind: 'signal_ended', signalId, state: 'EXHAUSTED', reason, atMs });
  }

  #inExecution({ signalId }: Signal): { readonly reason?: string } {
    const delivery = this.#books.deliveries.delivery(deliveryIdOf(signalId, DEFAULT_ACCOUNT));
    const grant = delivery && currentGrant(delivery.facts);
    return grant === undefined ? {} : { reason: `its time was over; ${grant.consumer} had claimed it` };
  }

  #holding(sessionId: string, epoch: number | undefined): Session | undefined {
    for (const { session } of this.#books.deliveries.accounts) {
      if (session?.sessionId === sessionId && (epoch === undefined || session.epoch === epoch)) return session;
    }
    return undefined;
  }

  #instruction(id: string): Instruction {
    const instruction = this.#books.deliveries.instruction(id);
    assert(instruction !== undefined, `dispatcher: ${id} is not known`);
    return instruction;
  }

  #account(name: string): Account {
    const account = this.#books.deliveries.account(name);
    assert(account !== undefined, `dispatcher: account ${name} is not known`);
    return account;
  }

  #emit(effect: Unnumbered): void {
    const numbered = { seq: this.#books.signals.lastSeq + 1, ...effect } as Effect;
    this.#books.apply(numbered);
    this.#effects.push(numbered);
  }
}

const NO_EFFECTS: readonly Effect[] = [];

const timesOf = ({ atMs, wallMs }: Moment) => ({ atMs, wallMs });

const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

const refuse = (code: DeliveryRefusalCode, message: string): Reply<never> => ({
  ok: false,
  refusal: { code, message },
});

const unknownSignal = (id: string): Reply<never> =>
  refuse('unknown_signal', `The signal ${id} is not known here, or no longer.`);

const unknownAccount = (name: string): Reply<never> =>
  refuse('unknown_account', `There is no account ${name}: there are ${DEFAULT_ACCOUNT} and ${PAPER_ACCOUNT}.`);

const staleEpoch = (sessionId: string): Reply<never> =>
  refuse(
    'stale_epoch',
    `The session ${sessionId} does not hold the account: it lapsed, or another executor took over.`,
  );

/** House milliseconds in which it may still be executed; `undefined` when it does not expire. */
function executableMs({ intent, signal }: Instruction, { atMs, speed }: Moment): number | undefined {
  return intent === 'CLOSE' ? undefined : Math.floor((signal.expiresAtMs - atMs) / speed);
}

function granted(instruction: Instruction, delivery: Delivery, grant: Grant, moment: Moment): Granted {
  const leftMs = executableMs(instruction, moment);
  // A repeated claim is told what is left now: its sender counts from the moment it sent the repetition.
  const executeWithinMs =
    leftMs === undefined ? undefined : Math.max(0, Math.min(leftMs, grant.deadlineMs - moment.wallMs));
  return { instruction, delivery, grant, executeWithinMs };
}

function codeOfEnd({ end, deliveries }: Instruction): DeliveryRefusalCode {
  switch (end?.state) {
    case 'CANCELLED':
      return 'cancelled';
    case 'SUPERSEDED':
      return 'superseded';
    case 'ACKED_LEGACY':
      return 'shown';
    case 'EXHAUSTED':
      return deliveries.get(DEFAULT_ACCOUNT)?.state === 'HALTED' ? 'halted' : 'claimed';
    default:
      return 'expired';
  }
}

/** At most 28 of the 36 characters that venues take, so that a leg can be added. Another one for every grant. */
function clientOrderIdOf(runAnchor: string, deliveryId: string, fence: number): string {
  const words = hash128(`${runAnchor}|${deliveryId}|${fence}`).map((word) => word.toString(16).padStart(8, '0'));
  return `tw-${words.join('').slice(0, 24)}`;
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
