import type { NoticeMute } from '../../core/delivery/delivery-book.ts';
import { formatInstant } from '../instant.ts';
import type { Json } from '../json-text.ts';

/** One of those who are told by messages. */
export interface ToldChannel {
  /** Says nothing secret. */
  readonly name: string;
  readonly told: number;
  readonly waiting: number;
  readonly doubtful: number;
  readonly lost: number;
  readonly refused: number;
  /** What keeps it from telling; `undefined` while nothing does. */
  readonly trouble: string | undefined;
}

export function noticesJson(channels: readonly ToldChannel[], mute: NoticeMute | undefined): Json {
  return {
    channels: channels.map(({ name, told, waiting, doubtful, lost, refused, trouble = null }) => ({
      ...{ name, told, waiting, in_doubt: doubtful, lost, refused, trouble },
    })),
    muted:
      mute === undefined
        ? null
        : { until: formatInstant(mute.untilMs), since: formatInstant(mute.sinceMs), by: mute.by },
  };
}
