export const REPORT_TYPES = [
  'SUBMITTED',
  'PARTIAL',
  'FILLED',
  'REJECTED',
  'CANCELLED',
  'CLOSED',
  'NACK',
  'NOT_SENT',
] as const;
export type ReportType = (typeof REPORT_TYPES)[number];

export const LEGS = ['ENTRY', 'STOP', 'TP1', 'TP2', 'TP3', 'CLOSE'] as const;
export type Leg = (typeof LEGS)[number];

/**
 * What an executor says of one order of a delivery. Reports may come late, twice and in any order; `reportId` makes
 * each of them count once. Plain JSON.
 *
 *   SUBMITTED   the venue has the order             REJECTED    the venue refused it
 *   PARTIAL     some of it is filled                CANCELLED   what was not filled is gone
 *   FILLED      all of it is filled                 CLOSED      the position is closed (leavesQty 0 or absent)
 *   NACK        the claim is given back             NOT_SENT    no order was ever sent, found out afterwards
 */
export interface ExecutionReport {
  readonly reportId: string;
  readonly session: string;
  readonly epoch: number;
  readonly fence: number;
  readonly type: ReportType;
  readonly leg: Leg;
  /** The venue's. */
  readonly orderId?: string;
  readonly clientOrderId?: string;
  /** Quantities in base units, >= 0. */
  readonly qty?: number;
  readonly cumQty?: number;
  readonly leavesQty?: number;
  readonly price?: number;
  readonly avgPrice?: number;
  readonly fee?: number;
  readonly feeAsset?: string;
  /** Funding paid on the position since the last report that said so, in the quote currency; negative when received. */
  readonly funding?: number;
  /** The venue's own time, UTC milliseconds. */
  readonly venueTimeMs?: number;
  /** For a person; `not_sent` in a NACK asks for the signal to be offered again. */
  readonly reason?: string;
  /** Durations that the executor measured, milliseconds by name. */
  readonly latency?: Readonly<Record<string, number>>;
}

/** What is remarkable about a report, for people. Nothing is dropped because of it. */
export const REPORT_FLAGS = ['late', 'unknown_fence', 'stale_epoch', 'contradiction'] as const;
export type ReportFlag = (typeof REPORT_FLAGS)[number];
