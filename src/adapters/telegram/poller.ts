import { type Bot, GrammyError, HttpError } from 'grammy';
import type { OutboxStore } from '../../ports/outbox-store.ts';
import { asSignal, outcomeOf } from './client.ts';
import { COMMANDS } from './commands.ts';

/** Telegram holds a question without an answer so long, seconds. */
export const POLL_SECONDS = 25;

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;
const BLOCKED_MS = 300_000;

export interface PollerParts {
  readonly bot: Bot;
  readonly store: Pick<OutboxStore, 'remember' | 'recall'>;
  readonly owners: readonly number[];
  readonly pollSeconds?: number;
  readonly sleep: (ms: number, stop: AbortSignal) => Promise<unknown>;
  readonly random: () => number;
  /** Why commands are not heard; `undefined` when they are again. Told when it changes. */
  readonly onTrouble: (problem: string | undefined) => void;
  /** A command could not be answered, or broke in our hands. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Hears commands by long polling. How far is on disk, synced, before a command is looked at, so that none is executed twice:
 * one during which the process dies may not have been executed, and its sender, who got no answer, sends it again.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { bot, sleep, random } = this.#parts;
    for (let failures = 0; !this.#stop.signal.aborted; ) {
      try {
        if (!bot.isInited()) {
          await bot.init(asSignal(this.#stop.signal));
          await this.#offerMenu();
        }
        await this.#poll();
        failures = 0;
        this.#tell(undefined);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        const pauseMs = Math.min(RETRY_FIRST_MS * 2 ** failures, RETRY_MOST_MS) * (0.5 + random() * 0.5);
        failures = Math.min(failures + 1, 30);
        await sleep(this.#failed(error) ?? pauseMs, this.#stop.signal);
      }
    }
  }

  async #poll(): Promise<void> {
    const { bot, store, pollSeconds = POLL_SECONDS } = this.#parts;
    const place = `telegram.${bot.botInfo.id}.offset`;
    const known = store.recall(place);
    const offset = typeof known === 'number' ? { offset: known } : {};
    const updates = await bot.api.getUpdates(
      { ...offset, timeout: pollSeconds, limit: 100, allowed_updates: ['message', 'callback_query'] },
      asSignal(this.#stop.signal),
    );
    for (const update of updates) {
      if (this.#stop.signal.aborted) return;
      store.remember(place, update.update_id + 1);
      await bot.handleUpdate(update).catch((error: unknown) => this.#parts.onFailed(error));
    }
  }

  /** Commands show up only in the chats of their owners. One who never wrote to the bot has none yet. */
  async #offerMenu(): Promise<void> {
    for (const owner of this.#parts.owners) {
      const scope = { type: 'chat', chat_id: owner } as const;
      await this.#parts.bot.api
        .setMyCommands([...COMMANDS], { scope }, asSignal(this.#stop.signal))
        .catch(() => undefined);
    }
  }

  /** @returns how long to wait, where the answer says so */
  #failed(error: unknown): number | undefined {
    if (error instanceof GrammyError && error.error_code === 409) {
      this.#tell(
        `${error.description}: another program hears the commands of this bot. Stop it, or use a bot of its own`,
      );
      return undefined;
    }
    if (!(error instanceof GrammyError || error instanceof HttpError)) {
      // Not Telegram: how far commands were heard could not be written, so none of them was looked at.
      this.#tell(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    const outcome = outcomeOf(error);
    this.#tell(outcome.problem);
    if (outcome.kind === 'wait') return outcome.forMs;
    return outcome.kind === 'blocked' ? BLOCKED_MS : undefined;
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#trouble) return;
    this.#trouble = problem;
    this.#parts.onTrouble(problem);
  }
}
