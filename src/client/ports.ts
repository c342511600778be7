import type { LedgerRecord } from './ledger.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path and query, from the root: `/api/v1/time`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Longer than usual, for a long poll. */
  readonly timeoutMs?: number;
  /** Rejects when this is aborted. */
  readonly stop?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** The parsed JSON, or the text when it is none. */
  readonly body: unknown;
}

/** One event of the stream. `open` and `reset` are the stream's own; all others are things that happened. */
export interface ServerEvent {
  readonly type: string;
  /** Where to go on after this event. Opaque. */
  readonly cursor: string;
  readonly data: unknown;
}

/** The way to the server. Knows the address and the key, and nothing of what is said. */
export interface Transport {
  /**
   * Settles within a bounded time. Rejects when the connection broke or time ran out: then nobody here knows whether
   * the server acted.
   */
  request(request: HttpRequest): Promise<HttpReply>;
  /**
   * Events after that cursor, from the end without one. Ends or throws when the connection is lost; silence is a loss.
   * Ends soon after `stop` is aborted.
   */
  events(after: string | undefined, stop: AbortSignal): AsyncIterable<ServerEvent>;
}

/** Two clocks, because neither is right alone: see `elapsedMs`. */
export interface Clock {
  /** Milliseconds that never go back; may stand still while the machine is suspended. */
  monotonicMs(): number;
  /** UTC milliseconds; may step either way. */
  wallMs(): number;
  /** Resolves after that long, and early when `stop` is aborted. Never rejects. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>;
}

/** The executor's own memory. One process at a time. */
export interface Store {
  /** Everything whose `append` was ever resolved, in order. Called once, before anything else. */
  load(): Promise<readonly LedgerRecord[]>;
  /** Resolves when the record will survive a power cut. When it rejects the record may or may not be there. */
  append(record: LedgerRecord): Promise<void>;
  /** Puts these records in the place of all others: after a crash the old ones are there or the new ones, never a mix. */
  compact(records: readonly LedgerRecord[]): Promise<void>;
}

export type Side = 'BUY' | 'SELL';
export type Leg = 'ENTRY' | 'STOP' | 'TP1' | 'TP2' | 'TP3' | 'CLOSE';

export interface Order {
  /** Must reach the venue with the order: after a crash it is the only way to find it. At most 28 characters. */
  readonly clientOrderId: string;
  readonly signalId: string;
  readonly leg: 'ENTRY' | 'CLOSE';
  readonly symbol: string;
  readonly side: Side;
  readonly kind: 'MARKET' | 'LIMIT';
  /** Of a LIMIT order. */
  readonly price?: number;
  readonly qty: number;
  /** True for a CLOSE: it may make a position smaller, never open one. */
  readonly reduceOnly: boolean;
  /** What is to protect the position once there is one: the broker places `<clientOrderId>-S`, `-1`, `-2`, `-3`. */
  readonly bracket?: { readonly stopLoss: number; readonly takeProfit: number; readonly targets: readonly number[] };
}

/** What the venue says of an order, as far as it says it. Repeating it does no harm. */
export interface OrderState {
  /** The order's, or that of a protective leg: with a suffix `-S`, `-1`, `-2`, `-3`. */
  readonly clientOrderId: string;
  readonly status: 'SUBMITTED' | 'PARTIAL' | 'FILLED' | 'REJECTED' | 'CANCELLED' | 'CLOSED';
  /** ENTRY, or CLOSE for the order of a CLOSE instruction, unless it says otherwise. */
  readonly leg?: Leg;
  readonly orderId?: string;
  readonly qty?: number;
  /** Filled so far. The server refuses a PARTIAL or FILLED of which neither this nor `qty` says how much was filled. */
  readonly cumQty?: number;
  readonly leavesQty?: number;
  readonly price?: number;
  readonly avgPrice?: number;
  readonly fee?: number;
  readonly feeAsset?: string;
  /** ISO-8601, by the venue's clock. */
  readonly venueTime?: string;
  readonly reason?: string;
}

/** What you bring: the account at the venue. */
export interface Broker {
  /**
   * Sends the order, once. Resolves with what the venue said, REJECTED included. Throws when nobody knows whether the
   * order arrived; the executor then asks `findOrders` and never sends it again.
   */
  submit(order: Order): Promise<OrderState>;
  /** Cancels what is left of an entry. Resolves with what the venue says then, or nothing when that comes later. */
  cancelEntry(clientOrderId: string): Promise<OrderState | undefined>;
  /**
   * Every order at the venue with one of these ids, or one of its legs' ids.
   * `complete`: an order that is not listed does not exist and can no longer come to exist. When in doubt, false.
   */
  findOrders(
    clientOrderIds: readonly string[],
  ): Promise<{ readonly orders: readonly OrderState[]; readonly complete: boolean }>;
  /** The live quote, or nothing when there is none young enough to trade by. Answers at once. */
  quote(symbol: string): { readonly bid: number; readonly ask: number } | undefined;
  /** Whatever the venue says unasked: later fills, protective orders, cancels. Called once, at the start. */
  listen?(heard: (state: OrderState) => void): void;
}
