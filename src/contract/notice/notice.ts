/** From the least to the gravest. Where a channel is told from a level on, it is told that level and all graver ones. */
export const NOTICE_LEVELS = ['info', 'important', 'alarm'] as const;
export type NoticeLevel = (typeof NOTICE_LEVELS)[number];

export const NOTICE_KINDS = [
  'signal',
  'order',
  'fill',
  'close',
  'doubt',
  'account',
  'market_gap',
  'fault',
  'fault_over',
  'daily',
  'started',
  'not_told',
  'test',
  'answer',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Something that people are told, in the words in which they are told it: every channel shows the same. Plain JSON, and
 * complete in itself, for it may be sent long after it was made.
 */
export interface Notice {
  /** What it tells. A channel is told of one key once: `<journal id>:<seq>` where it comes from the journal. */
  readonly key: string;
  readonly kind: NoticeKind;
  readonly level: NoticeLevel;
  /** Where the prices come from, as every surface shows it: `SIMULATED medium`, `REPLAY`, `DEMO`. */
  readonly market: string;
  /** One line that says it all where there is no room for more: `BUY ETHUSDT 1m at 3500.00`. */
  readonly title: string;
  /** Name and value, both for a person. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Sentences. */
  readonly remarks: readonly string[];
  /** Market time of what it tells, UTC milliseconds. */
  readonly atMs: number;
  /** House time at which it was made: how late it is told is counted from here. */
  readonly madeMs: number;
  readonly symbol?: string;
  readonly signalId?: string;
}

/** Prices that are not those of a market, now: whoever reads them must see that at first sight. */
export const isUnreal = (market: string): boolean => /^(SIMULATED|REPLAY|DEMO)\b/.test(market);

/** Whether a channel that is told from `from` on is told this one. */
export const isAtLeast = (level: NoticeLevel, from: NoticeLevel): boolean =>
  NOTICE_LEVELS.indexOf(level) >= NOTICE_LEVELS.indexOf(from);
