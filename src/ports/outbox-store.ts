import type { Notice } from '../contract/notice/notice.ts';
import type { Parcel } from './notice-channel.ts';

/** What was not told, and why. */
export interface Untold {
  /** `full`: more waited than may wait. `muted`: a person wanted it so. `away`: nobody told anything for long. */
  readonly why: 'full' | 'muted' | 'away';
  readonly count: number;
  /** Market time of the first and the last of them. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far the journal was heard, and what the listener has to know to go on from there. */
export interface Heard {
  readonly seq: number;
  /** Plain JSON of the listener's own. */
  readonly memory: unknown;
}

export interface ChannelCounts {
  readonly waiting: number;
  readonly told: number;
  readonly refused: number;
  /** Attempts of which nobody knows whether they arrived; each may have led to a repetition. */
  readonly doubtful: number;
  /** Not told because too many waited, ever. */
  readonly lost: number;
  /** House time of the last one that was told. */
  readonly lastToldMs: number | undefined;
}

/**
 * What is still to be told, on disk, by channel and in order. Every call is one step: after a kill it has happened or
 * not. A power cut may take back the last seconds; then the listener hears the journal again from where it knew it, so
 * nothing is lost and the last messages may be told twice.
 *
 * Throws what the disk reports. Nothing is half done then.
 */
export interface OutboxStore {
  /** `undefined` for a journal that was never heard. */
  heard(journalId: string): Heard | undefined;
  /**
   * Queues notices for channels, each key once per channel, and remembers how far the journal was heard, all together.
   * Beyond what may wait, the oldest ones below `alarm` make room, and are counted as untold.
   */
  hear(hearing: {
    readonly notices: readonly { readonly channel: string; readonly notice: Notice }[];
    readonly untold?: readonly { readonly channel: string; readonly untold: Untold }[];
    readonly journal?: { readonly id: string; readonly heard: Heard };
  }): void;
  /**
   * The next to be sent on a channel, `undefined` when nothing waits. One whose sending has begun comes again as it was.
   * @param combineFrom when so many wait, those below `alarm` that follow one another come together
   */
  next(channel: string, combineFrom: number, combineMax: number): Parcel | undefined;
  /** Before it is sent: a kill from here on leaves it in doubt. */
  begin(parcel: Parcel): void;
  /** It was not taken, as far as is known: `doubtful` when it is not known. */
  failed(parcel: Parcel, doubtful: boolean): void;
  /** It is done with: told, or refused for good. */
  finish(parcel: Parcel, state: 'told' | 'refused', nowMs: number): void;
  /** What was not told on a channel, and not confessed since. */
  untold(channel: string): readonly Untold[];
  /**
   * That something was not told was itself queued to be told: the notice of it and the end of those counts are one step. A count
   * that the notice does not speak of goes on.
   */
  confess(channel: string, notice: Notice, untold: readonly Pick<Untold, 'why'>[]): void;
  counts(channel: string): ChannelCounts;
  /** Small things to be known again after a restart. `undefined` forgets. Synced to disk before it returns. */
  remember(name: string, value: unknown): void;
  recall(name: string): unknown;
  close(): void;
}
