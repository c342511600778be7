import type { Notice } from '../contract/notice/notice.ts';

/** What a person may have done. It goes the way of every command: journaled, with who and when. */
export type Action =
  | { readonly kind: 'halt' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'close'; readonly symbol: string };

/** What an action would do now, for whoever has to confirm it. */
export interface Plan {
  readonly notice: Notice;
  /** It would change nothing: there is nothing to confirm. */
  readonly isEmpty: boolean;
}

/** The house as a person asks it, and is answered, in words. What it answers is on disk. */
export interface Operator {
  status(): Notice;
  signals(): Notice;
  positions(): Notice;
  performance(): Notice;
  /** @param symbol as the person wrote it */
  why(symbol: string): Notice;
  plan(action: Action): Plan;
  /** @param by who wants it, as the journal keeps it. Never rejects: that it could not be done is an answer. */
  act(action: Action, by: string): Promise<Notice>;
}

/** For a while nothing below `alarm` is told; how much that was is told afterwards. */
export interface Mute {
  /** Until when, in house time, and who wanted it; `undefined` while nothing is muted. */
  readonly current: { readonly untilMs: number; readonly by: string } | undefined;
  /**
   * @param untilMs `undefined` ends it
   * @param by who wants it, as the journal keeps it
   * @returns why it may not have taken place, `undefined` once it is on disk. Never rejects.
   */
  set(untilMs: number | undefined, by: string): Promise<string | undefined>;
}
