import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Bot } from 'grammy';
import { openSqliteOutbox, type SqliteOutbox } from '../../src/adapters/sqlite/outbox.ts';
import { clientOptions } from '../../src/adapters/telegram/client.ts';
import { addCommands } from '../../src/adapters/telegram/commands.ts';
import { Confirmations } from '../../src/adapters/telegram/confirmations.ts';
import { Poller } from '../../src/adapters/telegram/poller.ts';
import { Strangers } from '../../src/adapters/telegram/strangers.ts';
import { sleep } from '../../src/apps/notify/sleep.ts';
import type { Notice } from '../../src/contract/notice/notice.ts';
import type { Action, Mute, Operator, Plan } from '../../src/ports/operator.ts';
import { BotApi, TOKEN } from './bot-api.ts';

export const OWNER = 42;

export function notice(title: string): Notice {
  const times = { atMs: Date.UTC(2026, 0, 2), madeMs: Date.UTC(2026, 0, 2) };
  return { key: '', kind: 'answer', level: 'info', market: 'SIMULATED medium', title, rows: [], remarks: [], ...times };
}

/** Does nothing but write down what it was asked for. */
class RecordingOperator implements Operator {
  readonly acts: { readonly action: Action; readonly by: string }[] = [];
  readonly status = (): Notice => notice('Status: healthy');
  readonly signals = (): Notice => notice('No live signal');
  readonly positions = (): Notice => notice('Nothing is open');
  readonly performance = (): Notice => notice('Nothing was closed yet');
  readonly why = (symbol: string): Notice => notice(`Why ${symbol}`);
  readonly plan = (action: Action): Plan => ({ notice: notice(`${action.kind}?`), isEmpty: false });

  async act(action: Action, by: string): Promise<Notice> {
    this.acts.push({ action, by });
    return notice(`Done: ${action.kind}`);
  }
}

/** A bot that hears commands at a Bot API server, until the test is over. */
export class Talk {
  readonly api: BotApi;
  readonly operator = new RecordingOperator();
  readonly muted: { readonly untilMs: number | undefined; readonly by: string }[] = [];
  /** What keeps a mute from being written. */
  muteProblem: string | undefined;
  readonly mute: Mute = {
    current: undefined,
    set: async (untilMs, by) => {
      this.muted.push({ untilMs, by });
      return this.muteProblem;
    },
  };
  readonly newStrangers: (number | undefined)[] = [];
  readonly failures: unknown[] = [];
  readonly troubles: (string | undefined)[] = [];
  readonly strangers = new Strangers((id) => void this.newStrangers.push(id));
  /** How far the time of confirmations is ahead, milliseconds. */
  laterMs = 0;
  readonly #path: string;
  #store: SqliteOutbox;
  #poller: Poller;

  private constructor(api: BotApi, folder: string) {
    this.api = api;
    this.#path = join(folder, 'outbox.db');
    this.#store = this.#open();
    this.#poller = this.#poll();
  }

  static async begin(t: TestContext, chats: readonly number[] = [OWNER]): Promise<Talk> {
    const folder = mkdtempSync(join(tmpdir(), 'tapewire-talk-'));
    const api = new BotApi({ chats });
    await api.start();
    const talk = new Talk(api, folder);
    t.after(async () => {
      await talk.#poller.stop();
      talk.#store.close();
      await api.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    return talk;
  }

  /** As a restart of the program: only what is on disk is known. */
  async restart(): Promise<void> {
    await this.#poller.stop();
    this.#store.close();
    this.#store = this.#open();
    this.#poller = this.#poll();
  }

  /** Resolves with the text of the next message of the bot. */
  async answer(ask: () => unknown): Promise<string> {
    const before = this.api.messages.length;
    ask();
    await this.api.until(() => this.api.messages.length > before);
    return this.api.messages.at(-1)!.text;
  }

  /** Resolves when everything that was written so far has been taken from the server. */
  async heard(): Promise<void> {
    const polls = (): number => this.api.calls.filter(({ method }) => method === 'getUpdates').length;
    // Taken with one question, and confirmed by the one after it, which comes when all of it was handled.
    const before = polls();
    await this.api.until(() => polls() > before && this.api.pending === 0);
  }

  #open(): SqliteOutbox {
    const opened = openSqliteOutbox(this.#path, { waitingMax: 100 });
    if (!opened.ok) throw new Error(opened.problem);
    return opened.value;
  }

  #poll(): Poller {
    const bot = new Bot(TOKEN, { client: clientOptions(this.api, 30) });
    addCommands(bot, {
      ...{ operator: this.operator, strangers: this.strangers, owners: { ids: [OWNER], chatId: String(OWNER) } },
      mute: this.mute,
      confirmations: new Confirmations({
        monotonicMs: () => performance.now() + this.laterMs,
        code: () => randomBytes(16).toString('hex'),
      }),
      nowMs: Date.now,
      onCommand: () => undefined,
    });
    const poller = new Poller({
      ...{ bot, store: this.#store, owners: [OWNER], pollSeconds: 1, random: Math.random },
      sleep: (ms, stop) => sleep(ms / 100, stop),
      onTrouble: (problem) => void this.troubles.push(problem),
      onFailed: (error) => void this.failures.push(error),
    });
    poller.start();
    return poller;
  }
}
