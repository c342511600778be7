import { assert } from '../../core/assert.ts';
import type { Delivery } from '../../core/delivery/delivery.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import { known, offered } from '../../core/delivery/delivery-move.ts';
import type { Instruction } from '../../core/delivery/instruction.ts';
import type { Moment } from '../../core/delivery/moment.ts';
import { DEFAULT_ACCOUNT } from '../../core/delivery/session.ts';
import type { DeliveryReported, Effect } from '../../core/engine/effect.ts';
import { formatInstant } from '../instant.ts';
import { type Json, jsonText, Verbatim } from '../json-text.ts';
import { deliveryJson, STEPS_TOLD } from './delivery-json.ts';
import type { EventType } from './event.ts';
import { expiresInMs, signalJson } from './signal-json.ts';

/** Stands where the remaining time goes: no JSON text has this character outside of an escape. */
const HOLE = '\u0000';
/** Binary dust is no money. */
const money = (value: number): number => Math.round(value * 1e8) / 1e8 || 0;
/** In place of the symbol of a signal that is not known any more. */
const UNKNOWN_SYMBOL = '-';

/** An event whose text is made once. What is left of a signal's time is filled in when it is sent. */
export interface ToldEvent {
  readonly seq: number;
  readonly cursor: string;
  readonly type: EventType;
  readonly effect: Effect;
  /** The event as JSON. */
  text(now: Moment): string;
}

/**
 * Folds effects and tells each as an event, as things stood right behind it: whoever reads the same effects later,
 * from the journal, is told the same.
 */
export class EventTeller {
  readonly book: DeliveryBook;
  readonly #journalId: string;

  /** @param book Belongs to the teller from here on. */
  constructor(journalId: string, book: DeliveryBook) {
    this.#journalId = journalId;
    this.book = book;
  }

  /** Only folds it. */
  pass(effect: Effect): void {
    this.book.apply(effect);
  }

  tell(effect: Effect): ToldEvent {
    // Who held the account is gone once the end of the session is folded.
    const consumer = effect.kind === 'session_ended' ? this.book.account(effect.account)?.session?.consumer : undefined;
    this.book.apply(effect);
    const told = this.#ofForgotten(effect) ?? this.#told(effect, consumer ?? '');
    return new LazyEvent(effect, cursorText(this.#journalId, effect.seq), told);
  }

  #told(effect: Effect, consumer: string): Told {
    switch (effect.kind) {
      case 'signal_issued':
        return this.#ofSignal('signal.issued', effect.signal.signalId, Math.floor(effect.signal.stampUs / 1_000));
      case 'close_issued':
        return this.#ofSignal('signal.issued', effect.closeId, effect.atMs);
      case 'signal_amended':
        return this.#ofSignal('signal.amended', effect.signalId, effect.atMs);
      case 'signal_ended': {
        const { signalId: id, reason, atMs } = effect;
        // An acknowledged signal is one whose only delivery has reached its end.
        const state = effect.state === 'ACKED_LEGACY' ? 'EXHAUSTED' : effect.state;
        const { symbol } = this.#instruction(id).signal;
        return { type: 'signal.ended', atMs, data: () => ({ id, symbol, state, reason }) };
      }
      case 'cancel_requested': {
        // Its offer is over already. Whoever executes it hears once more, and withdraws what rests at the venue.
        const { signalId: id, reason, atMs } = effect;
        const { symbol } = this.#instruction(id).signal;
        return { type: 'signal.ended', atMs, data: () => ({ id, symbol, state: 'CANCELLED', reason }) };
      }
      case 'session_opened': {
        const { sessionId: session, account, epoch, wallMs: atMs } = effect;
        return { type: 'session.opened', atMs, data: () => ({ session, account, consumer: effect.consumer, epoch }) };
      }
      case 'session_ended': {
        const { sessionId: session, account, reason, wallMs: atMs } = effect;
        // A journal from before accounts could be given back knows of lapses only.
        const type = effect.released === true ? 'session.ended' : 'account.stale';
        return { type, atMs, data: () => ({ account, session, consumer, reason }) };
      }
      case 'delivery_shown': {
        const data = { signal_id: effect.deliveryId.split('.', 1)[0]!, account: DEFAULT_ACCOUNT };
        return { type: 'delivery.shown', atMs: effect.wallMs, data: () => data };
      }
      case 'delivery_claimed':
        return this.#ofDelivery('delivery.claimed', `${effect.signalId}.${effect.account}`, effect.wallMs);
      case 'delivery_reported':
        return this.#ofDelivery('delivery.reported', effect.deliveryId, effect.wallMs);
      case 'delivery_withdrawn':
        return this.#ofDelivery('delivery.withdrawn', effect.deliveryId, effect.wallMs);
      case 'delivery_doubted':
        return this.#ofDelivery('delivery.in_doubt', effect.deliveryId, effect.wallMs);
      case 'delivery_resolved':
        return this.#ofDelivery('delivery.resolved', effect.deliveryId, effect.wallMs);
      case 'account_halted': {
        const { account, reason, wallMs: atMs } = effect;
        return { type: 'account.halted', atMs, data: () => ({ account, reason }) };
      }
      case 'account_resumed': {
        const { account, by, wallMs: atMs } = effect;
        return { type: 'account.resumed', atMs, data: () => ({ account, reason: `resumed by ${by}` }) };
      }
      case 'risk_changed': {
        const { mode, rule, reason, by, untilMs, wallMs: atMs } = effect;
        const until = untilMs === undefined ? null : formatInstant(untilMs);
        return { type: 'risk.changed', atMs, data: () => ({ mode, rule, reason, by, until }) };
      }
      case 'day_turned': {
        const { dayMs, net, wallMs: atMs } = effect;
        return { type: 'risk.day', atMs, data: () => ({ day: formatInstant(dayMs), net: money(net) }) };
      }
      case 'notices_muted': {
        const { untilMs, by, wallMs: atMs } = effect;
        const until = untilMs === undefined ? null : formatInstant(untilMs);
        return { type: 'notices.muted', atMs, data: () => ({ until, by }) };
      }
      case 'gap_recorded': {
        const { symbol = null, fromMs, toMs, reason } = effect;
        const data = { symbol, from: formatInstant(fromMs), to: formatInstant(toMs), reason };
        return { type: 'market.gap', atMs: toMs, data: () => data };
      }
    }
  }

  #ofSignal(type: EventType, id: string, atMs: number): Told {
    const signal = this.#instruction(id);
    const left = signal.intent === 'CLOSE' ? null : new Verbatim(HOLE);
    return { type, atMs, data: () => ({ signal: signalJson(signal, left) }), signal };
  }

  #ofDelivery(type: EventType, deliveryId: string, atMs: number): Told {
    const delivery = this.book.delivery(deliveryId);
    assert(delivery !== undefined, `event: ${deliveryId} is not known`);
    const { signal } = this.#instruction(delivery.signalId);
    return { type, atMs, data: () => ({ delivery: deliveryJson(delivery, signal, STEPS_TOLD) }) };
  }

  /** Retention has dropped what the effect speaks of: whoever decided it remembered that longer than the journal. */
  #ofForgotten(effect: Effect): Told | undefined {
    const id = signalOf(effect);
    if (id === undefined || this.book.instruction(id) !== undefined) return undefined;
    const atMs = 'wallMs' in effect ? effect.wallMs : 0;
    if (effect.kind === 'delivery_reported') {
      const delivery = reportedAlone(effect);
      return { type: 'delivery.reported', atMs, data: () => ({ delivery: deliveryJson(delivery) }) };
    }
    const data = { id, symbol: UNKNOWN_SYMBOL, state: 'EXHAUSTED', reason: 'what it was is not kept any more' };
    return { type: 'signal.ended', atMs, data: () => data };
  }

  #instruction(id: string): Instruction {
    const instruction = this.book.instruction(id);
    assert(instruction !== undefined, `event: ${id} is not known`);
    return instruction;
  }
}

/** The signal or CLOSE that an effect needs to be told. */
function signalOf(effect: Effect): string | undefined {
  switch (effect.kind) {
    case 'delivery_reported':
    case 'delivery_withdrawn':
    case 'delivery_doubted':
    case 'delivery_resolved':
      return effect.deliveryId.split('.', 1)[0]!;
    case 'signal_amended':
    case 'cancel_requested':
    case 'delivery_claimed':
      return effect.signalId;
    case 'close_issued':
      return effect.closeId;
    default:
      return undefined;
  }
}

/** A delivery of which nothing is known but this report. */
function reportedAlone({ deliveryId, report, flags, reoffered, seq, wallMs }: DeliveryReported): Delivery {
  const [id = '', account = ''] = deliveryId.split('.');
  const move = { seq, atMs: wallMs, by: 'unknown' };
  const { history: _, ...bare } = offered(
    id,
    account,
    report.leg === 'CLOSE' ? 'CLOSE' : 'ENTRY',
    UNKNOWN_SYMBOL,
    move,
  );
  const facts = { ...bare.facts, reports: [{ report, flags, reoffered }] };
  return known({ ...bare, history: [] }, facts, { ...move, reportId: report.reportId });
}

/** Written down when somebody first reads it: what it is made of never changes. */
class LazyEvent implements ToldEvent {
  readonly seq: number;
  readonly cursor: string;
  readonly type: EventType;
  readonly effect: Effect;
  #told: Told | undefined;
  #signal: Instruction | undefined;
  #head = '';
  #tail: string | undefined;

  constructor(effect: Effect, cursor: string, told: Told) {
    this.seq = effect.seq;
    this.cursor = cursor;
    this.type = told.type;
    this.effect = effect;
    this.#told = told;
  }

  text(now: Moment): string {
    if (this.#told !== undefined) this.#write(this.#told);
    if (this.#tail === undefined || this.#signal === undefined) return this.#head;
    return `${this.#head}${String(expiresInMs(this.#signal, now))}${this.#tail}`;
  }

  #write({ type, atMs, data, signal }: Told): void {
    const { cursor, seq } = this;
    const whole = jsonText({ cursor, seq, type, at: formatInstant(atMs), data: data() });
    const hole = signal === undefined ? -1 : whole.indexOf(HOLE);
    this.#head = hole < 0 ? whole : whole.slice(0, hole);
    this.#tail = hole < 0 ? undefined : whole.slice(hole + HOLE.length);
    this.#signal = signal;
    this.#told = undefined;
  }
}

interface Told {
  readonly type: EventType;
  readonly atMs: number;
  readonly data: () => Json;
  /** Whose time runs. */
  readonly signal?: Instruction;
}

/** `<journal id>:<seq>`: right behind that effect. */
export const cursorText = (journalId: string, seq: number): string => `${journalId}:${seq}`;

/** @returns `undefined` when the text is no cursor at all */
export function parseCursor(text: string): { readonly journalId: string; readonly seq: number } | undefined {
  const parts = /^([0-9a-f]{32}):(\d{1,15})$/.exec(text);
  return parts === null ? undefined : { journalId: parts[1]!, seq: Number(parts[2]) };
}
