export interface PaceSettings {
  /** Messages that may go at once after a rest. */
  readonly burst: number;
  /** Milliseconds after which one more may go. */
  readonly everyMs: number;
}

/** About a message a second to a person, and twenty a minute to a group. Source: Telegram's bot FAQ, "limits". */
export const paceFor = (chatId: string): PaceSettings =>
  chatId.startsWith('-') || chatId.startsWith('@') ? { burst: 3, everyMs: 3_000 } : { burst: 3, everyMs: 1_000 };

/** Lets messages go no faster than a chat may get them. Asked by one after the other. */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #monotonicMs: () => number;
  readonly #sleep: (ms: number, stop: AbortSignal) => Promise<unknown>;
  /** When the next one would be due if nobody had rested. */
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(
    settings: PaceSettings,
    monotonicMs: () => number,
    sleep: (ms: number, stop: AbortSignal) => Promise<unknown>,
  ) {
    this.#settings = settings;
    this.#monotonicMs = monotonicMs;
    this.#sleep = sleep;
  }

  /** Resolves when one may go, or when stopped. */
  async turn(stop: AbortSignal): Promise<void> {
    const { burst, everyMs } = this.#settings;
    const nowMs = this.#monotonicMs();
    this.#dueMs = Math.max(this.#dueMs, nowMs - (burst - 1) * everyMs);
    const waitMs = this.#dueMs - nowMs;
    this.#dueMs += everyMs;
    if (waitMs > 0) await this.#sleep(waitMs, stop);
  }
}
