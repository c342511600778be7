import type { SignalDraft } from '../engine/event.ts';
import type { RiskMode } from '../risk/risk-book.ts';
import type { Resolution, ServerLatency } from './delivery.ts';
import type { ExecutionReport } from './report.ts';

/** A signal of a producer other than the built-in bot. */
export interface Publish {
  readonly kind: 'publish';
  /** UUIDv7, chosen by the producer before its first attempt. */
  readonly signalId: string;
  /** Of the body, so that a repetition is told from another signal. */
  readonly bodyHash: string;
  /** The name of its key. */
  readonly producer: string;
  readonly draft: SignalDraft;
  /** House milliseconds; `undefined` for the default of its timeframe. */
  readonly ttlMs: number | undefined;
  readonly maxSlippageBps: number | undefined;
}

/** No new entry from this signal: an unclaimed one is withdrawn, an executor withdraws what rests at the venue. */
export interface Cancel {
  readonly kind: 'cancel';
  readonly signalId: string;
  readonly reason: string;
  readonly by: string;
}

/** Close what this signal opened. Repeated while one stands: the same one. */
export interface CloseOut {
  readonly kind: 'close';
  readonly signalId: string;
  /** Only on this account; on all of them when not given. */
  readonly account?: string;
  readonly reason: string;
  readonly by: string;
}

/** Moves stop or targets, when `version` is the one that holds. */
export interface Amend {
  readonly kind: 'amend';
  readonly signalId: string;
  readonly version: number;
  readonly stopPrice?: number;
  readonly targetPrices?: readonly (number | undefined)[];
  readonly by: string;
}

export interface OpenSession {
  readonly kind: 'open_session';
  /** Random; the id that the session gets when it is a new one. */
  readonly sessionId: string;
  readonly account: string;
  readonly consumer: string;
  readonly instance: string;
  readonly symbols: readonly string[];
  readonly capabilities: readonly string[];
  /** Take the account even from an executor that is alive. */
  readonly takeover: boolean;
}

export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly sessionId: string;
  readonly epoch: number | undefined;
}

/** An executor that stops gives its account back, so that nobody has to wait until its lease is over. */
export interface Release {
  readonly kind: 'release';
  readonly sessionId: string;
}

export interface Claim {
  readonly kind: 'claim';
  readonly signalId: string;
  readonly sessionId: string;
  readonly epoch: number;
  readonly account: string;
  /** Idempotency-Key. */
  readonly key: string;
  readonly latency: ServerLatency;
}

export interface Report {
  readonly kind: 'report';
  readonly deliveryId: string;
  readonly report: ExecutionReport;
}

export interface Resolve {
  readonly kind: 'resolve';
  readonly deliveryId: string;
  readonly resolution: Resolution;
}

export interface HaltAccount {
  readonly kind: 'halt';
  readonly account: string;
  readonly reason: string;
  readonly by: string;
}

export interface ResumeAccount {
  readonly kind: 'resume';
  readonly account: string;
  readonly by: string;
}

/** The state of risk is another one from now on. */
export interface SetRisk {
  readonly kind: 'set_risk';
  readonly mode: RiskMode;
  readonly rule: string;
  readonly reason: string;
  readonly by: string;
  /** Market time; absent when somebody has to end it. */
  readonly untilMs?: number;
  /** Profit of the account by now, open positions included. */
  readonly net: number;
}

/** A day of the account begins, at 00:00 UTC of market time. */
export interface TurnDay {
  readonly kind: 'turn_day';
  readonly dayMs: number;
  readonly net: number;
}

/**
 * A person takes the wheel, on every account at once.
 *
 *   halt      no entries any more
 *   resume    ends that, and begins to measure anew
 *   flatten   halts, and closes everything that is open
 */
export interface Kill {
  readonly kind: 'kill';
  readonly action: 'halt' | 'resume' | 'flatten';
  readonly reason: string;
  readonly by: string;
  /** Profit of the account by now: the engine knows it. */
  readonly net?: number;
}

/** Whoever is told by messages hears alarms only for a while; a mute that runs is replaced. */
export interface MuteNotices {
  readonly kind: 'mute';
  /** House time at which it ends by itself; `undefined` ends the one that runs. */
  readonly untilMs: number | undefined;
  readonly by: string;
}

/** A guide route is about to show these signals: which of them may it? */
export interface Show {
  readonly kind: 'show';
  readonly signalIds: readonly string[];
}

/** Time has passed: leases lapse, doubts begin, signals expire. */
export interface Sweep {
  readonly kind: 'sweep';
}

export type Command =
  | Publish
  | Cancel
  | CloseOut
  | Amend
  | OpenSession
  | Heartbeat
  | Release
  | Claim
  | Report
  | Resolve
  | HaltAccount
  | ResumeAccount
  | SetRisk
  | TurnDay
  | Kill
  | MuteNotices
  | Show
  | Sweep;
