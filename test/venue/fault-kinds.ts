// What a venue can do wrong, and what of it can be chosen. `docs/venue.md` says what a client sees of each.

/** Faults of frames, of connections, of REST, of the venue. */
export const FAULT_KINDS = [
  ...(['gap', 'duplicate', 'reorder', 'late', 'wrong-sequence', 'crossed', 'old', 'wrong-type', 'truncated'] as const),
  ...(['silence', 'garbage'] as const),
  ...(['disconnect', 'freeze', 'slow', 'refuse', 'shutdown'] as const),
  ...(['http', 'rest-slow', 'rest-garbage', 'old-snapshot', 'maintenance'] as const),
  ...(['skew', 'filter', 'delist', 'list'] as const),
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultOrder {
  readonly kind: FaultKind;
  /** `BTCUSDT`; every one when absent, and for a fault of contracts the first that fits. */
  readonly symbol?: string;
  /** `aggTrade`, `depth`, `markPrice`, or a whole name, `btcusdt@depth@500ms`; every one when absent. */
  readonly stream?: string;
  /** Connections of this entry point; all of them when absent. */
  readonly path?: 'public' | 'market' | 'legacy';
  /** Requests of this path, `/fapi/v1/klines`; all of them when absent. */
  readonly route?: string;
  /** How many frames or requests it hits; 1 when neither this nor `forMs` is given. */
  readonly count?: number;
  /** How long it lasts, host milliseconds; until it is stopped when neither this nor `count` is given. */
  readonly forMs?: number;
  /** How much later, older or ahead, milliseconds. */
  readonly byMs?: number;
  /** HTTP status. */
  readonly status?: number;
  readonly retryAfterS?: number;
  /** WebSocket close code; the line is cut without one. */
  readonly code?: number;
  /** The field that is wrong, `p`. */
  readonly field?: string;
  /** What stands in it instead, as JSON text; `missing` takes it out. */
  readonly value?: string;
  /** Which garbage. */
  readonly variant?: GarbageVariant;
  /** How much garbage, for `huge`. */
  readonly bytes?: number;
  /** The new tick: ten times as coarse, or ten times as fine. */
  readonly tick?: 'coarser' | 'finer';
}

export const GARBAGE_VARIANTS = ['json', 'binary', 'huge', 'empty', 'list', 'null', 'unknown'] as const;

export type GarbageVariant = (typeof GARBAGE_VARIANTS)[number];
