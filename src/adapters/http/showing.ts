import type { Delivery } from '../../core/delivery/delivery.ts';
import { deliveryIdOf } from '../../core/delivery/delivery.ts';
import { DEFAULT_ACCOUNT } from '../../core/delivery/session.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { ApiHouse } from './api-house.ts';

/** What a caller sees of the live signals. */
export interface View {
  sees(signal: Signal): boolean;
  /** Why signals may be missing, for the header `X-Tapewire-Notice`; `undefined` when none is kept back. */
  readonly notice: string | undefined;
}

/** For whoever brings a key: it sees everything, and nothing is marked. */
export const SEES_ALL: View = { sees: () => true, notice: undefined };

/**
 * What clients of the guide are shown of the live signals. Whoever reads one may trade it, so a signal is marked as
 * shown, on disk, before it is in an answer, and an executor cannot claim it any more; one that an executor has claimed,
 * or may claim because it holds the account, is in no answer. So a signal never reaches both.
 */
export class Showing implements View {
  readonly #house: ApiHouse;
  readonly #onError: (error: unknown) => void;

  /** @param onError hears of a journal that could not write a mark; the signal is then not shown */
  constructor(house: ApiHouse, onError: (error: unknown) => void) {
    this.#house = house;
    this.#onError = onError;
  }

  get notice(): string | undefined {
    return keptBack(this.#house.deliveries);
  }

  sees(signal: Signal): boolean {
    return this.#isOpen() && this.#deliveryOf(signal)?.state === 'SHOWN';
  }

  /** What a reader would be shown now. For HEAD: its answer has no body, so nobody can trade by it. */
  get ahead(): View {
    const sees = (signal: Signal) => this.sees(signal) || (this.#isOpen() && this.#mayBeMarked(signal));
    return { sees, notice: this.notice };
  }

  /**
   * Marks those of the signals that may be shown and are not marked yet. `undefined` when there is nothing to mark, which
   * is the rule: of a signal only the first reader waits for the disk.
   */
  mark(signals: readonly Signal[]): Promise<void> | undefined {
    if (!this.#isOpen()) return undefined;
    const unmarked = signals.filter((signal) => this.#mayBeMarked(signal));
    if (unmarked.length === 0) return undefined;
    const signalIds = unmarked.map(({ signalId }) => signalId);
    return this.#house.ask({ kind: 'show', signalIds }).then(() => undefined, this.#onError);
  }

  #mayBeMarked(signal: Signal): boolean {
    const delivery = this.#deliveryOf(signal);
    return delivery?.state === 'OFFERED' && delivery.facts.grants.length === 0;
  }

  #isOpen(): boolean {
    const account = this.#house.deliveries.account(DEFAULT_ACCOUNT);
    return account !== undefined && account.session === undefined && account.halt === undefined;
  }

  #deliveryOf({ signalId }: Signal): Delivery | undefined {
    return this.#house.deliveries.delivery(deliveryIdOf(signalId, DEFAULT_ACCOUNT));
  }
}

/** Why the clients of the guide see no live signals at the moment, for a person; `undefined` when they do. */
export function keptBack(deliveries: ApiHouse['deliveries']): string | undefined {
  const account = deliveries.account(DEFAULT_ACCOUNT);
  if (account?.halt !== undefined) return `the account ${DEFAULT_ACCOUNT} is halted (${account.halt.reason})`;
  const consumer = account?.session?.consumer;
  return consumer === undefined ? undefined : `signals go to ${consumer}, which holds the account ${DEFAULT_ACCOUNT}`;
}
