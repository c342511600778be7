import { z } from 'zod';
import { instant, whole } from './fields.ts';

/** Who is told by messages beside the API, and whether somebody wanted quiet. */

/** As `/mute` in Telegram has it. */
const MUTE_MINUTES_MAX = 7 * 24 * 60;

export const noticeChannel = z.strictObject({
  name: z.string().meta({ description: '`telegram`, or `webhook:<host>:<hash of the whole address>`.' }),
  told: whole('Messages that arrived.'),
  waiting: whole('Messages that are still to be told.'),
  in_doubt: whole('Attempts whose answer was lost: each may have led to a repetition.'),
  lost: whole('Dropped because too many waited.'),
  refused: whole('Never taken by the other side.'),
  trouble: z.string().nullable().meta({ description: 'What keeps it from telling now; null: nothing.' }),
});

export const noticeMute = z.strictObject({
  until: instant('House time at which it ends by itself.'),
  since: instant('House time.'),
  by: z.string().meta({ description: 'The name of the key, or `telegram:<number of the user>`.' }),
});

export const noticesAnswer = z.strictObject({
  channels: z.array(noticeChannel).meta({ description: 'Empty: nobody is told anything but by the API.' }),
  muted: noticeMute.nullable().meta({ description: 'Telegram tells alarms only; null: it tells everything.' }),
});

export const muteRequest = z.strictObject({
  minutes: whole('For how long, from now.', { min: 1, max: MUTE_MINUTES_MAX }),
});
export const unmuteRequest = z.strictObject({});
