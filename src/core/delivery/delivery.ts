import type { ExecutionReport, ReportFlag } from './report.ts';

/** What is asked for: to open a position, or to close one (reduce-only, without expiry). */
export type Intent = 'ENTRY' | 'CLOSE';

export const DELIVERY_STATES = [
  'OFFERED',
  'SHOWN',
  'ACKED_LEGACY',
  'CLAIMED',
  'WORKING',
  'PARTIAL',
  'FILLED',
  'CLOSED',
  'REJECTED',
  'CANCELLED',
  'DECLINED',
  'NOT_SENT',
  'EXPIRED',
  'HALTED',
  'IN_DOUBT',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** When the server decided, wrote down and sent out the signal: house time, microseconds. As measured, or absent. */
export interface ServerLatency {
  readonly decidedUs?: number;
  readonly journaledUs?: number;
  readonly pushedUs?: number;
}

/** The right to execute once, given to one session. */
export interface Grant {
  /** Grows with every grant of the journal. */
  readonly fence: number;
  /** The Idempotency-Key that asked for it: asking again with it gives this grant again. */
  readonly key: string;
  readonly sessionId: string;
  readonly consumer: string;
  readonly epoch: number;
  /** What the venue's orders carry, so that a lost answer can be looked up there. */
  readonly clientOrderId: string;
  /** House time. */
  readonly grantedMs: number;
  /** House time after which nothing may be sent any more; for a CLOSE, after which it is asked what became of it. */
  readonly deadlineMs: number;
  readonly latency: ServerLatency;
}

export interface StoredReport {
  readonly report: ExecutionReport;
  readonly flags: readonly ReportFlag[];
  /** This NACK gave the signal back: it is offered again. */
  readonly reoffered: boolean;
}

/** One line of a delivery's history. */
export interface DeliveryStep {
  readonly seq: number;
  /** House time where known, market time else. */
  readonly atMs: number;
  readonly state: DeliveryState;
  /** Who or what moved it: a consumer, a key's name, `expiry`, `sweeper`. */
  readonly by: string;
  readonly reason: string;
  readonly reportId?: string;
}

/** What is known of a signal on one account. Immutable: an effect makes a new one. */
export interface Delivery {
  /** `<signal id>.<account>` */
  readonly deliveryId: string;
  readonly signalId: string;
  readonly account: string;
  readonly intent: Intent;
  readonly symbol: string;
  readonly state: DeliveryState;
  readonly reason: string;
  readonly facts: DeliveryFacts;
  readonly history: readonly DeliveryStep[];
}

/** Everything that the state follows from. What executors report is a set: order and repetition make no difference. */
export interface DeliveryFacts {
  /** In the order of fences. More than one only when a NACK gave the one before back. */
  readonly grants: readonly Grant[];
  readonly reports: readonly StoredReport[];
  /** Why it is offered no more, when nobody had claimed it by then. */
  readonly offerEnd: OfferEnd | undefined;
  readonly shown: boolean;
  /** No report came in time for the grant with this fence, or (NO_FENCE) it was reported on without a grant that stands. */
  readonly doubt: { readonly fence: number; readonly reason: string } | undefined;
  /** What a person found out. */
  readonly resolution: Resolution | undefined;
}

export interface OfferEnd {
  readonly state: 'EXPIRED' | 'CANCELLED' | 'HALTED' | 'ACKED_LEGACY';
  readonly reason: string;
}

export interface Resolution {
  readonly state: 'FILLED' | 'REJECTED' | 'NOT_SENT';
  readonly reason: string;
  readonly by: string;
  readonly qty?: number;
  readonly avgPrice?: number;
}

export const NO_FACTS: DeliveryFacts = {
  grants: [],
  reports: [],
  offerEnd: undefined,
  shown: false,
  doubt: undefined,
  resolution: undefined,
};

export const deliveryIdOf = (signalId: string, account: string): string => `${signalId}.${account}`;

/** The grant that counts: the newest that was not given back. */
export function currentGrant({ grants, reports }: DeliveryFacts): Grant | undefined {
  const last = grants.at(-1);
  if (last === undefined) return undefined;
  return reports.some(({ report, reoffered }) => reoffered && report.fence === last.fence) ? undefined : last;
}

/** In place of the fence of a grant, where there is none. */
export const NO_FENCE = 0;

/** The doubt that counts: of the grant that stands. */
export function currentDoubt(facts: DeliveryFacts): DeliveryFacts['doubt'] {
  const fence = currentGrant(facts)?.fence ?? NO_FENCE;
  return facts.doubt?.fence === fence ? facts.doubt : undefined;
}

const OVER: readonly DeliveryState[] = [
  'FILLED',
  'CLOSED',
  'REJECTED',
  'CANCELLED',
  'DECLINED',
  'NOT_SENT',
  'EXPIRED',
  'HALTED',
  'ACKED_LEGACY',
];

/** No order of it is waiting for anything any more; a position may still be open. */
export const isOver = ({ state }: Pick<Delivery, 'state'>): boolean => OVER.includes(state);

/** Nothing more is expected to happen, not even to a position. */
export const isSettled = ({ state, intent }: Pick<Delivery, 'state' | 'intent'>): boolean =>
  OVER.includes(state) && (state !== 'FILLED' || intent === 'CLOSE');

/** Somebody may be executing it, or nobody knows: its orders at the venue are looked for. */
export const isInFlight = ({ state }: Pick<Delivery, 'state'>): boolean =>
  state === 'CLAIMED' || state === 'WORKING' || state === 'PARTIAL' || state === 'IN_DOUBT';
