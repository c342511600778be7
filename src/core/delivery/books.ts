import type { Effect, SignalIssued } from '../engine/effect.ts';
import { NOTHING_DROPPED, SignalBook, type SignalBookBase } from '../signals/signal-book.ts';
import { DeliveryBook, type DeliveryBookBase, NOTHING_DELIVERED } from './delivery-book.ts';

/** What must still be known of effects that are gone, so that nothing later contradicts them. Plain JSON. */
export interface BooksBase extends SignalBookBase {
  readonly delivery: DeliveryBookBase;
}

export const EMPTY_BASE: BooksBase = { ...NOTHING_DROPPED, delivery: NOTHING_DELIVERED };

/**
 * The two parts of a base that speak of open signals, from the effects that issued those. An open signal is told as it is
 * now, and not as it was issued: its stop may have been moved by effects that are gone.
 * @param delivery `undefined` where nothing but those effects is known: each is on offer, as every signal begins
 */
export function openWith(
  issued: readonly SignalIssued[],
  delivery?: DeliveryBookBase,
): Pick<BooksBase, 'open' | 'delivery'> {
  if (issued.length === 0) return { open: [], delivery: delivery ?? NOTHING_DELIVERED };
  const book = new DeliveryBook(delivery);
  if (delivery === undefined) for (const effect of issued) book.apply(effect);
  const open = issued.map(({ seq, kind, signal }) => ({
    seq,
    kind,
    signal: book.instruction(signal.signalId)?.signal ?? signal,
  }));
  return { open, delivery: delivery ?? book.asBase() };
}

/** All that effects tell, folded: signals as the guide's clients see them, and what became of them at the executors. */
export class Books {
  readonly signals: SignalBook;
  readonly deliveries: DeliveryBook;

  /** @param base What is left of the effects before the first that will be applied: the books go on from it. */
  constructor(
    base: BooksBase = EMPTY_BASE,
    copies?: { readonly signals: SignalBook; readonly deliveries: DeliveryBook },
  ) {
    this.signals = copies?.signals ?? new SignalBook(base);
    this.deliveries = copies?.deliveries ?? new DeliveryBook(base.delivery);
  }

  /** Folds the next effect: effects are numbered without a gap. */
  apply(effect: Effect): void {
    this.signals.apply(effect);
    this.deliveries.apply(effect);
  }

  /** What later books must know of all effects so far when they are dropped. */
  asBase(): BooksBase {
    return { ...this.signals.asBase(), delivery: this.deliveries.asBase() };
  }

  /** Books that stand where these stand and go their own way from here. */
  copy(): Books {
    return new Books(EMPTY_BASE, { signals: this.signals.copy(), deliveries: this.deliveries.copy() });
  }
}
