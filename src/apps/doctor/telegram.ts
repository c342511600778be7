import { openApi, outcomeOf } from '../../adapters/telegram/client.ts';
import { parseSecret } from '../../adapters/webhook/signature.ts';
import { BOT_TOKEN_VARIABLE, WEBHOOK_SECRET_VARIABLE } from '../config/overrides.ts';
import type { Config } from '../config/schema.ts';
import { type Check, fail, ok, warn } from './check.ts';

const ANSWER_WITHIN_SECONDS = 5;

/** Is there a bot, does Telegram know it, and is there a chat? Sends nothing. */
export async function checkTelegram({ telegram }: Pick<Config, 'telegram'>, env: NodeJS.ProcessEnv): Promise<Check> {
  const token = env[BOT_TOKEN_VARIABLE];
  if (!token) return ok('telegram', `off: ${BOT_TOKEN_VARIABLE} is not set`);
  const api = openApi({ token, apiRoot: telegram.apiRoot }, ANSWER_WITHIN_SECONDS);
  let name: string;
  try {
    name = `@${(await api.getMe()).username}`;
  } catch (error) {
    const { kind, problem } = outcomeOf(error);
    if (kind === 'blocked') return fail('telegram', problem, 'get the token from @BotFather anew');
    return warn('telegram', problem, 'messages wait until it can be reached');
  }
  if (telegram.chatId === undefined) {
    const remedy = 'write to the bot, then `tapewire telegram test` says the id of the chat';
    return warn('telegram', `${name}, but TELEGRAM_CHAT_ID is not set`, remedy);
  }
  return ok('telegram', `${name} for chat ${telegram.chatId}; \`tapewire telegram test\` sends a message`);
}

/** Is there a secret to sign with? Sends nothing. */
export function checkWebhooks({ webhooks }: Pick<Config, 'webhooks'>, env: NodeJS.ProcessEnv): Check {
  const count = webhooks.urls.length;
  if (count === 0) return ok('webhooks', 'none');
  const secret = env[WEBHOOK_SECRET_VARIABLE];
  const key = parseSecret(secret ?? '');
  if (key.ok) return ok('webhooks', `${count}, signed`);
  const found = `${count}, but ${WEBHOOK_SECRET_VARIABLE} ${secret ? 'is no secret' : 'is not set'}`;
  return fail('webhooks', found, `it ${key.problem}`);
}
