import type { NoticeLevel } from '../../contract/notice/notice.ts';
import type { Mute } from '../../ports/operator.ts';
import type { OutboxStore } from '../../ports/outbox-store.ts';

const NAME = 'mute';

/** Kept on disk: a restart must not make it loud again. */
export class StoredMute implements Mute {
  readonly #store: Pick<OutboxStore, 'remember' | 'recall'>;
  readonly #houseMs: () => number;
  readonly #onOver: () => void;
  #untilMs: number | undefined;

  /** @param onOver it has ended, by its time or by a person */
  constructor(store: Pick<OutboxStore, 'remember' | 'recall'>, houseMs: () => number, onOver: () => void) {
    this.#store = store;
    this.#houseMs = houseMs;
    this.#onOver = onOver;
    const untilMs = store.recall(NAME);
    this.#untilMs = typeof untilMs === 'number' ? untilMs : undefined;
  }

  get untilMs(): number | undefined {
    return this.#untilMs;
  }

  get below(): NoticeLevel | undefined {
    return this.#untilMs === undefined ? undefined : 'alarm';
  }

  set(untilMs: number | undefined): void {
    const was = this.#untilMs;
    this.#store.remember(NAME, untilMs);
    this.#untilMs = untilMs;
    if (was !== undefined && untilMs === undefined) this.#onOver();
  }

  /** Time has passed. */
  tick(): void {
    if (this.#untilMs !== undefined && this.#houseMs() >= this.#untilMs) this.set(undefined);
  }
}
