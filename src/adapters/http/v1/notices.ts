import { muteRequest, unmuteRequest } from '../../../contract/v1/notice.ts';
import { noticesJson } from '../../../contract/v1/notice-json.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, bodyOf, type DeliveryAnswer, type Handler, malformed, refused } from './handler.ts';

const MINUTE_MS = 60_000;

/** Who is told by messages, and quiet for a while. */
export function noticeHandlers(desk: DeliveryDesk): Readonly<Record<string, Handler>> {
  const told = (): DeliveryAnswer => answer(200, noticesJson(desk.channels, desk.log.book.muteAt(desk.now().wallMs)));
  return {
    'GET /api/v1/notices': async () => told(),

    'POST /api/v1/notices/mute': async (request) => {
      const body = bodyOf(muteRequest, request);
      if (!body.ok) return malformed(body.problem);
      if (!desk.channels.some(({ name }) => name === 'telegram')) return refused('nothing_to_mute', NO_TELEGRAM);
      const untilMs = desk.now().wallMs + body.value.minutes * MINUTE_MS;
      return desk.ask({ kind: 'mute', untilMs, by: request.principal.name }, told);
    },

    'POST /api/v1/notices/unmute': async (request) => {
      const body = bodyOf(unmuteRequest, request);
      if (!body.ok) return malformed(body.problem);
      return desk.ask({ kind: 'mute', untilMs: undefined, by: request.principal.name }, told);
    },
  };
}

const NO_TELEGRAM =
  'Nobody is told by Telegram here, so there is nothing to mute: TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID set it up.';
