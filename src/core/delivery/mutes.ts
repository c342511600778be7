import type { MuteNotices } from './command.ts';
import { done, type Means, timesOf } from './means.ts';
import type { Moment } from './moment.ts';
import type { Replies } from './reply.ts';

/** Ending what does not run, or no longer, is nothing to remember. */
export function mute(means: Means, { untilMs, by }: MuteNotices, moment: Moment): Replies['mute'] {
  const { deliveries } = means.books;
  if (untilMs !== undefined || deliveries.muteAt(moment.wallMs) !== undefined) {
    means.emit({ kind: 'notices_muted', by, ...(untilMs !== undefined && { untilMs }), ...timesOf(moment) });
  }
  return done(deliveries.muteAt(moment.wallMs));
}
