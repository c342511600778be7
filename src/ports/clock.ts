/**
 * Market time. It never goes back, and it goes on while the process is suspended: elapsed time is the larger of the
 * monotonic and the wall clock's.
 */
export interface MarketClock {
  /** UTC milliseconds of market time. */
  nowMs(): number;
  /** Market seconds per wall second. What clients are told to wait is market time divided by this. */
  readonly speed: number;
  /** The highest that `speed` may become: what clients are told to hurry by. Absent where it never changes. */
  readonly topSpeed?: number;
}
