import type { ServerEvent } from '../../src/client/ports.ts';
import type { Books } from '../../src/core/delivery/books.ts';
import { deliveryIdOf } from '../../src/core/delivery/delivery.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import { deliveryBody, signalBody } from './front.ts';

/** How many of the newest can be asked for: few, so that readers do fall out. */
const KEPT = 400;

/** The journal as events, for streams and long polls. Told once, when they are on disk. */
export class EventTape {
  readonly #journalId: string;
  readonly #books: Books;
  readonly #events: ServerEvent[] = [];
  readonly #listeners = new Set<() => void>();
  #lastSeq = 0;

  /** @param books folded up to each effect before it is told here */
  constructor(journalId: string, books: Books) {
    this.#journalId = journalId;
    this.#books = books;
  }

  get cursor(): string {
    return `${this.#journalId}:${this.#lastSeq}`;
  }

  add(effect: Effect): void {
    this.#lastSeq = effect.seq;
    this.#events.push({ cursor: this.cursor, ...this.#told(effect) });
  }

  /** Wakes those who wait. */
  tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** @returns how to stop */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Those behind the cursor; `undefined` when the reader has fallen out. */
  after(cursor: string): readonly ServerEvent[] | undefined {
    const seq = Number(cursor.split(':')[1]);
    if (!(seq <= this.#lastSeq && seq >= this.#lastSeq - KEPT)) return undefined;
    return seq === this.#lastSeq ? [] : this.#events.slice(seq - this.#lastSeq);
  }

  #told(effect: Effect): { readonly type: string; readonly data: object } {
    switch (effect.kind) {
      case 'signal_issued':
        return this.#signal('signal.issued', effect.signal.signalId);
      case 'close_issued':
        return this.#signal('signal.issued', effect.closeId);
      case 'signal_amended':
        return this.#signal('signal.amended', effect.signalId);
      case 'signal_ended':
        return { type: 'signal.ended', data: { id: effect.signalId, state: effect.state, reason: effect.reason } };
      case 'cancel_requested':
        return { type: 'signal.ended', data: { id: effect.signalId, state: 'CANCELLED', reason: effect.reason } };
      case 'session_opened':
        return {
          type: 'session.opened',
          data: { session: effect.sessionId, account: effect.account, epoch: effect.epoch },
        };
      case 'session_ended':
        return {
          type: effect.released === true ? 'session.ended' : 'account.stale',
          data: { account: effect.account, session: effect.sessionId },
        };
      case 'account_halted':
        return { type: 'account.halted', data: { account: effect.account } };
      case 'account_resumed':
        return { type: 'account.resumed', data: { account: effect.account } };
      case 'delivery_shown':
        return this.#delivery('delivery.shown', effect.deliveryId);
      case 'delivery_claimed':
        return this.#delivery('delivery.claimed', deliveryIdOf(effect.signalId, effect.account));
      case 'delivery_reported':
        return this.#delivery('delivery.reported', effect.deliveryId);
      case 'delivery_withdrawn':
        return this.#delivery('delivery.withdrawn', effect.deliveryId);
      case 'delivery_doubted':
        return this.#delivery('delivery.in_doubt', effect.deliveryId);
      case 'delivery_resolved':
        return this.#delivery('delivery.resolved', effect.deliveryId);
      case 'risk_changed':
        return { type: 'risk.changed', data: {} };
      case 'day_turned':
        return { type: 'risk.day', data: {} };
      case 'notices_muted':
        return { type: 'notices.muted', data: {} };
      case 'gap_recorded':
        return { type: 'market.gap', data: {} };
    }
  }

  #signal(type: string, id: string): { readonly type: string; readonly data: object } {
    return { type, data: { signal: signalBody(this.#books.deliveries.instruction(id)!) } };
  }

  #delivery(type: string, deliveryId: string): { readonly type: string; readonly data: object } {
    return { type, data: { delivery: deliveryBody(this.#books.deliveries.delivery(deliveryId)!) } };
  }
}
