/** When something is asked of the house: both of its times, because a market may run faster than the people around it. */
export interface Moment {
  /** Market time, UTC milliseconds: signals expire in it. */
  readonly atMs: number;
  /** House time, UTC milliseconds: wall time that never goes back. Leases, deadlines and grace run in it. */
  readonly wallMs: number;
  /** The most market milliseconds that may pass in one of house time, > 0. */
  readonly speed: number;
}
