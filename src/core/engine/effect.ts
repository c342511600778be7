import type { Resolution, ServerLatency } from '../delivery/delivery.ts';
import type { ExecutionReport, ReportFlag } from '../delivery/report.ts';
import type { RiskMode } from '../risk/risk-book.ts';
import type { Signal, SignalEnd } from '../signals/signal.ts';

/** `seq` is the gapless number of the effect in its journal, from 1, in the order of decision. */
interface Numbered {
  readonly seq: number;
}

/** When it was decided: market time and house time, UTC milliseconds. */
interface Timed extends Numbered {
  readonly atMs: number;
  readonly wallMs: number;
}

/** Offers the signal on the account `default`. */
export interface SignalIssued extends Numbered {
  readonly kind: 'signal_issued';
  readonly signal: Signal;
  /** Where it comes from when it is not the bot's own: the name of the producer's key, and what it sent. */
  readonly published?: {
    readonly producer: string;
    readonly bodyHash: string;
    readonly maxSlippageBps?: number;
  };
}

/** Ends the offer, and with it every delivery that nobody has claimed. */
export interface SignalEnded extends Numbered, SignalEnd {
  readonly kind: 'signal_ended';
  readonly signalId: string;
}

/** The market was not watched in `[fromMs, toMs)`: a restart, a hole in the tape, a suspended machine. */
export interface GapRecorded extends Numbered {
  readonly kind: 'gap_recorded';
  readonly symbol: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** Stop and targets as they are from now on. */
export interface SignalAmended extends Timed {
  readonly kind: 'signal_amended';
  readonly signalId: string;
  readonly version: number;
  readonly stopPrice: number;
  readonly targetPrices: readonly [number, number, number];
  readonly by: string;
}

/** The offer is over already, but an order of it may rest at the venue: its executor withdraws it. */
export interface CancelRequested extends Timed {
  readonly kind: 'cancel_requested';
  readonly signalId: string;
  readonly reason: string;
  readonly by: string;
}

/** An order to close what the signal opened, offered on the accounts where it may have opened something. */
export interface CloseIssued extends Timed {
  readonly kind: 'close_issued';
  readonly closeId: string;
  readonly signalId: string;
  readonly accounts: readonly string[];
  readonly reason: string;
  readonly by: string;
}

/** Takes the account; whoever held it before is fenced off. */
export interface SessionOpened extends Timed {
  readonly kind: 'session_opened';
  readonly sessionId: string;
  readonly account: string;
  readonly consumer: string;
  readonly instance: string;
  readonly epoch: number;
  readonly symbols: readonly string[];
  readonly capabilities: readonly string[];
}

/** Nobody holds the account: the lease lapsed, or the executor gave the account back. */
export interface SessionEnded extends Timed {
  readonly kind: 'session_ended';
  readonly sessionId: string;
  readonly account: string;
  readonly reason: string;
  /** It was given back. */
  readonly released?: true;
}

/** A client of the guide is about to read it, and may trade it: it cannot be claimed any more. */
export interface DeliveryShown extends Timed {
  readonly kind: 'delivery_shown';
  readonly deliveryId: string;
}

/** The right to execute was given to a session. The fence of the grant is `seq`. */
export interface DeliveryClaimed extends Timed {
  readonly kind: 'delivery_claimed';
  readonly signalId: string;
  readonly account: string;
  readonly sessionId: string;
  readonly consumer: string;
  readonly epoch: number;
  readonly key: string;
  readonly clientOrderId: string;
  /** House time. */
  readonly deadlineMs: number;
  readonly latency: ServerLatency;
}

export interface DeliveryReported extends Timed {
  readonly kind: 'delivery_reported';
  readonly deliveryId: string;
  readonly report: ExecutionReport;
  readonly flags: readonly ReportFlag[];
  /** A NACK that gave the signal back. */
  readonly reoffered: boolean;
}

/** A CLOSE that nobody had claimed is offered no more: there is nothing to close. */
export interface DeliveryWithdrawn extends Timed {
  readonly kind: 'delivery_withdrawn';
  readonly deliveryId: string;
  readonly reason: string;
}

/** Nothing was reported by the deadline and its grace: what became of the grant is not known. */
export interface DeliveryDoubted extends Timed {
  readonly kind: 'delivery_doubted';
  readonly deliveryId: string;
  /** NO_FENCE where executors speak of it and no grant of it stands. */
  readonly fence: number;
  readonly reason: string;
}

/** A person found out what became of it. */
export interface DeliveryResolved extends Timed {
  readonly kind: 'delivery_resolved';
  readonly deliveryId: string;
  readonly resolution: Resolution;
}

/** Ends every unclaimed delivery of the account. */
export interface AccountHalted extends Timed {
  readonly kind: 'account_halted';
  readonly account: string;
  readonly reason: string;
  readonly by: string;
}

export interface AccountResumed extends Timed {
  readonly kind: 'account_resumed';
  readonly account: string;
  readonly by: string;
}

/** What the bot may do is another thing from now on. */
export interface RiskChanged extends Timed {
  readonly kind: 'risk_changed';
  readonly mode: RiskMode;
  /** Which rule: `operator`, `daily_loss`, `daily_loss_flatten`, `drawdown`, … */
  readonly rule: string;
  readonly reason: string;
  readonly by: string;
  /** Market time at which it ends by itself. */
  readonly untilMs?: number;
  /** Profit of the account by then, open positions included, in the quote currency. */
  readonly net: number;
}

/** 00:00 UTC of market time was reached: losses of the day are measured from here. */
export interface DayTurned extends Timed {
  readonly kind: 'day_turned';
  readonly dayMs: number;
  /** Profit of the account by then, open positions included, in the quote currency. */
  readonly net: number;
}

/** Messages tell alarms only until then, or everything again. That the time is over is no decision: whoever reads it compares. */
export interface NoticesMuted extends Timed {
  readonly kind: 'notices_muted';
  /** House time; absent when somebody ended it. */
  readonly untilMs?: number;
  readonly by: string;
}

/** A decision. It goes to the journal, and only then to anybody who listens. Plain JSON. */
export type Effect =
  | SignalIssued
  | SignalEnded
  | GapRecorded
  | SignalAmended
  | CancelRequested
  | CloseIssued
  | SessionOpened
  | SessionEnded
  | DeliveryShown
  | DeliveryClaimed
  | DeliveryReported
  | DeliveryWithdrawn
  | DeliveryDoubted
  | DeliveryResolved
  | AccountHalted
  | AccountResumed
  | RiskChanged
  | DayTurned
  | NoticesMuted;

/** An effect before it has its number. */
export type Unnumbered<E extends Effect = Effect> = E extends Effect ? Omit<E, 'seq'> : never;
