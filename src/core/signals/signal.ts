import type { Timeframe } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';

/** One strategy's part in a decision. */
export interface SignalVote {
  readonly strategy: string;
  /** How much it counts, as configured. */
  readonly weight: number;
  readonly side: Side;
  readonly strength: number;
  readonly reason: string;
}

/** A decision that passed every check, with its bracket. Immutable once issued; its end is a separate effect. */
export interface Signal {
  /** UUIDv7-shaped: event milliseconds, then a hash of run anchor, symbol, timeframe, side and bar. */
  readonly signalId: string;
  /** UTC microseconds, strictly growing over the whole journal: the `timestamp` that clients acknowledge by. */
  readonly stampUs: number;
  readonly symbol: string;
  readonly side: Side;
  readonly timeframe: Timeframe;
  readonly entryPrice: number;
  readonly stopPrice: number;
  /** Three targets, nearest first. The exit a guide client trades is the second. */
  readonly targetPrices: readonly [number, number, number];
  /** A whole number of at least 1. */
  readonly leverage: number;
  /** Weight-normalised mean strength of the agreeing strategies, 0 to 100. */
  readonly strength: number;
  /** Weight of the agreeing strategies over the weight of all configured ones, 0 to 100. */
  readonly consensus: number;
  readonly strategiesAgree: number;
  /** Market time. From here on it may not be traded, whoever asks. */
  readonly expiresAtMs: number;
  /** The votes on the signal's side, in the order of the configuration. Empty for a test signal. */
  readonly votes: readonly SignalVote[];
  /** Why, in sentences for a person. At least one. */
  readonly reasons: readonly string[];
  /** Where the prices come from, as every surface shows it: `SIMULATED medium`, `REPLAY`, `DEMO`. */
  readonly market: string;
}

/** How a signal stopped being live. */
export type SignalEndState = 'EXPIRED' | 'SUPERSEDED' | 'CANCELLED' | 'EXHAUSTED' | 'ACKED_LEGACY';

export interface SignalEnd {
  readonly state: SignalEndState;
  /** For a person: `not acknowledged within 15.0 s`. */
  readonly reason: string;
  /** Market time. */
  readonly atMs: number;
}
