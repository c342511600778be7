import type { Received } from './received.ts';

/** What was received and not yet taken, in order. */
export class Inbox {
  #items: Received[] = [];
  #head = 0;
  #wake: (() => void) | undefined;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Received): void {
    this.#items.push(item);
    this.#wake?.();
    this.#wake = undefined;
  }

  peek(): Received | undefined {
    return this.#items[this.#head];
  }

  shift(): Received | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 65_536) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Gives up what can be noticed and fetched again; what was asked for and what happened to connections stays. */
  dropFrames(): void {
    this.#items = this.#items.slice(this.#head).filter(({ kind }) => kind !== 'frame');
    this.#head = 0;
  }

  /** Resolves when there is something, or when `release` was called. */
  async waitForSome(): Promise<void> {
    if (this.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  release(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
