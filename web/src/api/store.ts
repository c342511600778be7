import { useSyncExternalStore } from 'react';

/** A value that components watch. Whoever sets it makes a new one. */
export class Store<T> {
  #value: T;
  readonly #hearers = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const hear of [...this.#hearers]) hear();
  }

  change(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  readonly subscribe = (hear: () => void): (() => void) => {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  };

  readonly read = (): T => this.#value;
}

export const useStore = <T>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.read);
