import type { Context } from 'grammy';

export interface Owners {
  /** User ids of Telegram. */
  readonly ids: readonly number[];
  /** Where messages go; owners are answered there, and where they are alone with the bot. */
  readonly chatId: string;
}

/** In a private chat the chat's id is the user's: whoever is told everything may ask, unless others are named. */
export function ownersOf(configured: readonly number[], chatId: string): readonly number[] {
  if (configured.length > 0) return configured;
  return /^\d+$/.test(chatId) ? [Number(chatId)] : [];
}

/**
 * By number and by place: an answer in some other group would tell its members. What an owner only passes on is not an
 * owner's command.
 */
export function isAllowed(
  { from, chat, message }: Pick<Context, 'from' | 'chat' | 'message'>,
  owners: Owners,
): boolean {
  if (from === undefined || from.is_bot || !owners.ids.includes(from.id)) return false;
  if (message?.forward_origin !== undefined || message?.via_bot !== undefined) return false;
  return chat !== undefined && (chat.type === 'private' || String(chat.id) === owners.chatId);
}
