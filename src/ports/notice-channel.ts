import type { Notice } from '../contract/notice/notice.ts';

/** A notice on its way to one channel. */
export interface QueuedNotice {
  /** Grows with every notice of the outbox, over all channels: their order, and the id that receivers know repetitions by. */
  readonly id: number;
  readonly notice: Notice;
}

/** What is sent at once: one notice, or many in one message when they came faster than they can be told. */
export interface Parcel {
  readonly notices: readonly [QueuedNotice, ...QueuedNotice[]];
  /** An attempt before this one may have arrived: the answer was lost. */
  readonly maybeRepeated: boolean;
}

export interface SendOptions {
  /** Quiet hours: to be seen, not heard. */
  readonly silent: boolean;
  /** House time. */
  readonly nowMs: number;
  readonly stop: AbortSignal;
}

/**
 * What became of an attempt:
 *   accepted     the other side has it
 *   wait         it said that it did not take it, and when to ask again
 *   unreachable  nothing of it was sent: no name, no connection
 *   doubtful     it was sent and no clear answer came: it may have been taken
 *   blocked      nothing can be told until a person has put something right; the message waits
 *   refused      this message will never be taken
 */
export type Sent =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'wait'; readonly forMs: number; readonly problem: string }
  | { readonly kind: 'unreachable' | 'doubtful' | 'blocked' | 'refused'; readonly problem: string };

/** A place where people, or their programs, are told. */
export interface NoticeChannel {
  /** Never changes, and says nothing secret: what waits is kept under it. */
  readonly name: string;
  /** How many notices one message may hold when they come too fast. 1: each is sent alone, whatever comes. */
  readonly noticesPerMessageMax: number;
  /** Never rejects. Takes care of the rate that the other side allows. */
  send(parcel: Parcel, options: SendOptions): Promise<Sent>;
}
