import { Api, GrammyError, HttpError } from 'grammy';
import type { Sent } from '../../ports/notice-channel.ts';

export interface TelegramAccess {
  /** From @BotFather. Never shown, never logged. */
  readonly token: string;
  /** `https://api.telegram.org`, or where a Bot API server of one's own answers. Without a slash at the end. */
  readonly apiRoot: string;
}

/** Seconds after which a call without an answer counts as lost. */
export const CALL_SECONDS = 15;

/** Node's own fetch, which knows proxies and both IP families, in place of the one that grammY brings. */
export function clientOptions({ apiRoot }: Pick<TelegramAccess, 'apiRoot'>, timeoutSeconds = CALL_SECONDS) {
  return { apiRoot, timeoutSeconds, fetch: globalThis.fetch as never };
}

export function openApi({ token, apiRoot }: TelegramAccess, timeoutSeconds = CALL_SECONDS): Api {
  return new Api(token, clientOptions({ apiRoot }, timeoutSeconds));
}

/** grammY wants the signal of its own polyfill, and takes Node's. */
export const asSignal = (signal: AbortSignal): never => signal as never;

/** As far as the connection came: before it stood, nothing can have been taken. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Nobody but a person can help, and the message is not the reason. Source: Bot API, "Making requests"; as answered. */
const NEEDS_A_PERSON =
  /chat not found|not enough rights|need administrator|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|TOPIC_CLOSED|PEER_ID_INVALID|chat is deactivated/i;

/** What an error of a call says of the call. Never holds the token: of an error without a code it tells the name alone. */
export function outcomeOf(error: unknown): Exclude<Sent, { kind: 'accepted' }> {
  if (error instanceof GrammyError) return ofAnswer(error);
  const cause = error instanceof HttpError ? error.error : error;
  const codes = codesOf(cause);
  const connected = !codes.some((code) => NOT_CONNECTED.has(code) || code.startsWith('CERT_'));
  const detail = codes[0] ?? (cause instanceof Error ? cause.name : 'no reason was given');
  return connected
    ? { kind: 'doubtful', problem: `no answer from Telegram (${detail}); it may have arrived` }
    : { kind: 'unreachable', problem: `Telegram cannot be reached (${detail}): no network, or a firewall` };
}

function ofAnswer({ error_code: code, description, parameters }: GrammyError): Exclude<Sent, { kind: 'accepted' }> {
  const said = `Telegram says: ${code} ${description}`;
  if (code === 429) {
    const seconds = parameters.retry_after ?? 1;
    return { kind: 'wait', forMs: seconds * 1_000, problem: `too many messages for Telegram: it wants ${seconds} s` };
  }
  if (code >= 500) return { kind: 'doubtful', problem: `${said}; it may have arrived` };
  if (code === 401 || code === 404) {
    return { kind: 'blocked', problem: `${said}. The bot token is not valid: look at TELEGRAM_BOT_TOKEN` };
  }
  if (code === 403) {
    const remedy = 'Write /start to the bot, unblock it, or add it to the chat again';
    return { kind: 'blocked', problem: `${said}. ${remedy}` };
  }
  if (NEEDS_A_PERSON.test(description)) {
    const remedy = 'Look at TELEGRAM_CHAT_ID, and write /start to the bot first';
    return { kind: 'blocked', problem: `${said}. ${remedy}` };
  }
  return { kind: 'refused', problem: said };
}

/** A group that grew into a supergroup has another id from then on; Telegram says which. */
export function newChatIdOf(error: unknown): number | undefined {
  return error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
}

/** The system's names for what went wrong, however deep they lie: undici wraps them once or twice. */
function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])].flatMap((each) => codesOf(each, depth + 1));
  return [...(typeof code === 'string' && code !== '' ? [code] : []), ...inner];
}
