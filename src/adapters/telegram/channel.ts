import type { Api } from 'grammy';
import type { NoticeChannel, Parcel, SendOptions, Sent } from '../../ports/notice-channel.ts';
import { asSignal, newChatIdOf, outcomeOf } from './client.ts';
import { renderParcel } from './html.ts';
import type { Pace } from './pace.ts';

/** So many one-line notices fit into a message. */
const LINES_MAX = 40;

export interface TelegramChannelParts {
  readonly api: Api;
  readonly chatId: string;
  readonly pace: Pace;
  /** A group has got another id: what stands in the configuration does not hold any more. */
  readonly onMoved: (chatId: string) => void;
}

/** One chat. */
export class TelegramChannel implements NoticeChannel {
  readonly name = 'telegram';
  readonly noticesPerMessageMax = LINES_MAX;
  readonly #parts: TelegramChannelParts;
  #chatId: string;

  constructor(parts: TelegramChannelParts) {
    this.#parts = parts;
    this.#chatId = parts.chatId;
  }

  async send(parcel: Parcel, { silent, nowMs, stop }: SendOptions): Promise<Sent> {
    await this.#parts.pace.turn(stop);
    if (stop.aborted) return { kind: 'unreachable', problem: 'stopping' };
    const html = renderParcel(parcel, nowMs);
    const sent = await this.#try(html, { parse_mode: 'HTML', silent }, stop);
    // A mistake of ours in the markup must not cost the message.
    if (sent.kind !== 'refused' || !/can't parse entities/i.test(sent.problem)) return sent;
    return this.#try(withoutTags(html), { silent }, stop);
  }

  async #try(text: string, how: { parse_mode?: 'HTML'; silent: boolean }, stop: AbortSignal): Promise<Sent> {
    const { silent, ...format } = how;
    const options = { ...format, disable_notification: silent, link_preview_options: { is_disabled: true } };
    try {
      await this.#parts.api.sendMessage(this.#chatId, text, options, asSignal(stop));
      return { kind: 'accepted' };
    } catch (error) {
      const moved = newChatIdOf(error);
      if (moved === undefined) return outcomeOf(error);
      this.#chatId = String(moved);
      this.#parts.onMoved(this.#chatId);
      return { kind: 'wait', forMs: 0, problem: `the group has a new id: ${moved}` };
    }
  }
}

function withoutTags(html: string): string {
  return html
    .replace(/<\/?(b|i|code)>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
