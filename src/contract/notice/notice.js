/** From the least to the gravest. Where a channel is told from a level on, it is told that level and all graver ones. */
export const NOTICE_LEVELS = ['info', 'important', 'alarm'];
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
];
/** Prices that are not those of a market, now: whoever reads them must see that at first sight. */
export const isUnreal = (market) => /^(SIMULATED|REPLAY|DEMO)\b/.test(market);
/** Whether a channel that is told from `from` on is told this one. */
export const isAtLeast = (level, from) => NOTICE_LEVELS.indexOf(level) >= NOTICE_LEVELS.indexOf(from);
//# sourceMappingURL=notice.js.map
