import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Bot } from 'grammy';
import type { Logger } from 'pino';
import { TelegramChannel } from '../../adapters/telegram/channel.ts';
import { clientOptions, openApi, type TelegramAccess } from '../../adapters/telegram/client.ts';
import { addCommands } from '../../adapters/telegram/commands.ts';
import { Confirmations } from '../../adapters/telegram/confirmations.ts';
import { ownersOf } from '../../adapters/telegram/owners.ts';
import { Pace, paceFor } from '../../adapters/telegram/pace.ts';
import { POLL_SECONDS, Poller } from '../../adapters/telegram/poller.ts';
import { Strangers } from '../../adapters/telegram/strangers.ts';
import type { Mute, Operator } from '../../ports/operator.ts';
import type { OutboxStore } from '../../ports/outbox-store.ts';
import type { Config } from '../config/schema.ts';
import { sleep } from './sleep.ts';

/** Beyond the time that Telegram itself holds a question. */
const POLL_MARGIN_SECONDS = 10;

export function openTelegramChannel(access: TelegramAccess, chatId: string, logger: Logger): TelegramChannel {
  const pace = new Pace(paceFor(chatId), () => performance.now(), sleep);
  const onMoved = (moved: string): void =>
    logger.warn(`the Telegram group ${chatId} has the id ${moved} now: put that into TELEGRAM_CHAT_ID`);
  return new TelegramChannel({ api: openApi(access), chatId, pace, onMoved });
}

export interface TelegramCommandParts {
  readonly access: TelegramAccess;
  readonly config: Config['telegram'];
  readonly chatId: string;
  readonly operator: Operator;
  readonly mute: Mute;
  readonly store: OutboxStore;
  readonly houseMs: () => number;
  readonly logger: Logger;
}

export interface TelegramCommands {
  readonly poller: Poller;
  readonly strangers: Strangers;
}

/** `undefined` when there is nobody whose commands would be obeyed. */
export function openTelegramCommands(parts: TelegramCommandParts): TelegramCommands | undefined {
  const { access, config, chatId, operator, mute, store, houseMs, logger } = parts;
  const ids = ownersOf(config.owners, chatId);
  if (!config.commands || ids.length === 0) return undefined;
  const bot = new Bot(access.token, { client: clientOptions(access, POLL_SECONDS + POLL_MARGIN_SECONDS) });
  const strangers = new Strangers((id) =>
    logger.warn(
      `a message to the bot of ${id ?? 'nobody'}, who is no owner, got no answer; further ones are only counted`,
    ),
  );
  const confirmations = new Confirmations({
    monotonicMs: () => performance.now(),
    code: () => randomBytes(16).toString('hex'),
  });
  addCommands(bot, {
    ...{ operator, mute, strangers, confirmations, owners: { ids, chatId }, nowMs: houseMs },
    onCommand: (by, text) => logger.info({ by }, `Telegram: ${text}`),
  });
  const poller = new Poller({
    ...{ bot, store, owners: ids, sleep, random: Math.random },
    onTrouble: (problem) =>
      problem === undefined
        ? logger.info('commands from Telegram are heard')
        : logger.warn(`commands from Telegram are not heard: ${problem}`),
    onFailed: (error) => logger.error({ err: error }, 'a command from Telegram was not answered'),
  });
  return { poller, strangers };
}
